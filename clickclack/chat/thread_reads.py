"""Followed threads and how far they are read (an addition to the contract).

Who writes in a thread follows it, and so does who wrote its root, until they say otherwise.
"""

from dataclasses import dataclass

from clickclack.chat.access import DIRECT, visible_channels
from clickclack.chat.message_pages import hydrated, read_some
from clickclack.chat.message_records import Message
from clickclack.chat.messages import get
from clickclack.identity.access import workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.users import User
from clickclack.kernel.errors import Invalid
from clickclack.kernel.transaction import Tx, marks

LISTED = 100


@dataclass(frozen=True, slots=True)
class ThreadRead:
    """Where a reader stands in a thread; `last_read_at` is None before the first read."""

    root_message_id: str
    following: bool
    last_read_seq: int
    unread_count: int
    last_read_at: int | None


@dataclass(frozen=True, slots=True)
class FollowedThread:
    """A root that the reader follows, and where the reader stands in its thread."""

    root: Message
    read: ThreadRead


_FOLLOW = (
    "INSERT INTO thread_reads (root_n, user_n, last_read_seq, last_read_at, followed_at) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (root_n, user_n) DO UPDATE SET unfollowed_at = NULL,"
    " last_read_seq = MAX(thread_reads.last_read_seq, excluded.last_read_seq)"
)


def followed(tx: Tx, root: Message, author: User, thread_seq: int) -> None:
    """A reply was written: its author has read so far and follows; at the first one so does the root's author.

    Bots follow nothing by themselves: they answer in threads without end.
    """
    if thread_seq == 1 and root.author.n != author.n and root.author.kind == "human":
        tx.run(f"{_FOLLOW.partition(' DO UPDATE')[0]} DO NOTHING", root.n, root.author.n, 0, None, tx.now)
    if author.kind == "human":
        tx.run(_FOLLOW, root.n, author.n, thread_seq, tx.now, tx.now)


def follow(tx: Tx, actor: Actor, message_id: str) -> ThreadRead:
    """Follows the thread of a root message; what is in it counts as read."""
    root = _root(tx, actor, message_id)
    tx.run(_FOLLOW, root.n, actor.user_n, root.thread.reply_count, tx.now, tx.now)
    return _read(tx, actor, root)


def unfollow(tx: Tx, actor: Actor, message_id: str) -> ThreadRead:
    """Follows it no more, until the actor writes in it again."""
    root = _root(tx, actor, message_id)
    tx.run(
        "UPDATE thread_reads SET unfollowed_at = ? WHERE root_n = ? AND user_n = ? AND unfollowed_at IS NULL",
        *(tx.now, root.n, actor.user_n),
    )
    return _read(tx, actor, root)


def mark_read(tx: Tx, actor: Actor, message_id: str, seq: int) -> ThreadRead:
    """Moves the pointer forward to `seq`, at most to the newest reply; nothing for a thread that is not followed."""
    if seq < 0:
        raise Invalid("seq must be non-negative")
    root = _root(tx, actor, message_id)
    tx.run(
        "UPDATE thread_reads SET last_read_seq = ?, last_read_at = ?"
        " WHERE root_n = ? AND user_n = ? AND last_read_seq < ?",
        *(wanted := min(seq, root.thread.reply_count), tx.now, root.n, actor.user_n, wanted),
    )
    return _read(tx, actor, root)


def list_followed(tx: Tx, actor: Actor, workspace_id: str) -> list[FollowedThread]:
    """The threads that the actor follows and may see, those with the newest reply first, at most 100.

    A narrowed credential without `dms:read` gets none of direct conversations.
    """
    membership = workspace_of(tx, actor, workspace_id)
    visible = visible_channels(tx, membership.standing, actor.user_n, membership.workspace.n)
    shown = "" if visible is None else f" AND c.n IN ({marks(visible)})"
    if actor.scopes is not None and "dms:read" not in actor.scopes:
        shown += f" AND c.kind <> '{DIRECT}'"
    rows = tx.all(
        "SELECT m.n, f.last_read_seq, f.last_read_at FROM thread_reads f JOIN messages m ON m.n = f.root_n"
        " JOIN channels c ON c.n = m.channel_n WHERE f.user_n = ? AND f.unfollowed_at IS NULL"
        f" AND c.workspace_n = ?{shown} ORDER BY m.last_reply_at DESC, m.n DESC LIMIT ?",
        *(actor.user_n, membership.workspace.n, *(visible or ()), LISTED),
    )
    roots = {root.n: root for root in hydrated(tx, actor, read_some(tx, [n for n, *_ in rows]))}
    return [FollowedThread(roots[n], _standing(roots[n], (seq, at, None))) for n, seq, at in rows if n in roots]


def _root(tx: Tx, actor: Actor, message_id: str) -> Message:
    root, _ = get(tx, actor, message_id)
    if root.root_id is not None:
        raise Invalid("thread root must be a root message")
    return root


def _read(tx: Tx, actor: Actor, root: Message) -> ThreadRead:
    sql = "SELECT last_read_seq, last_read_at, unfollowed_at FROM thread_reads WHERE root_n = ? AND user_n = ?"
    row = tx.one(sql, root.n, actor.user_n)
    return _standing(root, row or (0, None, 0))


def _standing(root: Message, row: tuple[int, int | None, int | None]) -> ThreadRead:
    seq, at, unfollowed_at = row
    following = unfollowed_at is None
    unread = max(0, root.thread.reply_count - seq) if following else 0
    return ThreadRead(root.id, following, seq, unread, at)
