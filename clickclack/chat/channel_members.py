"""Who is in a private channel (an addition to contract chat 3.6). Everybody in it may bring others in, and leave."""

from dataclasses import dataclass

from clickclack.chat.access import PRIVATE, Place, channel_place, is_joined
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission, permissions_of
from clickclack.identity.users import USER_COLUMNS, User, user_of
from clickclack.kernel.errors import Invalid, NotFound
from clickclack.kernel.events import Event
from clickclack.kernel.transaction import Tx

_USER = ", ".join(f"u.{column}" for column in USER_COLUMNS)


@dataclass(frozen=True, slots=True)
class MemberChange:
    """Who came in or left, and the `channel.updated` that says so; None when it was so already."""

    user: User
    event: Event | None


def enter(tx: Tx, channel_n: int, workspace_n: int, user_n: int) -> bool:
    """Writes the row without asking anybody; False when the user is in it already."""
    added = tx.run(
        "INSERT INTO channel_members (channel_n, user_n, membership_n, created_at) SELECT ?, m.user_n, m.n, ?"
        " FROM memberships m WHERE m.workspace_n = ? AND m.user_n = ? ON CONFLICT (channel_n, user_n) DO NOTHING",
        *(channel_n, tx.now, workspace_n, user_n),
    )
    return added > 0


def list_members(tx: Tx, actor: Actor, channel_id: str) -> list[User]:
    """The members by name; NotFound for a channel that is not to be seen, Invalid for a public one."""
    place = _private(tx, actor, channel_id)
    rows = tx.all(
        f"SELECT {_USER} FROM channel_members j JOIN users u ON u.n = j.user_n"
        " JOIN memberships m ON m.n = j.membership_n WHERE j.channel_n = ? ORDER BY m.sort_name, m.sort_handle, u.id",
        place.channel_n,
    )
    return [user_of(row) for row in rows]


def add(tx: Tx, actor: Actor, channel_id: str, user_id: str) -> MemberChange:
    """Brings a member of the workspace in; emits `channel.updated` to all in the channel.

    Invalid when the user is no member of the workspace, or one whose role sees the guest channel alone.
    """
    place = _private(tx, actor, channel_id)
    place.require(Permission.MESSAGES_POST)
    row = tx.one(
        f"SELECT m.role_n, {_USER} FROM users u JOIN memberships m ON m.user_n = u.n"
        " WHERE u.id = ? AND m.workspace_n = ?",
        user_id,
        place.workspace_n,
    )
    if row is None:
        raise Invalid("user_id must be a member of the workspace")
    if Permission.CHANNELS_READ not in permissions_of(tx, row[0]):
        raise Invalid("guests cannot be in private channels")
    user = user_of(row[1:])
    if not enter(tx, place.channel_n, place.workspace_n, user.n):
        return MemberChange(user, None)
    return MemberChange(user, _changed(tx, place))


def remove(tx: Tx, actor: Actor, channel_id: str, user_id: str) -> MemberChange:
    """Takes somebody out, or lets the actor leave; emits `channel.updated` to those who stay and to who goes.

    Forbidden for those who may not change channels and mean another; Invalid for the last member.
    """
    place = _private(tx, actor, channel_id)
    if user_id != actor.user_id:
        place.require(Permission.CHANNELS_UPDATE)
    row = tx.one(f"SELECT {_USER} FROM users u WHERE u.id = ?", user_id)
    if row is None or not is_joined(tx, place.channel_n, row[0]):
        raise NotFound("channel member not found")
    user = user_of(row)
    if tx.value("SELECT COUNT(*) FROM channel_members WHERE channel_n = ?", place.channel_n) == 1:
        raise Invalid("the last member of a private channel cannot leave it; archive it or make it public")
    tx.run("DELETE FROM channel_members WHERE channel_n = ? AND user_n = ?", place.channel_n, user.n)
    changed = _changed(tx, place)
    tx.emit("channel.updated", place.workspace_n, changed.data, recipients=(user.n,))
    return MemberChange(user, changed)


_LEFT = (
    "SELECT c.n, c.id, c.archived_at, w.id FROM channel_members j CROSS JOIN channels c ON c.n = j.channel_n"
    " JOIN workspaces w ON w.n = c.workspace_n WHERE j.user_n = ? AND c.workspace_n = ? AND c.kind = ?"
)


def let_go(tx: Tx, workspace_n: int, user_n: int) -> None:
    """Takes who becomes a guest, or leaves, out of private channels; the owner takes over those with nobody left.

    Emits `channel.updated` for each that is taken over.
    """
    for channel_n, channel_id, archived_at, workspace_id in tx.all(_LEFT, user_n, workspace_n, PRIVATE):
        tx.run("DELETE FROM channel_members WHERE channel_n = ? AND user_n = ?", channel_n, user_n)
        if tx.value("SELECT 1 FROM channel_members WHERE channel_n = ? LIMIT 1", channel_n) is None:
            owners = "SELECT user_n FROM memberships WHERE workspace_n = ? AND directory_rank = 0"
            for (owner_n,) in tx.all(owners, workspace_n):
                enter(tx, channel_n, workspace_n, owner_n)
            facts = {"workspace_id": workspace_id, "channel_id": channel_id, "archived": archived_at is not None}
            tx.emit("channel.updated", workspace_n, facts, place=channel_n)


def _private(tx: Tx, actor: Actor, channel_id: str) -> Place:
    place = channel_place(tx, actor, channel_id)
    if place.kind != PRIVATE:
        raise Invalid("everybody in the workspace is in a public channel")
    return place


def _changed(tx: Tx, place: Place) -> Event:
    archived = tx.value("SELECT archived_at FROM channels WHERE n = ?", place.channel_n) is not None
    return place.emit(tx, "channel.updated", {"archived": archived})
