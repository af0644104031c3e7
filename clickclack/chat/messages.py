"""Messages: find, edit, delete (contract chat 3.7, 6.5). Posting is `posting`, replying `threads`."""

from dataclasses import dataclass

from clickclack.chat.access import Place, place_of
from clickclack.chat.drafts import Draft, checked_body, checked_nonce
from clickclack.chat.message_records import SELECT, Message, message_by_n, message_of
from clickclack.identity.access import workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.kernel.errors import Forbidden, Invalid, NotFound
from clickclack.kernel.events import Event
from clickclack.kernel.transaction import Tx


@dataclass(frozen=True, slots=True)
class Changed:
    """A message after an edit or a deletion, and the event; None when nothing changed."""

    message: Message
    event: Event | None


def posted_before(tx: Tx, actor: Actor, nonce: str) -> int | None:
    """The row of the message that this author posted with this nonce, in any workspace."""
    sql = "SELECT n FROM messages WHERE author_n = ? AND nonce = ? AND nonce <> ''"  # the partial index asks for it
    return tx.value(sql, actor.user_n, nonce)


def nonce_conflict() -> Invalid:
    """The answer to a nonce that already stands for something else."""
    return Invalid("client nonce was already used for a different message")


_BY_ID = f"{SELECT} WHERE m.id = ?"


def get(tx: Tx, actor: Actor, message_id: str) -> tuple[Message, Place]:
    """The message and the channel it is in; NotFound when either is not to be seen by the actor."""
    row = tx.one(_BY_ID, message_id)
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
