"""Threads: replies to one root message, one level deep (contract chat 6.1, 6.2)."""

from dataclasses import dataclass

import orjson

from clickclack.chat.access import Place
from clickclack.chat.attachments import attach_new, posted_with, usable, with_attachments
from clickclack.chat.direct_conversations import require_peer, show_to_all
from clickclack.chat.drafts import Draft, checked_body, checked_nonce, checked_uploads
from clickclack.chat.mentions import mentioned_user_ids
from clickclack.chat.message_pages import Numbered, hydrated, read_run
from clickclack.chat.message_records import Message, ThreadState, message_by_n
from clickclack.chat.messages import WRITE, get, nonce_conflict, posted_before
from clickclack.chat.quotes import Quoted, quoted_in_thread
from clickclack.chat.route_ids import ensure_message_route
from clickclack.chat.thread_reads import followed
from clickclack.chat.waiting_room import spend_budget
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.kernel.errors import Invalid
from clickclack.kernel.events import Event
from clickclack.kernel.ids import new_id
from clickclack.kernel.transaction import Tx

LAST_AUTHORS = 3


@dataclass(frozen=True, slots=True)
class Thread:
    """A root, which knows the state of the whole thread, and a window of its replies in ascending order."""

    root: Message
    replies: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Replied:
    """A reply, the thread after it, and the two events; none when the same nonce had posted it before."""

    message: Message
    thread: ThreadState
    events: tuple[Event, ...]


def read_thread(tx: Tx, actor: Actor, message_id: str, limit: int, latest: bool) -> Thread:
    """The root with its oldest, or newest, `limit` replies; Invalid when it is a reply.

    The root of a thread that nobody has opened has no route id yet: see `route_ids.ensure_message_route`.
    """
    root, _ = _root(tx, actor, message_id, "thread root must be a root message")
    count = root.thread.reply_count
    low, high = (max(1, count - limit + 1), count) if latest else (1, min(limit, count))
    replies = read_run(tx, Numbered("m.root_n", "m.thread_seq", root.n), low, high, from_end=latest)
    found = hydrated(tx, actor, [root, *replies])
    return Thread(found[0], found[1:])


def reply(tx: Tx, actor: Actor, message_id: str, draft: Draft) -> Replied:
    """Posts a reply; emits `thread.reply_created` and `thread.state_updated`.

    Raises NotFound for a root that is not to be seen, Invalid for a bad body, nonce, quote or attachment or for a root
    that is itself a reply, Forbidden for who may not post. A nonce that replied before is answered first.
    """
    root, place = _root(tx, actor, message_id, "nested thread replies are not supported", WRITE)
    body = checked_body(draft, "reply body is required")
    nonce, upload_ids = checked_nonce(draft.nonce), checked_uploads(draft)
    if nonce and (n := posted_before(tx, actor, nonce)):
        return Replied(_replayed(tx, n, root, body, draft), root.thread, ())
    place.require(Permission.MESSAGES_POST)
    if place.is_direct:
        require_peer(tx, place)
    quoted = quoted_in_thread(tx, root.n, draft.quoted_message_id)
    uploads = usable(tx, actor, place, upload_ids)
    spend_budget(tx, place)
    ensure_message_route(tx, root.n)
    if place.is_direct:
        show_to_all(tx, place.channel_n)
    thread = _count(tx, actor, root)
    message = _insert(tx, actor, (root.n, place.channel_n, thread.reply_count), (body, nonce), quoted)
    message = attach_new(tx, message, place.channel_n, uploads)
    followed(tx, root, place.reader, thread.reply_count)
    return Replied(message, thread, _announce(tx, place, message, draft.correlation_id))


def _root(tx: Tx, actor: Actor, message_id: str, refusal: str, direct_scope: str = "dms:read") -> tuple[Message, Place]:
    root, place = get(tx, actor, message_id, direct_scope)
    if root.root_id is not None:
        raise Invalid(refusal)
    return root, place


def _replayed(tx: Tx, n: int, root: Message, body: str, draft: Draft) -> Message:
    found = message_by_n(tx, n)
    quoted_id = found.quote.message_id if found.quote else ""
    wanted = checked_uploads(draft)
    before = (found.root_id, found.body, quoted_id, posted_with(tx, n, wanted))
    if before != (root.id, body, draft.quoted_message_id.strip(), wanted):
        raise nonce_conflict()
    return with_attachments(tx, found) if draft.upload_ids else found


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
    thread = {"root_message_id": message.root_id}
    data = {**thread, "message_id": message.id, "correlation_id": correlation_id}
    if message.nonce:
        data["nonce"] = message.nonce
    mentioned = mentioned_user_ids(tx, place, message.body)
    extra = {"mentioned_user_ids": mentioned} if mentioned else {}
    return (
        place.emit(tx, "thread.reply_created", {**data, **extra}),
        place.emit(tx, "thread.state_updated", thread),
    )
