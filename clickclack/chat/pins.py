"""Pinned messages of a channel, at most 100 (contract chat 3.7, 4.11)."""

from dataclasses import dataclass

from clickclack.chat.access import Place, channel_place
from clickclack.chat.message_pages import hydrated, read_some
from clickclack.chat.message_records import SELECT, Message, message_of
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.kernel.errors import Conflict, Invalid, NotFound
from clickclack.kernel.events import Event
from clickclack.kernel.ids import new_id
from clickclack.kernel.transaction import Tx

MOST = 100


@dataclass(frozen=True, slots=True)
class PinnedMessage:
    """A pin: which message of which channel, by whom and when."""

    id: str
    workspace_id: str
    channel_id: str
    message_id: str
    pinned_by: str
    created_at: int


def list_pins(tx: Tx, actor: Actor, channel_id: str, limit: int) -> tuple[Message, ...]:
    """The pinned messages, newest pin first, with their reactions and attachments."""
    place = channel_place(tx, actor, channel_id)
    rows = tx.all("SELECT message_n FROM pins WHERE channel_n = ? ORDER BY n DESC LIMIT ?", place.channel_n, limit)
    return hydrated(tx, actor, read_some(tx, [n for (n,) in rows]))


def pin(tx: Tx, actor: Actor, channel_id: str, message_id: str) -> tuple[PinnedMessage, Event]:
    """Pins a message of the channel, root or reply; emits `pin.added`.

    Raises Invalid for a message of elsewhere or a deleted one, Conflict when it is pinned or 100 are.
    """
    if not message_id:
        raise Invalid("message_id is required")
    place, message = _pinnable(tx, actor, channel_id, message_id)
    if message.deleted_at is not None:
        raise Invalid("deleted messages cannot be pinned")
    if _row(tx, message) is not None:
        raise Conflict("message is already pinned")
    if tx.value("SELECT COUNT(*) FROM pins WHERE channel_n = ?", place.channel_n) >= MOST:
        raise Conflict(f"channel pin limit reached (maximum {MOST})")
    made = PinnedMessage(
        new_id("pin"), place.workspace_id, place.channel_id, message.id, actor.user_id, created_at=tx.now
    )
    tx.run(
        "INSERT INTO pins (id, channel_n, message_n, pinned_by_n, created_at) VALUES (?, ?, ?, ?, ?)",
        *(made.id, place.channel_n, message.n, actor.user_n, tx.now),
    )
    return made, _told(tx, place, message, "pin.added")


def unpin(tx: Tx, actor: Actor, channel_id: str, message_id: str) -> Event:
    """Takes the pin away; emits `pin.removed`. NotFound when the message is not pinned."""
    place, message = _pinnable(tx, actor, channel_id, message_id)
    removed = drop(tx, place, message)
    if removed is None:
        raise NotFound("pinned message not found")
    return removed


def drop(tx: Tx, place: Place, message: Message) -> Event | None:
    """Takes the pin away without asking, and emits `pin.removed`; None when there was none."""
    if not tx.run("DELETE FROM pins WHERE message_n = ?", message.n):
        return None
    return _told(tx, place, message, "pin.removed")


def _pinnable(tx: Tx, actor: Actor, channel_id: str, message_id: str) -> tuple[Place, Message]:
    place = channel_place(tx, actor, channel_id)
    place.require(Permission.PINS_WRITE)
    row = tx.one(f"{SELECT} WHERE m.id = ? AND m.channel_n = ?", message_id, place.channel_n)
    if row is None:
        raise Invalid("message is not in this channel")
    return place, message_of(row)


def _row(tx: Tx, message: Message) -> int | None:
    return tx.value("SELECT n FROM pins WHERE message_n = ?", message.n)


def _told(tx: Tx, place: Place, message: Message, event_type: str) -> Event:
    facts: dict[str, str | int] = {"message_id": message.id, "pinned_by": place.reader.id}
    if message.root_id is None:
        facts["seq"] = message.seq
    return place.emit(tx, event_type, facts)
