"""Event subscriptions: other servers are told of a workspace's public events (contract chat 3.9, 4.14, 5.1).

What is told and how it went lies with the subscription's delivery endpoint; `event_feed` fills its queue.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from clickclack.chat import integrations
from clickclack.chat.access import visible_channels
from clickclack.chat.integrations import SECRET
from clickclack.identity import audit
from clickclack.identity.access import Membership
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.kernel.deliveries import endpoints, history, outcomes
from clickclack.kernel.deliveries.endpoints import NewEndpoint
from clickclack.kernel.deliveries.history import DeadLetter, Page, PastAttempt
from clickclack.kernel.errors import Invalid, NotFound
from clickclack.kernel.hosts import host_of
from clickclack.kernel.ids import new_id
from clickclack.kernel.seal import Seal
from clickclack.kernel.transaction import Tx, marks

ALL = "*"
KIND = "event_subscription"
FAILED = "event subscription callback failed"
MOST = 100
AT_ONCE = 1000
_WHAT = "event subscription"
_STALE = "invalid or stale event delivery cursor"


@dataclass(frozen=True, slots=True)
class EventSubscription:
    """A subscription. `event_types` may hold `*`; ids are empty where there is none.

    `pending` is how many deliveries wait, `failures` how many tries failed in a row; before `paused_until` none is.
    """

    n: int
    id: str
    workspace_id: str
    installation_id: str
    event_types: tuple[str, ...]
    callback_url: str
    created_by: str
    created_at: int
    revoked_at: int | None
    endpoint_n: int
    pending: int
    failures: int
    paused_until: int


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """What is asked for: the event types, known ones or `*`, and where they are told."""

    event_types: Sequence[str]
    callback_url: str
    installation_id: str = ""


_SELECT = (
    "SELECT s.n, s.id, w.id, COALESCE(i.id, ''), s.event_types, e.url, COALESCE(u.id, ''), s.created_at, s.revoked_at,"
    " e.n, e.pending, e.failures, e.open_until FROM event_subscriptions s JOIN workspaces w ON w.n = s.workspace_n"
    " JOIN delivery_endpoints e ON e.n = s.endpoint_n LEFT JOIN app_installations i ON i.n = s.installation_n"
    " LEFT JOIN users u ON u.n = s.created_by_n"
)


def _subscription_of(row: tuple[Any, ...]) -> EventSubscription:
    n, identifier, workspace_id, installation_id, types, *rest = row
    return EventSubscription(n, identifier, workspace_id, installation_id, tuple(orjson.loads(types)), *rest)


def list_subscriptions(tx: Tx, actor: Actor, workspace_id: str) -> list[EventSubscription]:
    """The active subscriptions of the workspace by age, for all in it but guests."""
    workspace_n = integrations.seen(tx, actor, workspace_id).workspace.n
    rows = tx.all(f"{_SELECT} WHERE s.workspace_n = ? AND s.revoked_at IS NULL ORDER BY s.n", workspace_n)
    return [_subscription_of(row) for row in rows]


def create(tx: Tx, actor: Actor, seal: Seal, workspace_id: str, new: NewSubscription) -> tuple[EventSubscription, str]:
    """Subscribes to what happens from now on; returns the signing secret, which is shown this once.

    Forbidden for who does not manage integrations, Invalid for no event type, a bad URL or the 101st subscription,
    NotFound for an installation that is not the workspace's.
    """
    workspace = integrations.managed(tx, actor, workspace_id).workspace
    if not new.event_types:
        raise Invalid("event_types is required")
    url = integrations.callback_url(new.callback_url)
    installation_n = integrations.installation_in(tx, workspace, new.installation_id)
    active = "SELECT COUNT(*) FROM event_subscriptions WHERE workspace_n = ? AND revoked_at IS NULL"
    if tx.value(active, workspace.n) >= MOST:
        raise Invalid(f"a workspace has at most {MOST} event subscriptions")
    endpoint_n, secret = endpoints.create(tx, seal, NewEndpoint(KIND, workspace.id, url, SECRET))
    types = orjson.dumps(list(dict.fromkeys(new.event_types))).decode()
    since: int = tx.value("SELECT MAX(n) FROM events") or 0
    identifier = new_id("sub")
    tx.run(
        "INSERT INTO event_subscriptions (id, workspace_n, installation_n, event_types, endpoint_n, since_n,"
        " created_by_n, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        *(identifier, workspace.n, installation_n, types, endpoint_n, since, actor.user_n, tx.now),
    )
    facts = {"callback_host": host_of(url)}
    audit.record(tx, actor, "event_subscription.created", (workspace.n, KIND, identifier), facts)
    return _found(tx, identifier), secret


def _found(tx: Tx, subscription_id: str) -> EventSubscription:
    row = tx.one(f"{_SELECT} WHERE s.id = ?", subscription_id)
    if row is None:
        raise NotFound(f"{_WHAT} not found")
    return _subscription_of(row)


def _managed(tx: Tx, actor: Actor, subscription_id: str) -> tuple[EventSubscription, Membership]:
    found = _found(tx, subscription_id)
    return found, integrations.reach_managed(tx, actor, found.workspace_id, _WHAT)


def revoke(tx: Tx, actor: Actor, subscription_id: str) -> EventSubscription:
    """Ends a subscription: nothing more is told, not even what waits. The second time nothing changes."""
    found, membership = _managed(tx, actor, subscription_id)
    if _revoke(tx, "n = ?", found.n):
        target = (membership.workspace.n, KIND, found.id)
        audit.record(tx, actor, "event_subscription.revoked", target, {"callback_host": host_of(found.callback_url)})
    return _found(tx, subscription_id)


def revoke_of_installation(tx: Tx, installation_n: int) -> int:
    """Ends every subscription of an app installation, and says how many."""
    return _revoke(tx, "installation_n = ?", installation_n)


def revoke_of_bot(tx: Tx, bot_n: int) -> int:
    """Ends every subscription of a bot's app installations, also of those that have ended, and says how many."""
    return _revoke(tx, "installation_n IN (SELECT n FROM app_installations WHERE bot_n = ?)", bot_n)


def revoke_of_workspace(tx: Tx, workspace_n: int) -> int:
    """Ends every subscription of a workspace, and says how many."""
    return _revoke(tx, "workspace_n = ?", workspace_n)


def _revoke(tx: Tx, which: str, n: int) -> int:
    """Ends those of these that are active; what waits for them is not sent."""
    sql = f"UPDATE event_subscriptions SET revoked_at = ? WHERE {which} AND revoked_at IS NULL RETURNING endpoint_n"
    rows = tx.all(sql, tx.now, n)
    endpoints.close(tx, [endpoint_n for (endpoint_n,) in rows])
    return len(rows)


def rotate_secret(tx: Tx, actor: Actor, seal: Seal, subscription_id: str) -> tuple[EventSubscription, str]:
    """Gives a subscription a new signing secret, which is shown this once; the old one signs nothing any more."""
    found, membership = _managed(tx, actor, subscription_id)
    if found.revoked_at is not None:
        raise Invalid("cannot rotate a revoked event subscription")
    secret = endpoints.rotate(tx, seal, found.endpoint_n, SECRET)
    audit.record(tx, actor, "event_subscription.secret_rotated", (membership.workspace.n, KIND, found.id), {})
    return found, secret


def attempts(
    tx: Tx, actor: Actor, subscription_id: str, before: str, limit: int
) -> tuple[EventSubscription, Page[PastAttempt]]:
    """A page of what was sent, newest first; also of a subscription that has ended.

    For everybody in the workspace who may know of all that is public in it: Forbidden for guests. Of an event in a
    channel that the reader does not see now, because it has become private, the content is left out.
    """
    found, membership = _readable(tx, actor, subscription_id)
    page = history.attempts(tx, found.endpoint_n, before, limit)
    if page is None:
        raise Invalid(_STALE)
    channels = [_channel_id(attempt) for attempt in page.rows]
    shown = {"", *_seen(tx, actor, membership, {channel_id for channel_id in channels if channel_id})}
    rows = (
        attempt if channel_id in shown else replace(attempt, body="{}", response="")
        for attempt, channel_id in zip(page.rows, channels, strict=True)
    )
    return found, replace(page, rows=tuple(rows))


def _channel_id(attempt: PastAttempt) -> str:
    """Where what was told of happened; empty for the workspace."""
    return orjson.loads(attempt.body)["event"].get("channel_id", "")


def _seen(tx: Tx, actor: Actor, membership: Membership, channel_ids: Collection[str]) -> list[str]:
    if not channel_ids:
        return []
    visible = visible_channels(tx, membership.standing, actor.user_n, membership.workspace.n)
    rows = tx.all(f"SELECT n, id FROM channels WHERE id IN ({marks(channel_ids)})", *channel_ids)
    return [channel_id for n, channel_id in rows if visible is None or n in visible]


def dead_letters(
    tx: Tx, actor: Actor, subscription_id: str, before: str, limit: int
) -> tuple[EventSubscription, Page[DeadLetter]]:
    """A page of the deliveries that were given up, newest first, for those whom `attempts` serves."""
    found, _ = _readable(tx, actor, subscription_id)
    page = history.dead_letters(tx, found.endpoint_n, before, limit)
    if page is None:
        raise Invalid(_STALE)
    return found, page


def _readable(tx: Tx, actor: Actor, subscription_id: str) -> tuple[EventSubscription, Membership]:
    found = _found(tx, subscription_id)
    membership = integrations.reach(tx, actor, found.workspace_id, _WHAT)
    membership.require(Permission.CHANNELS_READ)
    return found, membership


def redeliver(tx: Tx, actor: Actor, subscription_id: str, delivery_id: str) -> int:
    """Sends one delivery again now, under its id, and says 1; 0 when its turn has come.

    NotFound when it is not of this subscription.
    """
    found = _living(tx, actor, subscription_id)
    n = history.row_of(tx, found.endpoint_n, delivery_id)
    if n is None:
        raise NotFound("delivery not found")
    return outcomes.queue_again(tx, found.endpoint_n, [n])


def redeliver_dead(tx: Tx, actor: Actor, subscription_id: str, since: int) -> int:
    """Sends up to 1000 dead deliveries made at `since` or later again, oldest first, and says how many."""
    found = _living(tx, actor, subscription_id)
    dead = history.dead_since(tx, found.endpoint_n, since, AT_ONCE)
    return outcomes.queue_again(tx, found.endpoint_n, dead)


def _living(tx: Tx, actor: Actor, subscription_id: str) -> EventSubscription:
    found, _ = _managed(tx, actor, subscription_id)
    if found.revoked_at is not None:
        raise Invalid("cannot redeliver for a revoked event subscription")
    return found
