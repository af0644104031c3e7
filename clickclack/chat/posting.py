"""Posting a root message: the one hot path, so its statements are few and its answer is made of what is in hand.

Source: contract chat 6.1, 6.2.
"""

from dataclasses import dataclass
from typing import Any

from clickclack.chat.access import Place, channel_place, direct_place
from clickclack.chat.attachments import attach_new, posted_with, usable, with_attachments
from clickclack.chat.direct_conversations import require_peer, show_to_all
from clickclack.chat.drafts import ORDINARY, Draft, checked_body, checked_kind, checked_nonce, checked_uploads
from clickclack.chat.mentions import mentioned_user_ids
from clickclack.chat.message_records import Message, ThreadState, message_by_n
from clickclack.chat.messages import nonce_conflict, posted_before
from clickclack.chat.quotes import Quoted, quoted_in_channel
from clickclack.chat.topics import Topic, topic_for
from clickclack.chat.waiting_room import spend_budget
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.kernel.events import Event
from clickclack.kernel.ids import new_id
from clickclack.kernel.transaction import Tx


@dataclass(frozen=True, slots=True)
class Posted:
    """A message and the event of its making; None when the same nonce had posted it before."""

    message: Message
    event: Event | None


@dataclass(frozen=True, slots=True)
class _Content:
    """A draft that has passed its checks."""

    kind: str
    turn_id: str
    body: str
    nonce: str
    quoted_message_id: str
    topic: Topic | None
    upload_ids: tuple[str, ...]


def post(tx: Tx, actor: Actor, channel_id: str, draft: Draft) -> Posted:
    """Posts a root message; emits `message.created`.

    Raises NotFound for a channel that is not to be seen, Invalid for a bad body, kind, nonce, quote or attachment,
    Forbidden for who may not post. A nonce that posted before answers before the right to post is asked for.
    """
    kind = checked_kind(actor, draft)
    place = channel_place(tx, actor, channel_id)
    return _post(tx, actor, place, kind, draft)


def post_direct(tx: Tx, actor: Actor, conversation_id: str, draft: Draft) -> Posted:
    """Posts into a direct conversation and puts it back into every member's list; emits `message.created`.

    Raises what `post` raises, the right to write before all else, and Conflict when nobody is left to read.
    """
    kind = checked_kind(actor, draft)
    place = direct_place(tx, actor, conversation_id)
    place.require(Permission.MESSAGES_POST)
    require_peer(tx, place)
    posted = _post(tx, actor, place, kind, draft)
    if posted.event is not None:
        show_to_all(tx, place.channel_n)
    return posted


def _post(tx: Tx, actor: Actor, place: Place, kind: str, draft: Draft) -> Posted:
    topic = topic_for(tx, place, draft.topic_id)
    body = checked_body(draft, "message body is required")
    nonce, quoted_id = checked_nonce(draft.nonce), draft.quoted_message_id.strip()
    content = _Content(kind, draft.turn_id, body, nonce, quoted_id, topic, checked_uploads(draft))
    if content.nonce and (n := posted_before(tx, actor, content.nonce)):
        return Posted(_replayed(tx, n, place, content), None)
    place.require(Permission.MESSAGES_POST)
    quoted = quoted_in_channel(tx, place.channel_n, content.quoted_message_id)
    uploads = usable(tx, actor, place, content.upload_ids)
    spend_budget(tx, place)
    message = attach_new(tx, _insert(tx, place, content, quoted), place.channel_n, uploads)
    return Posted(message, place.emit(tx, "message.created", _facts(tx, place, message, draft.correlation_id)))


def _replayed(tx: Tx, n: int, place: Place, content: _Content) -> Message:
    found = message_by_n(tx, n)
    quoted_id = found.quote.message_id if found.quote else ""
    topic_id = content.topic and content.topic.id
    uploads = posted_with(tx, n, content.upload_ids)
    before = _Content(found.kind, found.turn_id or "", found.body, found.nonce, quoted_id, content.topic, uploads)
    if (found.channel_id, found.root_id, found.topic_id) != (place.channel_id, None, topic_id) or before != content:
        raise nonce_conflict()
    return with_attachments(tx, found) if uploads else found


_COUNT = "UPDATE channels SET last_seq = last_seq + 1, message_count = message_count + ? WHERE n = ?"
"""One writer has the whole unit to itself, so the number that `Place` was read with is the last one still."""
_COUNT_OWN = (
    "INSERT INTO channel_reads (channel_n, user_n, posted) VALUES (?, ?, 1)"
    " ON CONFLICT (channel_n, user_n) DO UPDATE SET posted = channel_reads.posted + 1"
)
_INSERT = (
    "INSERT INTO messages (id, channel_n, author_n, kind, turn_id, channel_seq, body, nonce, topic_n,"
    " quoted_message_id, quoted_author_n, quoted_body, created_at, channel_ordinal, author_ordinal)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT message_count FROM channels WHERE n = ?),"
    " CASE WHEN ? THEN (SELECT posted FROM channel_reads WHERE channel_n = ? AND user_n = ?) ELSE 0 END)"
)
"""Takes the counts as they have just become: `RETURNING` would make a table for each of its answers."""


def _insert(tx: Tx, place: Place, content: _Content, quoted: Quoted | None) -> Message:
    channel_n, author, seq = place.channel_n, place.reader, place.last_seq + 1
    ordinary = content.kind == ORDINARY
    tx.run(_COUNT, int(ordinary), channel_n)
    if ordinary:
        tx.run(_COUNT_OWN, channel_n, author.n)
    identifier, turn_id = new_id("msg"), content.turn_id or None
    topic_n = content.topic.n if content.topic else None
    quote = (quoted.message_id, quoted.author_n, quoted.body) if quoted else (None, None, None)
    row = (content.kind, turn_id, seq, content.body, content.nonce, topic_n, *quote, tx.now)
    counts = (channel_n, ordinary, channel_n, author.n)
    n = tx.insert(_INSERT, identifier, channel_n, author.n, *row, *counts)
    if quoted is not None:
        return message_by_n(tx, n)
    return Message(
        n=n,
        id=identifier,
        route_id=None,
        workspace_id=place.workspace_id,
        channel_id=place.channel_id,
        root_id=None,
        seq=seq,
        kind=content.kind,
        turn_id=turn_id,
        topic_id=content.topic.id if content.topic else None,
        body=content.body,
        nonce=content.nonce,
        author=author,
        quote=None,
        thread=ThreadState(identifier, 0, None, ()),
        created_at=tx.now,
        edited_at=None,
        deleted_at=None,
    )


def _facts(tx: Tx, place: Place, message: Message, correlation_id: str) -> dict[str, Any]:
    data: dict[str, Any] = {
        "seq": message.seq,
        "message_id": message.id,
        "author_id": message.author.id,
        "correlation_id": correlation_id,
    }
    if message.topic_id:
        data["topic_id"] = message.topic_id
    if message.kind != ORDINARY:
        data["kind"] = message.kind
        if message.turn_id:
            data["turn_id"] = message.turn_id
    if message.nonce:
        data["nonce"] = message.nonce
    if not place.is_direct and (mentioned := mentioned_user_ids(tx, place, message.body)):
        data["mentioned_user_ids"] = mentioned
    return data
