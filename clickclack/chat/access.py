"""Who may use which channel: the look-up is the authorisation, and lists and single look-ups share one rule.

A direct conversation is a channel of kind `direct`; its id begins with `dm_`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from clickclack.identity.access import refuse_other_workspace
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.identity.standing import STANDING_COLUMNS, STANDING_JOIN, Standing, standing_of
from clickclack.identity.users import USER_COLUMNS, User, user_of
from clickclack.kernel.errors import Forbidden, NotFound
from clickclack.kernel.events import Event
from clickclack.kernel.transaction import Tx

GUEST_CHANNEL = "guest"
PUBLIC, PRIVATE, DIRECT = "public", "private", "direct"


@dataclass(frozen=True, slots=True)
class Place:
    """A channel as one member, `reader`, may use it. `last_seq` is its newest root message."""

    channel_n: int
    channel_id: str
    channel_name: str
    kind: str
    last_seq: int
    workspace_n: int
    workspace_id: str
    standing: Standing
    reader: User

    @property
    def permissions(self) -> frozenset[Permission]:
        return self.standing.permissions

    @property
    def is_direct(self) -> bool:
        return self.kind == DIRECT

    def require(self, permission: Permission) -> None:
        """Raises Forbidden when the member may not; in a direct conversation who may not write there may do nothing."""
        if self.is_direct:
            self.standing.require(Permission.DIRECT_MESSAGES_WRITE)
        self.standing.require(permission)

    def facts(self) -> dict[str, Any]:
        """Where an event happened, as its data tells it."""
        return {"workspace_id": self.workspace_id, scope_name(self.channel_id): self.channel_id}

    def emit(self, tx: Tx, event_type: str, facts: dict[str, Any], recipients: Iterable[int] | None = None) -> Event:
        """Appends an event of this channel, for all who may see it or for `recipients` among them."""
        data = {**self.facts(), **facts}
        return tx.emit(event_type, self.workspace_n, data, place=self.channel_n, recipients=recipients)


_PLACE = (
    f"SELECT c.n, c.id, c.name, c.kind, c.last_seq, w.n, w.id, {STANDING_COLUMNS}, "
    + ", ".join(f"u.{column}" for column in USER_COLUMNS)
    + " FROM channels c JOIN workspaces w ON w.n = c.workspace_n"
    f" JOIN memberships m ON m.workspace_n = c.workspace_n AND m.user_n = ? {STANDING_JOIN}"
    " JOIN users u ON u.n = m.user_n WHERE c.id = ?"
)


def scope_name(channel_id: str) -> str:
    """How the surface calls what this id stands for."""
    return "direct_conversation_id" if channel_id.startswith("dm_") else "channel_id"


def sees(permissions: frozenset[Permission], name: str, kind: str, *, joined: bool) -> bool:
    """The one rule (contract chat 10): with `channels:read` what is public or joined, else the guest channel alone."""
    if Permission.CHANNELS_READ not in permissions:
        return kind == PUBLIC and name == GUEST_CHANNEL
    return kind == PUBLIC or joined


def place_of(tx: Tx, actor: Actor, channel_id: str) -> Place:
    """The channel or direct conversation, or NotFound when it is not there or not to be seen by the actor."""
    row = tx.one(_PLACE, actor.user_n, channel_id)
    if row is None:
        raise _absent(channel_id)
    refuse_other_workspace(actor, row[5])
    standing = standing_of(tx, *row[7:10])
    joined = row[3] == PUBLIC or is_joined(tx, row[0], actor.user_n)
    if not sees(standing.permissions, row[2], row[3], joined=joined):
        if joined and row[3] == DIRECT:
            raise Forbidden("moderation restriction")
        raise _absent(channel_id)
    channel_n, identifier, name, kind, last_seq, workspace_n, workspace_id = row[:7]
    reader = user_of(row[10:])
    return Place(channel_n, identifier, name, kind, last_seq, workspace_n, workspace_id, standing, reader)


def channel_place(tx: Tx, actor: Actor, channel_id: str) -> Place:
    """The same for a channel alone: the id of a direct conversation is not found."""
    if scope_name(channel_id) != "channel_id":
        raise NotFound("channel not found")
    return place_of(tx, actor, channel_id)


def direct_place(tx: Tx, actor: Actor, conversation_id: str) -> Place:
    """The same for a direct conversation alone; Forbidden for a guest who was in it."""
    if scope_name(conversation_id) == "channel_id":
        raise NotFound("direct conversation not found")
    return place_of(tx, actor, conversation_id)


def require_direct_scope(actor: Actor, channel_id: str, scope: str) -> None:
    """Raises Forbidden when the channel is a direct conversation and the credential lacks `scope`."""
    if scope_name(channel_id) != "channel_id":
        actor.require_scope(scope)


def is_joined(tx: Tx, channel_n: int, user_n: int) -> bool:
    """Whether the user is in this private channel or direct conversation."""
    return tx.value("SELECT 1 FROM channel_members WHERE channel_n = ? AND user_n = ?", channel_n, user_n) is not None


def visible_channels(tx: Tx, standing: Standing, user_n: int, workspace_n: int) -> tuple[int, ...] | None:
    """The rows of all that the member may see, direct conversations too; None when that is all of the workspace."""
    if Permission.CHANNELS_READ not in standing.permissions:
        sql = "SELECT n FROM channels WHERE workspace_n = ? AND name = ? AND kind = ?"
        rows = tx.all(sql, workspace_n, GUEST_CHANNEL, PUBLIC)
        return tuple(n for (n,) in rows)
    hidden = "SELECT 1 FROM channels WHERE workspace_n = ? AND kind IN (?, ?) LIMIT 1"
    if tx.value(hidden, workspace_n, PRIVATE, DIRECT) is None:
        return None
    rows = tx.all(
        "SELECT n FROM channels WHERE workspace_n = ? AND kind = ? UNION ALL SELECT c.n FROM channel_members j"
        " CROSS JOIN channels c ON c.n = j.channel_n WHERE j.user_n = ? AND c.workspace_n = ? AND c.kind <> ?",
        *(workspace_n, PUBLIC, user_n, workspace_n, PUBLIC),
    )
    return tuple(n for (n,) in rows)


def _absent(channel_id: str) -> NotFound:
    return NotFound("channel not found" if scope_name(channel_id) == "channel_id" else "direct conversation not found")
