"""Direct conversations between 2 to 32 members: open, list, hide (contract chat 3.10, 4.11).

Two people have one conversation for ever; groups are new each time. Who is in it never changes.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clickclack.chat.access import DIRECT, Place, direct_place
from clickclack.chat.channel_records import COUNTERS
from clickclack.chat.route_ids import new_channel_route
from clickclack.identity.access import Membership, workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.identity.standing import STANDING_COLUMNS, STANDING_JOIN, standing_of
from clickclack.identity.users import USER_COLUMNS, User, user_of
from clickclack.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from clickclack.kernel.ids import new_id
from clickclack.kernel.transaction import Tx, marks

FEWEST, MOST = 2, 32


@dataclass(frozen=True, slots=True)
class DirectConversation:
    """A conversation as one of its members sees it; `members` by name, the reader and those who left included.

    `can_send` is whether another of them is still in the workspace.
    """

    n: int
    id: str
    route_id: str
    workspace_id: str
    created_at: int
    last_seq: int
    last_read_seq: int
    unread_count: int
    can_send: bool
    members: tuple[User, ...]


_PEER = (
    "EXISTS (SELECT 1 FROM channel_members p JOIN memberships m ON m.user_n = p.user_n"
    " WHERE p.channel_n = c.n AND m.workspace_n = c.workspace_n AND p.user_n <> j.user_n)"
)
_SELECT = (
    f"SELECT c.n, c.id, c.route_id, w.id, c.created_at, {COUNTERS}, {_PEER} FROM channel_members j"
    " JOIN channels c ON c.n = j.channel_n JOIN workspaces w ON w.n = c.workspace_n"
    " LEFT JOIN channel_reads r ON r.channel_n = c.n AND r.user_n = j.user_n"
)
_USER = ", ".join(f"u.{column}" for column in USER_COLUMNS)


def list_conversations(tx: Tx, actor: Actor, workspace_id: str) -> list[DirectConversation]:
    """The actor's conversations that are not hidden, oldest first, with the actor's counters; none for guests."""
    membership = workspace_of(tx, actor, _given(workspace_id))
    if Permission.CHANNELS_READ not in membership.permissions:
        return []
    return _conversations(
        tx,
        "j.user_n = ? AND c.workspace_n = ? AND c.kind = ? AND j.hidden_at IS NULL ORDER BY c.created_at, c.n",
        actor.user_n,
        membership.workspace.n,
        DIRECT,
    )


def get(tx: Tx, actor: Actor, conversation_id: str) -> DirectConversation:
    """One conversation, hidden or not; NotFound when the actor is not in it."""
    place = direct_place(tx, actor, conversation_id)
    return _conversations(tx, "j.user_n = ? AND c.n = ?", actor.user_n, place.channel_n)[0]


def open_with(tx: Tx, actor: Actor, workspace_id: str, member_ids: Sequence[str]) -> DirectConversation:
    """The conversation of the actor with these members, made when there is none; shown again to the actor.

    NotFound for somebody who is no member, Forbidden when one of them may not write in direct conversations.
    """
    membership = workspace_of(tx, actor, _given(workspace_id))
    membership.require(Permission.DIRECT_MESSAGES_WRITE)
    wanted = {actor.user_id, *member_ids}
    if len(wanted) < FEWEST:
        raise Invalid("direct conversation needs at least two members")
    if len(wanted) > MOST:
        raise Invalid("direct conversation has too many members")
    users = _writers(tx, membership, sorted(wanted))
    key = member_set_key(sorted(wanted)) if len(wanted) == FEWEST else None
    channel_n = None
    if key is not None:
        sql = "SELECT n FROM channels WHERE workspace_n = ? AND member_set_key = ?"
        channel_n = tx.value(sql, membership.workspace.n, key)
    if channel_n is None:
        channel_n = _make(tx, membership, users, key)
    _show(tx, channel_n, actor.user_n)
    return _conversations(tx, "j.user_n = ? AND c.n = ?", actor.user_n, channel_n)[0]


def member_set_key(user_ids: Sequence[str]) -> str:
    """SHA-256 over the sorted ids, each behind its length in 8 bytes, as hexadecimal text (contract chat 8)."""
    parts = [len(user_id).to_bytes(8, "big") + user_id.encode() for user_id in sorted(user_ids)]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def hide(tx: Tx, actor: Actor, conversation_id: str) -> None:
    """Takes the conversation out of the actor's list until somebody writes in it or the actor opens it again."""
    place = direct_place(tx, actor, conversation_id)
    sql = "UPDATE channel_members SET hidden_at = ? WHERE channel_n = ? AND user_n = ?"
    tx.run(sql, tx.now, place.channel_n, actor.user_n)


def reopen(tx: Tx, actor: Actor, conversation_id: str) -> DirectConversation:
    """Puts the conversation back into the actor's list."""
    place = direct_place(tx, actor, conversation_id)
    _show(tx, place.channel_n, actor.user_n)
    return get(tx, actor, conversation_id)


def require_peer(tx: Tx, place: Place) -> None:
    """Raises Conflict when nobody else of the conversation is in the workspace any more."""
    peer = tx.value(
        "SELECT 1 FROM channel_members p JOIN memberships m ON m.user_n = p.user_n AND m.workspace_n = ?"
        " WHERE p.channel_n = ? AND p.user_n <> ? LIMIT 1",
        *(place.workspace_n, place.channel_n, place.reader.n),
    )
    if peer is None:
        raise Conflict("direct conversation has no active recipient")


def show_to_all(tx: Tx, channel_n: int) -> None:
    """Somebody wrote: the conversation is in every member's list again."""
    tx.run("UPDATE channel_members SET hidden_at = NULL WHERE channel_n = ? AND hidden_at IS NOT NULL", channel_n)


def _given(workspace_id: str) -> str:
    if not workspace_id:
        raise Invalid("workspace_id is required")
    return workspace_id


def _writers(tx: Tx, membership: Membership, user_ids: Sequence[str]) -> list[int]:
    """The rows of these members, each of whom may write in direct conversations."""
    rows = tx.all(
        f"SELECT m.user_n, {STANDING_COLUMNS} FROM users u JOIN memberships m ON m.user_n = u.n {STANDING_JOIN}"
        f" WHERE m.workspace_n = ? AND u.id IN ({marks(user_ids)})",
        membership.workspace.n,
        *user_ids,
    )
    if len(rows) < len(user_ids):
        raise NotFound("member not found")
    for _, *standing in rows:
        if Permission.DIRECT_MESSAGES_WRITE not in standing_of(tx, *standing).permissions:
            raise Forbidden("moderation restriction")  # why is told to nobody but that member
    return [row[0] for row in rows]


def _make(tx: Tx, membership: Membership, users: Sequence[int], key: str | None) -> int:
    identifier, workspace_n = new_id("dm"), membership.workspace.n
    n = tx.insert(
        "INSERT INTO channels (id, route_id, workspace_n, kind, name, member_set_key, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(identifier, new_channel_route(tx, workspace_n, "D"), workspace_n, DIRECT, identifier, key, tx.now),
    )
    for user_n in users:
        sql = "INSERT INTO channel_members (channel_n, user_n, created_at) VALUES (?, ?, ?)"
        tx.run(sql, n, user_n, tx.now)
    tx.emit("direct_conversation.created", workspace_n, {"channel_n": n, "user_ns": list(users)}, recipients=())
    return n


def _show(tx: Tx, channel_n: int, user_n: int) -> None:
    sql = "UPDATE channel_members SET hidden_at = NULL WHERE channel_n = ? AND user_n = ?"
    tx.run(sql, channel_n, user_n)


def _conversations(tx: Tx, condition: str, *params: int | str) -> list[DirectConversation]:
    """The conversations that meet the condition, with their members: two queries however many they are."""
    rows = tx.all(f"{_SELECT} WHERE {condition}", *params)
    members: defaultdict[int, list[User]] = defaultdict(list)
    found = tx.all(
        f"SELECT j.channel_n, {_USER} FROM channel_members j JOIN users u ON u.n = j.user_n"
        f" WHERE j.channel_n IN ({marks(rows)}) ORDER BY lower(u.display_name), u.id",
        *(row[0] for row in rows),
    )
    for channel_n, *user in found:
        members[channel_n].append(user_of(tuple(user)))
    return [_conversation_of(row, tuple(members[row[0]])) for row in rows]


def _conversation_of(row: tuple[Any, ...], members: tuple[User, ...]) -> DirectConversation:
    n, identifier, route_id, workspace_id, created_at, last_seq, last_read_seq, unread, can_send = row
    counters = (last_seq, last_read_seq, unread)
    return DirectConversation(n, identifier, route_id, workspace_id, created_at, *counters, bool(can_send), members)
