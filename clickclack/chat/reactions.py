"""Emoji under messages: one of each kind from each member (contract chat 6.6)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from clickclack.chat.access import Place
from clickclack.chat.message_records import Message, Reaction
from clickclack.chat.messages import WRITE, get
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.kernel.errors import Invalid
from clickclack.kernel.events import Event
from clickclack.kernel.transaction import Tx, marks

EMOJI_LIMIT = 256
DIFFERENT = 100


@dataclass(frozen=True, slots=True)
class Reacted:
    """The message's whole summary after the change, and the event; None when it was so already."""

    reactions: tuple[Reaction, ...]
    event: Event | None


def add(tx: Tx, actor: Actor, message_id: str, emoji: str) -> Reacted:
    """Adds the actor's reaction; emits `reaction.added`. The emoji is kept as it is given, up to 256 code points.

    Invalid for the 101st different emoji of a message.
    """
    if len(emoji) > EMOJI_LIMIT:
        raise Invalid("emoji is too long")
    message, place = _reactable(tx, actor, message_id)
    _refuse_too_many(tx, message, emoji)
    changed = tx.run(
        "INSERT INTO reactions (message_n, emoji, user_n, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        message.n,
        emoji,
        actor.user_n,
        tx.now,
    )
    return _reacted(tx, actor, (message, place), ("reaction.added", emoji), changed > 0)


def remove(tx: Tx, actor: Actor, message_id: str, emoji: str) -> Reacted:
    """Takes the actor's reaction back; emits `reaction.removed`."""
    message, place = _reactable(tx, actor, message_id)
    changed = tx.run(
        "DELETE FROM reactions WHERE message_n = ? AND emoji = ? AND user_n = ?",
        message.n,
        emoji,
        actor.user_n,
    )
    return _reacted(tx, actor, (message, place), ("reaction.removed", emoji), changed > 0)


def _refuse_too_many(tx: Tx, message: Message, emoji: str) -> None:
    known = "SELECT DISTINCT emoji FROM reactions WHERE message_n = ? LIMIT ?"
    different = tx.all(known, message.n, DIFFERENT)
    if len(different) == DIFFERENT and (emoji,) not in different:
        raise Invalid(f"a message has at most {DIFFERENT} different reactions")


def _reactable(tx: Tx, actor: Actor, message_id: str) -> tuple[Message, Place]:
    message, place = get(tx, actor, message_id, WRITE)
    place.require(Permission.REACTIONS_WRITE)
    return message, place


def _reacted(tx: Tx, actor: Actor, where: tuple[Message, Place], change: tuple[str, str], changed: bool) -> Reacted:
    message, place = where
    event_type, emoji = change
    summary = reactions_of(tx, actor.user_n, [message.n]).get(message.n, ())
    if not changed:
        return Reacted(summary, None)
    data: dict[str, str | int] = {
        "message_id": message.id,
        "emoji": emoji,
        "user_id": actor.user_id,
        "count": next((r.count for r in summary if r.emoji == emoji), 0),
    }
    if message.root_id is None:
        data["seq"] = message.seq
    return Reacted(summary, place.emit(tx, event_type, data))


def reactions_of(tx: Tx, reader_n: int, message_ns: Sequence[int]) -> dict[int, tuple[Reaction, ...]]:
    """The summaries of these messages by row number: most frequent first, then by emoji; none where there are none."""
    if not message_ns:
        return {}
    found: defaultdict[int, list[Reaction]] = defaultdict(list)
    rows = tx.all(
        "SELECT message_n, emoji, COUNT(*) AS total, MAX(CASE WHEN user_n = ? THEN 1 ELSE 0 END) FROM reactions"
        f" WHERE message_n IN ({marks(message_ns)}) GROUP BY message_n, emoji ORDER BY message_n, total DESC, emoji",
        reader_n,
        *message_ns,
    )
    for message_n, emoji, count, mine in rows:
        found[message_n].append(Reaction(emoji, count, bool(mine)))
    return {n: tuple(reactions) for n, reactions in found.items()}
