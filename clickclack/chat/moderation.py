"""Moderation: the roster, approving guests, time-outs, blocks and notes (contract chat 3.5, 4.12, 6.10)."""

from dataclasses import dataclass
from typing import Any

from clickclack.chat import channel_members, waiting_room
from clickclack.chat.furnishing import make_room_for
from clickclack.identity import audit, members
from clickclack.identity.access import Membership, workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import GUEST, MEMBER, MODERATOR, OWNER, Permission
from clickclack.identity.standing import STANDING_COLUMNS, STANDING_JOIN, standing_of
from clickclack.identity.users import USER_COLUMNS, User, user_of
from clickclack.kernel.clock import MINUTE, to_rfc3339
from clickclack.kernel.errors import Invalid, NotFound
from clickclack.kernel.events import Event
from clickclack.kernel.transaction import Tx

ASSIGNABLE = (MODERATOR, MEMBER, GUEST)
NOTE_LIMIT = 2000
TIMEOUT_MINUTES = 60 * 24 * 366


@dataclass(frozen=True, slots=True)
class MemberModeration:
    """How a member stands. The numbers of posts are a guest's, 0 for everybody else; times are None where not so."""

    workspace_id: str
    user: User
    role_n: int
    posts_remaining: int
    post_limit: int
    timeout_until: int | None
    blocked_at: int | None
    note: str
    moderated_by: str | None
    moderated_at: int | None


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a manager rules; None leaves a thing as it is. Times in microseconds UTC; an empty note clears it.

    `role_n` is one of ASSIGNABLE.
    """

    role_n: int | None = None
    timeout_until: int | None = None
    timeout_minutes: int | None = None
    clear_timeout: bool = False
    blocked: bool | None = None
    note: str | None = None


_USER = ", ".join(f"u.{column}" for column in USER_COLUMNS)
_SELECT = (
    f"SELECT m.n, m.role_n, ro.rank, mo.timeout_until, mo.blocked_at, mo.note, b.id, mo.moderated_at, {_USER}"
    " FROM memberships m JOIN users u ON u.n = m.user_n JOIN roles ro ON ro.n = m.role_n"
    f" {STANDING_JOIN} LEFT JOIN users b ON b.n = mo.moderated_by_n"
)


def roster(tx: Tx, actor: Actor, workspace_id: str) -> list[MemberModeration]:
    """Every member by role and name; Forbidden for who may not moderate."""
    membership = _moderating(tx, actor, workspace_id)
    rows = tx.all(
        f"{_SELECT} WHERE m.workspace_n = ? ORDER BY CASE m.directory_rank WHEN 0 THEN 0 WHEN 1 THEN 1 WHEN 2 THEN 2"
        " ELSE 3 END, m.sort_name, m.sort_handle, u.id",
        membership.workspace.n,
    )
    guests = [row[8] for row in rows if row[1] == GUEST]
    posts = waiting_room.posts_of(tx, membership.workspace.n, guests)
    return [_member_of(workspace_id, row, posts) for row in rows]


def moderate(tx: Tx, actor: Actor, workspace_id: str, user_id: str, ruling: Ruling) -> tuple[MemberModeration, Event]:
    """Rules about a member of lower rank; emits a private `member.moderation_updated`. A guest has a channel to see.

    Raises Invalid for oneself, the owner, a rank that is too high, an unknown role or a note over 2000 characters;
    NotFound for who is no member.
    """
    membership = _moderating(tx, actor, workspace_id)
    row = tx.one(f"{_SELECT} WHERE m.workspace_n = ? AND u.id = ?", membership.workspace.n, user_id)
    if row is None:
        raise NotFound("member not found")
    _refuse_rank(tx, actor, membership, row, ruling)
    _rule(tx, actor, row, ruling)
    if ruling.role_n is not None:
        members.set_role(tx, membership.workspace, row[8], ruling.role_n)
        if ruling.role_n == GUEST:
            channel_members.let_go(tx, membership.workspace.n, row[8])
    ruled = tx.all(f"{_SELECT} WHERE m.n = ?", row[0])[0]
    posts = waiting_room.posts_of(tx, membership.workspace.n, [row[8]])
    changed = _member_of(workspace_id, ruled, posts)
    data = {"workspace_id": workspace_id, "user_id": user_id, "role_n": changed.role_n}
    _note(tx, actor, membership, changed, ruling)
    told = {row[8], *_moderators(tx, membership.workspace.n)}
    event = tx.emit("member.moderation_updated", membership.workspace.n, data, recipients=sorted(told))
    make_room_for(tx, membership.workspace, ruling.role_n)
    return changed, event


def _moderating(tx: Tx, actor: Actor, workspace_id: str) -> Membership:
    membership = workspace_of(tx, actor, workspace_id)
    membership.require(Permission.MEMBERS_MODERATE, "moderation restriction")
    return membership


def _refuse_rank(tx: Tx, actor: Actor, membership: Membership, row: tuple[Any, ...], ruling: Ruling) -> None:
    if row[9] == actor.user_id:
        raise Invalid("moderators cannot moderate themselves")
    if row[1] == OWNER:
        raise Invalid("owners cannot be moderated")
    rank: int = tx.value("SELECT rank FROM roles WHERE n = ?", membership.role_n)
    if row[2] >= rank:
        raise Invalid("target role is too high for this moderator")
    if ruling.role_n is not None and tx.value("SELECT rank FROM roles WHERE n = ?", ruling.role_n) >= rank:
        raise Invalid("role is too high for this moderator")


def _rule(tx: Tx, actor: Actor, row: tuple[Any, ...], ruling: Ruling) -> None:
    timeout_until, blocked_at, note = row[3], row[4], row[5] or ""
    if ruling.clear_timeout:
        timeout_until = None
    elif ruling.timeout_until is not None:
        timeout_until = ruling.timeout_until
    elif ruling.timeout_minutes is not None and ruling.timeout_minutes > 0:
        timeout_until = tx.now + min(ruling.timeout_minutes, TIMEOUT_MINUTES) * MINUTE
    if ruling.blocked is not None:
        blocked_at = tx.now if ruling.blocked else None
    if ruling.note is not None:
        note = ruling.note.strip()
        if len(note) > NOTE_LIMIT:
            raise Invalid(f"the note is too long (maximum {NOTE_LIMIT} characters)")
    tx.run(
        "INSERT INTO moderations (membership_n, timeout_until, blocked_at, note, moderated_by_n, moderated_at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (membership_n) DO UPDATE SET timeout_until = excluded.timeout_until,"
        " blocked_at = excluded.blocked_at, note = excluded.note, moderated_by_n = excluded.moderated_by_n,"
        " moderated_at = excluded.moderated_at",
        *(row[0], timeout_until, blocked_at, note, actor.user_n, tx.now),
    )


def _note(tx: Tx, actor: Actor, membership: Membership, changed: MemberModeration, ruling: Ruling) -> None:
    """Keeps who ruled what about whom; the note itself is for those who moderate."""
    facts = {
        "role": "" if ruling.role_n is None else str(tx.value("SELECT key FROM roles WHERE n = ?", ruling.role_n)),
        "blocked": "" if ruling.blocked is None else str(ruling.blocked).lower(),
        "timeout": "ended" if ruling.clear_timeout else "",
        "note": "" if ruling.note is None else "changed",
        "timeout_until": "" if changed.timeout_until is None else to_rfc3339(changed.timeout_until),
    }
    told = {name: value for name, value in facts.items() if value}
    audit.record(tx, actor, "member.moderated", (membership.workspace.n, "user", changed.user.id), told)


def _moderators(tx: Tx, workspace_n: int) -> list[int]:
    """Who may moderate now: neither blocked nor timed out."""
    rows = tx.all(
        f"SELECT m.user_n, {STANDING_COLUMNS} FROM memberships m {STANDING_JOIN}"
        " WHERE m.workspace_n = ? AND m.directory_rank <= 1",
        workspace_n,
    )
    moderating = Permission.MEMBERS_MODERATE
    return [user_n for user_n, *standing in rows if moderating in standing_of(tx, *standing).permissions]


def _member_of(workspace_id: str, row: tuple[Any, ...], posts: dict[int, int]) -> MemberModeration:
    _, role_n, _, timeout_until, blocked_at, note, moderated_by, moderated_at = row[:8]
    limit = waiting_room.DAILY_POSTS if role_n == GUEST else 0
    return MemberModeration(
        workspace_id=workspace_id,
        user=user_of(row[8:]),
        role_n=role_n,
        posts_remaining=max(0, limit - posts.get(row[8], 0)),
        post_limit=limit,
        timeout_until=timeout_until,
        blocked_at=blocked_at,
        note=note or "",
        moderated_by=moderated_by,
        moderated_at=moderated_at,
    )
