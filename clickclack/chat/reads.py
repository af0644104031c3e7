"""How far each member has read each channel; unread counts follow from kept ordinals (contract chat 6.7)."""

from dataclasses import dataclass

from clickclack.chat.access import Place
from clickclack.identity.actors import Actor
from clickclack.kernel.errors import Invalid
from clickclack.kernel.events import Event
from clickclack.kernel.transaction import Tx


@dataclass(frozen=True, slots=True)
class ReadReceipt:
    """Where a reader stands; `last_read_at` is None before the first read."""

    channel_id: str
    user_id: str
    last_read_seq: int
    last_read_at: int | None


def mark_read(tx: Tx, actor: Actor, place: Place, seq: int) -> tuple[ReadReceipt, Event | None]:
    """Moves the pointer forward to `seq`, at most to the newest root; emits a private event when it moves.

    The event is `channel.read`, or `dm.read` in a direct conversation.
    """
    if seq < 0:
        raise Invalid("seq must be non-negative")
    row = tx.one(
        "SELECT last_read_seq, last_read_at FROM channel_reads WHERE channel_n = ? AND user_n = ?",
        place.channel_n,
        actor.user_n,
    )
    current, at = row or (0, None)
    wanted = min(seq, place.last_seq)
    if wanted <= current:
        return ReadReceipt(place.channel_id, actor.user_id, current, at), None
    tx.run(
        "INSERT INTO channel_reads (channel_n, user_n, last_read_seq, read_ordinal, own_ordinal, last_read_at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (channel_n, user_n) DO UPDATE SET"
        " last_read_seq = excluded.last_read_seq, read_ordinal = excluded.read_ordinal,"
        " own_ordinal = excluded.own_ordinal, last_read_at = excluded.last_read_at",
        place.channel_n,
        actor.user_n,
        wanted,
        *_ordinals(tx, actor, place, wanted),
        tx.now,
    )
    event_type = "dm.read" if place.is_direct else "channel.read"
    event = place.emit(tx, event_type, {"seq": wanted, "user_id": actor.user_id}, recipients=(actor.user_n,))
    return ReadReceipt(place.channel_id, actor.user_id, wanted, tx.now), event


def _ordinals(tx: Tx, actor: Actor, place: Place, seq: int) -> tuple[int, int]:
    """How many ordinary roots there are up to `seq`, and how many of them are the reader's own."""
    total = tx.value(
        "SELECT channel_ordinal FROM messages WHERE channel_n = ? AND channel_seq <= ?"
        " ORDER BY channel_seq DESC LIMIT 1",
        place.channel_n,
        seq,
    )
    own = tx.value(
        "SELECT author_ordinal FROM messages WHERE channel_n = ? AND author_n = ? AND channel_seq <= ?"
        " AND author_ordinal > 0 ORDER BY channel_seq DESC LIMIT 1",
        place.channel_n,
        actor.user_n,
        seq,
    )
    return total or 0, own or 0
