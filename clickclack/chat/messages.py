"""Messages: find them, tell of their changes (contract chat 3.7)."""

from dataclasses import dataclass

from clickclack.chat.access import Place, place_of, require_direct_scope
from clickclack.chat.drafts import checked_nonce
from clickclack.chat.message_records import SELECT, Message, message_by_n, message_of
from clickclack.identity.access import workspace_of
from clickclack.identity.actors import Actor
from clickclack.kernel.errors import Invalid, NotFound
from clickclack.kernel.events import Event
from clickclack.kernel.transaction import Tx

WRITE = "dms:write"


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


def get(tx: Tx, actor: Actor, message_id: str, direct_scope: str = "dms:read") -> tuple[Message, Place]:
    """The message and the channel it is in; NotFound when either is not to be seen by the actor.

    In a direct conversation a narrowed credential needs `direct_scope`, else Forbidden.
    """
    row = tx.one(_BY_ID, message_id)
    if row is None:
        raise NotFound("message not found")
    message = message_of(row)
    try:
        place = place_of(tx, actor, message.channel_id)
    except NotFound:
        raise NotFound("message not found") from None
    require_direct_scope(actor, place.channel_id, direct_scope)
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
    return get(tx, actor, message.id, WRITE)[0]


def changed(tx: Tx, event_type: str, message: Message, place: Place) -> Event:
    """Emits `message.updated` or `message.deleted`."""
    facts: dict[str, str | int] = {"message_id": message.id, "root_message_id": message.root_id or message.id}
    if message.root_id is None:
        facts["seq"] = message.seq
    return place.emit(tx, event_type, facts)
