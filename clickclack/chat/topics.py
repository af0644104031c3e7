"""Topics: names that root messages of a channel, or of the whole workspace, are sorted by (contract chat 3.6, 4.11)."""

from dataclasses import dataclass
from typing import Any

from clickclack.chat.access import Place, place_of, visible_channels
from clickclack.chat.waiting_room import DAILY_POSTS, require_budget
from clickclack.identity.access import Membership, workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import GUEST, Permission
from clickclack.kernel.clock import DAY
from clickclack.kernel.errors import Forbidden, Invalid, NotFound, TooMany
from clickclack.kernel.ids import new_id
from clickclack.kernel.transaction import Tx

NAME_LIMIT = 80
MOST, OF_ONE = 10_000, 2500
"""So many topics a workspace has at most, and one member of them; lists of them have no pages."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic. `channel_id` is None for one of the whole workspace, `created_by` when its maker is gone."""

    n: int
    id: str
    workspace_id: str
    channel_id: str | None
    name: str
    created_by: str | None
    created_at: int
    archived_at: int | None


_SELECT = (
    "SELECT t.n, t.id, w.id, c.id, t.name, u.id, t.created_at, t.archived_at, t.channel_n FROM topics t"
    " JOIN workspaces w ON w.n = t.workspace_n LEFT JOIN channels c ON c.n = t.channel_n"
    " LEFT JOIN users u ON u.n = t.created_by_n"
)


def _topic_of(row: tuple[Any, ...]) -> Topic:
    return Topic(*row[:-1])


def list_topics(tx: Tx, actor: Actor, workspace_id: str) -> list[Topic]:
    """The topics in use by name: those of the whole workspace and those of the channels that the actor may see."""
    membership = workspace_of(tx, actor, workspace_id)
    workspace_n = membership.workspace.n
    visible = visible_channels(tx, membership.standing, actor.user_n, workspace_n)
    rows = tx.all(f"{_SELECT} WHERE t.workspace_n = ? AND t.archived_at IS NULL ORDER BY t.name, t.n", workspace_n)
    shown = None if visible is None else {None, *visible}
    return [_topic_of(row) for row in rows if shown is None or row[-1] in shown]


def create(tx: Tx, actor: Actor, workspace_id: str, name: str, channel_id: str) -> Topic:
    """A topic of one channel, or without an id of the whole workspace; no event. Guests make them in `guest` alone."""
    membership = workspace_of(tx, actor, workspace_id)
    wanted = name.strip()
    if not wanted:
        raise Invalid("topic name is required")
    if len(wanted.encode()) > NAME_LIMIT:
        raise Invalid("topic name is too long")
    channel_n = None
    if channel_id:
        place = _place(tx, actor, membership.workspace.n, channel_id)
        require_budget(tx, place)
        _refuse_many_of_a_guest(tx, place)
        channel_n = place.channel_n
    elif Permission.CHANNELS_READ not in membership.permissions:
        raise Forbidden("moderation restriction")
    membership.require(Permission.TOPICS_CREATE)
    taken = "SELECT 1 FROM topics WHERE workspace_n = ? AND channel_n = ? AND name = ?"
    if tx.value(taken, membership.workspace.n, channel_n, wanted):
        raise Invalid("topic name must be unique in its channel (topics.name is taken)")
    _refuse_too_many(tx, actor, membership)
    n = tx.insert(
        "INSERT INTO topics (id, workspace_n, channel_n, name, created_by_n, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        *(new_id("top"), membership.workspace.n, channel_n, wanted, actor.user_n, tx.now),
    )
    return _topic_of(tx.all(f"{_SELECT} WHERE t.n = ?", n)[0])


def _refuse_too_many(tx: Tx, actor: Actor, membership: Membership) -> None:
    made = "SELECT COUNT(*), TOTAL(created_by_n = ?) FROM topics WHERE workspace_n = ?"
    ((of_all, of_one),) = tx.all(made, actor.user_n, membership.workspace.n)
    if of_all >= MOST:
        raise Invalid(f"a workspace has at most {MOST} topics")
    if of_one >= OF_ONE:
        raise Invalid(f"a member makes at most {OF_ONE} topics")


def _refuse_many_of_a_guest(tx: Tx, place: Place) -> None:
    """As many topics a day as messages: they cost no message, but everybody sees them."""
    made = "SELECT COUNT(*) FROM topics WHERE channel_n = ? AND created_by_n = ? AND created_at > ?"
    if place.standing.role_n != GUEST:
        return
    if tx.value(made, place.channel_n, place.reader.n, tx.now - DAY) >= DAILY_POSTS:
        raise TooMany("waiting room post limit reached")


def topic_for(tx: Tx, place: Place, topic_id: str) -> Topic | None:
    """The topic that a message of this channel may carry; None for an empty id, Invalid for any other."""
    if not topic_id:
        return None
    row = tx.one(f"{_SELECT} WHERE t.id = ? AND t.workspace_n = ?", topic_id.strip(), place.workspace_n)
    if row is None or row[-2] is not None or place.is_direct:
        raise Invalid("topic is not in workspace")
    if row[-1] not in (None, place.channel_n):
        visible = visible_channels(tx, place.standing, place.reader.n, place.workspace_n)
        if visible is None or row[-1] in visible:
            raise Invalid("topic is not available in this channel")
        raise Invalid("topic is not in workspace")
    return _topic_of(row)


def _place(tx: Tx, actor: Actor, workspace_n: int, channel_id: str) -> Place:
    try:
        place = place_of(tx, actor, channel_id)
    except NotFound:
        raise Invalid("topic channel is not in workspace") from None
    if place.workspace_n != workspace_n or place.is_direct:
        raise Invalid("topic channel is not in workspace")
    return place
