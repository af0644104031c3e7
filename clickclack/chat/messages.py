"""Root messages of a channel: post, find, edit, delete (contract chat 3.7, 6.1 to 6.5)."""

from dataclasses import dataclass, replace
from typing import Any

from clickclack.chat.access import Place, place_of
from clickclack.chat.drafts import ORDINARY, Draft, checked_body, checked_kind, checked_nonce
from clickclack.chat.mentions import mentioned_user_ids
from clickclack.chat.message_records import SELECT, Message, message_by_n, message_of
from clickclack.chat.quotes import Quoted, quoted_in_channel
from clickclack.identity.access import workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.kernel.errors import Forbidden, Invalid, NotFound
from clickclack.kernel.events import Event
from clickclack.kernel.ids import new_id
from clickclack.kernel.transaction import Tx


@dataclass(frozen=True, slots=True)
class Posted:
    """A message and the event of its making; None when the same nonce had posted it before."""

    message: Message
    event: Event | None


@dataclass(frozen=True, slots=True)
class Changed:
    """A message after an edit or a deletion, and the event; None when nothing changed."""

    message: Message
    event: Event | None


def post(tx: Tx, actor: Actor, channel_id: str, draft: Draft) -> Posted:
    """Posts a root message; emits `message.created`.

    Raises NotFound for a channel that is not to be seen, Invalid for a bad body, kind, nonce or quote, Forbidden for
    who may not post. A nonce that posted before answers before the right to post is asked for.
    """
    kind = checked_kind(actor, draft)
    place = place_of(tx, actor, channel_id)
    body = checked_body(draft, "message body is required")
    nonce = checked_nonce(draft.nonce)
    if nonce and (n := posted_before(tx, actor, nonce)):
        return Posted(_replayed(tx, n, place, replace(draft, body=body, kind=kind)), None)
    place.require(Permission.MESSAGES_POST)
    quoted = quoted_in_channel(tx, place.channel_n, draft.quoted_message_id)
    n, seq = _insert(tx, actor, place, (kind, draft.turn_id, body, nonce), quoted)
    message = message_by_n(tx, n)
    data: dict[str, Any] = {
        "workspace_id": place.workspace_id,
        "channel_id": place.channel_id,
        "seq": seq,
        "message_id": message.id,
        "author_id": actor.user_id,
        "correlation_id": draft.correlation_id,
    }
    if kind != ORDINARY:
        data |= {"kind": kind} | ({"turn_id": draft.turn_id} if draft.turn_id else {})
    if nonce:
        data["nonce"] = nonce
    if mentioned := mentioned_user_ids(tx, place.workspace_n, body):
        data["mentioned_user_ids"] = mentioned
    return Posted(message, tx.emit("message.created", place.workspace_n, data, topic=place.channel_n))


def _insert(
    tx: Tx, actor: Actor, place: Place, content: tuple[str, str, str, str], quoted: Quoted | None
) -> tuple[int, int]:
    kind, turn_id, body, nonce = content
    ordinary = 1 if kind == ORDINARY else 0
    seq, ordinal = tx.all(
        "UPDATE channels SET last_seq = last_seq + 1, message_count = message_count + ? WHERE n = ?"
        " RETURNING last_seq, message_count",
        ordinary,
        place.channel_n,
    )[0]
    author_ordinal = 0
    if ordinary:
        author_ordinal = tx.value(
            "INSERT INTO channel_reads (channel_n, user_n, posted) VALUES (?, ?, 1)"
            " ON CONFLICT (channel_n, user_n) DO UPDATE SET posted = channel_reads.posted + 1 RETURNING posted",
            place.channel_n,
            actor.user_n,
        )
    n: int = tx.value(
        "INSERT INTO messages (id, channel_n, author_n, kind, turn_id, channel_seq, channel_ordinal, author_ordinal,"
        " body, nonce, quoted_message_id, quoted_author_n, quoted_body, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING n",
        new_id("msg"),
        place.channel_n,
        actor.user_n,
        kind,
        turn_id or None,
        seq,
        ordinal,
        author_ordinal,
        body,
        nonce,
        quoted and quoted.message_id,
        quoted and quoted.author_n,
        quoted and quoted.body,
        tx.now,
    )
    return n, seq


def posted_before(tx: Tx, actor: Actor, nonce: str) -> int | None:
    """The row of the message that this author posted with this nonce, in any workspace."""
    return tx.value("SELECT n FROM messages WHERE author_n = ? AND nonce = ?", actor.user_n, nonce)


def _replayed(tx: Tx, n: int, place: Place, draft: Draft) -> Message:
    found = message_by_n(tx, n)
    same = (
        (found.channel_id, found.root_id) == (place.channel_id, None)
        and (found.body, found.kind, found.turn_id or "") == (draft.body, draft.kind, draft.turn_id)
        and (found.quote.message_id if found.quote else "") == draft.quoted_message_id.strip()
    )
    if not same:
        raise nonce_conflict()
    return found


def nonce_conflict() -> Invalid:
    """The answer to a nonce that already stands for something else."""
    return Invalid("client nonce was already used for a different message")


def get(tx: Tx, actor: Actor, message_id: str) -> tuple[Message, Place]:
    """The message and the channel it is in; NotFound when either is not to be seen by the actor."""
    row = tx.one(f"{SELECT} WHERE m.id = ?", message_id)
    if row is None:
        raise NotFound("message not found")
    message = message_of(row)
    try:
        place = place_of(tx, actor, message.channel_id)
    except NotFound:
        raise NotFound("message not found") from None
    return message, place


def by_nonce(tx: Tx, actor: Actor, workspace_id: str, nonce: str) -> Message:
    """The actor's own message with this nonce; NotFound when there is none, Invalid when it is in another workspace."""
    if not workspace_id:
        raise Invalid("workspace_id is required")
    wanted = checked_nonce(nonce)
    if not wanted:
        raise Invalid("nonce is required")
    workspace_of(tx, actor, workspace_id)
    n = posted_before(tx, actor, wanted)
    if n is None:
        raise NotFound("message not found")
    message = message_by_n(tx, n)
    if message.workspace_id != workspace_id:
        raise nonce_conflict()
    return get(tx, actor, message.id)[0]


def edit(tx: Tx, actor: Actor, message_id: str, body: str) -> Changed:
    """Replaces the body of the actor's own message; emits `message.updated` even when the text is the same."""
    message, place = get(tx, actor, message_id)
    place.require(Permission.MESSAGES_POST)
    if message.author.n != actor.user_n:
        raise Invalid("only the author can edit a message")
    if message.deleted_at is not None:
        raise Invalid("deleted messages cannot be edited")
    text = checked_body(Draft(body), "message body is required")
    tx.run("UPDATE messages SET body = ?, edited_at = ? WHERE n = ?", text, tx.now, message.n)
    return Changed(message_by_n(tx, message.n), _changed(tx, "message.updated", message, place))


def delete(tx: Tx, actor: Actor, message_id: str) -> Changed:
    """Empties the message and marks it deleted, keeping its place; emits `message.deleted` the first time only.

    The author may, and who holds `messages:delete_any`; Forbidden for others.
    """
    message, place = get(tx, actor, message_id)
    if message.author.n != actor.user_n:
        if Permission.MESSAGES_DELETE_ANY not in place.permissions:
            raise Forbidden("message is not writable")
    else:
        place.require(Permission.MESSAGES_POST)
    if message.deleted_at is not None:
        return Changed(message, None)
    tx.run("UPDATE messages SET body = '', deleted_at = ? WHERE n = ?", tx.now, message.n)
    return Changed(message_by_n(tx, message.n), _changed(tx, "message.deleted", message, place))


def _changed(tx: Tx, event_type: str, message: Message, place: Place) -> Event:
    data: dict[str, str | int] = {
        "workspace_id": message.workspace_id,
        "channel_id": message.channel_id,
        "message_id": message.id,
        "root_message_id": message.root_id or message.id,
    }
    if message.root_id is None:
        data["seq"] = message.seq
    return tx.emit(event_type, place.workspace_n, data, topic=place.channel_n)
