"""Threads: replies to one root message, one level deep (contract chat 6.1, 6.2)."""

from dataclasses import dataclass

import orjson

from clickclack.chat.access import Place
from clickclack.chat.drafts import Draft, checked_body, checked_nonce
from clickclack.chat.mentions import mentioned_user_ids
from clickclack.chat.message_pages import with_reactions
from clickclack.chat.message_records import SELECT, Message, ThreadState, message_by_n, message_of
from clickclack.chat.messages import get, nonce_conflict, posted_before
from clickclack.chat.quotes import Quoted, quoted_in_thread
from clickclack.chat.route_ids import ensure_message_route
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.kernel.errors import Invalid
from clickclack.kernel.events import Event
from clickclack.kernel.ids import new_id
from clickclack.kernel.transaction import Tx

LAST_AUTHORS = 3


@dataclass(frozen=True, slots=True)
class Thread:
    """A root, a window of its replies in ascending order, and the state of the whole thread."""

    root: Message
    replies: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Replied:
    """A reply, the thread after it, and the two events; none when the same nonce had posted it before."""

    message: Message
    thread: ThreadState
    events: tuple[Event, ...]


def open_thread(tx: Tx, actor: Actor, message_id: str, limit: int, latest: bool) -> Thread:
    """The root with its oldest, or newest, `limit` replies; gives the root its route id. Invalid when it is a reply."""
    root, _ = _root(tx, actor, message_id, "thread root must be a root message")
    if root.route_id is None:
        ensure_message_route(tx, root.n)
        root = message_by_n(tx, root.n)
    order = "DESC" if latest else "ASC"
    rows = tx.all(f"{SELECT} WHERE m.root_n = ? ORDER BY m.thread_seq {order} LIMIT ?", root.n, limit)
    replies = [message_of(row) for row in (reversed(rows) if latest else rows)]
    hydrated = with_reactions(tx, actor, [root, *replies])
    return Thread(hydrated[0], hydrated[1:])


def reply(tx: Tx, actor: Actor, message_id: str, draft: Draft) -> Replied:
    """Posts a reply; emits `thread.reply_created` and `thread.state_updated`.

    Raises NotFound for a root that is not to be seen, Invalid for a bad body, nonce or quote or a root that is itself a
    reply, Forbidden for who may not post. A nonce that replied before answers before the right to post.
    """
    root, place = _root(tx, actor, message_id, "nested thread replies are not supported")
    ensure_message_route(tx, root.n)
    body = checked_body(draft, "reply body is required")
    nonce = checked_nonce(draft.nonce)
    if nonce and (n := posted_before(tx, actor, nonce)):
        return Replied(_replayed(tx, n, root, body, draft), root.thread, ())
    place.require(Permission.MESSAGES_POST)
    quoted = quoted_in_thread(tx, root.n, draft.quoted_message_id)
    thread = _count(tx, actor, root)
    message = _insert(tx, actor, (root.n, place.channel_n, thread.reply_count), (body, nonce), quoted)
    return Replied(message, thread, _announce(tx, place, message, draft.correlation_id))


def _root(tx: Tx, actor: Actor, message_id: str, refusal: str) -> tuple[Message, Place]:
    root, place = get(tx, actor, message_id)
    if root.root_id is not None:
        raise Invalid(refusal)
    return root, place


def _replayed(tx: Tx, n: int, root: Message, body: str, draft: Draft) -> Message:
    found = message_by_n(tx, n)
    quoted_id = found.quote.message_id if found.quote else ""
    if (found.root_id, found.body, quoted_id) != (root.id, body, draft.quoted_message_id.strip()):
        raise nonce_conflict()
    return found


def _count(tx: Tx, actor: Actor, root: Message) -> ThreadState:
    before = root.thread.last_reply_author_ids
    authors = (actor.user_id, *(a for a in before if a != actor.user_id))[:LAST_AUTHORS]
    count: int = tx.value(
        "UPDATE messages SET reply_count = reply_count + 1, last_reply_at = ?, last_reply_authors = ? WHERE n = ?"
        " RETURNING reply_count",
        tx.now,
        orjson.dumps(authors).decode(),
        root.n,
    )
    return ThreadState(root.id, count, tx.now, authors)


def _insert(
    tx: Tx, actor: Actor, where: tuple[int, int, int], content: tuple[str, str], quoted: Quoted | None
) -> Message:
    root_n, channel_n, thread_seq = where
    n: int = tx.value(
        "INSERT INTO messages (id, channel_n, author_n, root_n, thread_seq, body, nonce, quoted_message_id,"
        " quoted_author_n, quoted_body, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING n",
        new_id("msg"),
        channel_n,
        actor.user_n,
        root_n,
        thread_seq,
        *content,
        quoted and quoted.message_id,
        quoted and quoted.author_n,
        quoted and quoted.body,
        tx.now,
    )
    return message_by_n(tx, n)


def _announce(tx: Tx, place: Place, message: Message, correlation_id: str) -> tuple[Event, Event]:
    thread = {
        "workspace_id": message.workspace_id,
        "channel_id": message.channel_id,
        "root_message_id": message.root_id,
    }
    data = {**thread, "message_id": message.id, "correlation_id": correlation_id}
    if message.nonce:
        data["nonce"] = message.nonce
    mentioned = mentioned_user_ids(tx, place.workspace_n, message.body)
    extra = {"mentioned_user_ids": mentioned} if mentioned else {}
    return (
        tx.emit("thread.reply_created", place.workspace_n, {**data, **extra}, topic=place.channel_n),
        tx.emit("thread.state_updated", place.workspace_n, thread, topic=place.channel_n),
    )
