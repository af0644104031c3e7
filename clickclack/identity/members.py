"""Members of a workspace: join, change role, and the directory in pages (contract chat 3.5, 4.5)."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import orjson

from clickclack.identity import users
from clickclack.identity.access import workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import MEMBER, MODERATOR, OWNER, Permission
from clickclack.identity.roles import RANKS, directory_rank
from clickclack.identity.users import USER_COLUMNS, User, user_of
from clickclack.identity.workspace_records import Workspace
from clickclack.kernel.errors import Forbidden, Invalid, NotFound
from clickclack.kernel.transaction import Tx

_INVALID = "invalid workspace member page request"


@dataclass(frozen=True, slots=True)
class Member:
    """A user in a workspace."""

    workspace_id: str
    user: User
    role_n: int
    joined_at: int


@dataclass(frozen=True, slots=True)
class DirectoryQuery:
    """Which members: those whose sort name or handle contains `text`, with roles of `rank`; empty and None for all."""

    limit: int = 100
    cursor: str = ""
    text: str = ""
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class MemberPage:
    """A page of the directory; totals only on a first page, those by rank only of the whole directory."""

    members: tuple[Member, ...]
    next_cursor: str | None
    total: int | None
    total_by_rank: tuple[int, ...] | None


def join(tx: Tx, workspace: Workspace, user_n: int, role_n: int) -> bool:
    """Makes the user a member; False, and nothing changed, when it is one already. Invalid for a deleted bot."""
    user = users.by_n(tx, user_n)
    if user.deleted_at is not None:
        raise Invalid("a deleted bot cannot be a member")
    added = tx.run(
        "INSERT INTO memberships (workspace_n, user_n, role_n, directory_rank, sort_name, sort_handle, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (workspace_n, user_n) DO NOTHING",
        workspace.n,
        user_n,
        role_n,
        directory_rank(role_n),
        *users.sort_keys(user),
        tx.now,
    )
    if added and user.kind == "bot":
        sql = "INSERT INTO bot_workspaces (bot_n, workspace_n) VALUES (?, ?) ON CONFLICT DO NOTHING"
        tx.run(sql, user_n, workspace.n)
    if added:
        tx.emit("member.added", workspace.n, {"user_n": user_n}, recipients=())
    return added > 0


def add(tx: Tx, actor: Actor, workspace_id: str, user_n: int, role_n: int = MEMBER) -> bool:
    """Makes somebody a member or moderator; False, and nothing changed, for who is in the workspace already.

    Managers add members, the owner alone adds moderators: Forbidden for others, NotFound for who is not in it.
    """
    membership = workspace_of(tx, actor, workspace_id)
    membership.require(Permission.MEMBERS_ADD, "workspace manager permission required")
    if role_n == MODERATOR:
        membership.require(Permission.MEMBERS_PROMOTE, "workspace manager permission required")
    elif role_n != MEMBER:
        raise Invalid("only members and moderators are added")
    return join(tx, membership.workspace, user_n, role_n)


def find(tx: Tx, workspace_n: int, user_id: str) -> User | None:
    """The member with this user id, or None."""
    columns = ", ".join(f"u.{column}" for column in USER_COLUMNS)
    sql = f"SELECT {columns} FROM users u JOIN memberships m ON m.user_n = u.n WHERE u.id = ? AND m.workspace_n = ?"
    row = tx.one(sql, user_id, workspace_n)
    return None if row is None else user_of(row)


def role_of(tx: Tx, workspace: Workspace, user_n: int) -> int | None:
    """The row number of the user's role in the workspace; None for who is not in it."""
    return tx.value("SELECT role_n FROM memberships WHERE workspace_n = ? AND user_n = ?", workspace.n, user_n)


def owner_of(tx: Tx, workspace: Workspace) -> int | None:
    """The row number of the workspace's owner; None while it has none."""
    sql = "SELECT user_n FROM memberships WHERE workspace_n = ? AND role_n = ? ORDER BY n LIMIT 1"
    return tx.value(sql, workspace.n, OWNER)


def set_role(tx: Tx, workspace: Workspace, user_n: int, role_n: int) -> None:
    """Gives a member another role; the server's own caches are told."""
    changed = tx.run(
        "UPDATE memberships SET role_n = ?, directory_rank = ? WHERE workspace_n = ? AND user_n = ?",
        role_n,
        directory_rank(role_n),
        workspace.n,
        user_n,
    )
    if not changed:
        raise NotFound("member not found")
    tx.emit("member.changed", workspace.n, {"user_n": user_n}, recipients=())


def pardon(tx: Tx, workspace: Workspace, user_n: int) -> None:
    """Takes every block, time-out and note off a member."""
    tx.run(
        "DELETE FROM moderations WHERE membership_n = (SELECT n FROM memberships WHERE workspace_n = ? AND user_n = ?)",
        workspace.n,
        user_n,
    )


def remove(tx: Tx, workspace: Workspace, user_n: int) -> None:
    """Takes a member out; open sockets of the member, and of the member's bots, are closed when this is on disk."""
    if not tx.run("DELETE FROM memberships WHERE workspace_n = ? AND user_n = ?", workspace.n, user_n):
        return
    rows = tx.all(
        "SELECT b.n FROM users b JOIN users o ON o.id = b.owner_id JOIN memberships m ON m.user_n = b.n"
        " WHERE o.n = ? AND m.workspace_n = ? AND b.owner_id IS NOT NULL ORDER BY b.n",
        user_n,
        workspace.n,
    )
    tx.emit("member.removed", workspace.n, {"user_ns": [user_n, *(n for (n,) in rows)]}, recipients=())


_SELECT = (
    "SELECT " + ", ".join(f"u.{column}" for column in USER_COLUMNS) + ", m.role_n, m.created_at,"
    " m.directory_rank, m.sort_name, m.sort_handle FROM memberships m JOIN users u ON u.n = m.user_n"
)
_ORDER = "m.directory_rank, m.sort_name, m.sort_handle, u.id"
_WIDTH = len(USER_COLUMNS)


def directory(tx: Tx, actor: Actor, workspace_id: str, query: DirectoryQuery) -> MemberPage:
    """A page of members by rank, name, handle and id.

    Raises NotFound for outsiders, Invalid for a cursor that is not of this query.
    """
    membership = workspace_of(tx, actor, workspace_id)
    if Permission.MEMBERS_READ not in membership.permissions:
        raise Forbidden("moderation restriction")
    condition, params = _condition(membership.workspace.n, query)
    after, place = _after(query)
    rows = tx.all(f"{_SELECT} WHERE {condition}{after} ORDER BY {_ORDER} LIMIT ?", *params, *place, query.limit + 1)
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    found = tuple(Member(workspace_id, user_of(row[:_WIDTH]), row[_WIDTH], row[_WIDTH + 1]) for row in rows)
    cursor = _cursor(query, (*rows[-1][_WIDTH + 2 :], rows[-1][1])) if more else None
    if query.cursor:
        return MemberPage(found, cursor, None, None)
    by_rank = _totals(tx, condition, params)
    return MemberPage(found, cursor, sum(by_rank), None if query.text or query.rank is not None else by_rank)


def _condition(workspace_n: int, query: DirectoryQuery) -> tuple[str, list[str | int]]:
    condition, params = "m.workspace_n = ?", [workspace_n]
    narrowed: list[str | int] = [*params]
    if query.rank is not None:
        condition += " AND m.directory_rank = ?"
        narrowed.append(query.rank)
    if text := query.text.strip().lower():
        pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        condition += " AND (m.sort_name LIKE ? ESCAPE '\\' OR m.sort_handle LIKE ? ESCAPE '\\')"
        narrowed += [pattern, pattern]
    return condition, narrowed


def _totals(tx: Tx, condition: str, params: Sequence[str | int]) -> tuple[int, ...]:
    rows = tx.all(
        "SELECT m.directory_rank, COUNT(*) FROM memberships m JOIN users u ON u.n = m.user_n"
        f" WHERE {condition} GROUP BY m.directory_rank",
        *params,
    )
    counts: dict[int, int] = dict(rows)
    return tuple(counts.get(rank, 0) for rank in RANKS)


def _after(query: DirectoryQuery) -> tuple[str, list[str | int]]:
    if not query.cursor:
        return "", []
    place = _read_cursor(query)
    return f" AND ({_ORDER}) > (?, ?, ?, ?)", place


def _cursor(query: DirectoryQuery, place: Sequence[str | int]) -> str:
    content = orjson.dumps([*_sought(query), *place])
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _sought(query: DirectoryQuery) -> list[str | int | None]:
    return [query.text.strip().lower(), query.rank]


def _read_cursor(query: DirectoryQuery) -> list[str | int]:
    try:
        padded = query.cursor + "=" * (-len(query.cursor) % 4)
        content: object = orjson.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, binascii.Error):
        raise Invalid(f"{_INVALID}: bad cursor") from None
    parts = cast(list[object], content) if isinstance(content, list) else []
    if [type(part) for part in parts[2:]] != [int, str, str, str] or parts[:2] != _sought(query):
        raise Invalid(f"{_INVALID}: the cursor belongs to another query")
    if parts[2] not in RANKS:
        raise Invalid(f"{_INVALID}: bad cursor")
    return cast(list[str | int], parts[2:])
