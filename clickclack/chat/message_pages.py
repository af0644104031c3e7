"""Windows of a channel's history: newest, before, after and around a sequence (contract chat 4.7).

Roots of a channel are numbered 1 to `last_seq` without gaps, so that a window's neighbours need no query.
"""

from dataclasses import dataclass, replace
from typing import Literal

from clickclack.chat.access import place_of
from clickclack.chat.message_records import SELECT, Message, message_of
from clickclack.chat.reactions import reactions_of
from clickclack.identity.actors import Actor
from clickclack.kernel.transaction import Tx

Side = Literal["latest", "before", "after", "around"]


@dataclass(frozen=True, slots=True)
class Window:
    """Which part: `seq` counts for every side but `latest`."""

    side: Side = "latest"
    seq: int = 0
    limit: int = 100


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Roots in ascending order with their reactions; both sequences are 0 when there are none."""

    messages: tuple[Message, ...]
    oldest_seq: int
    newest_seq: int
    has_older: bool
    has_newer: bool


def page(tx: Tx, actor: Actor, channel_id: str, window: Window) -> MessagePage:
    """The window of the channel's roots; NotFound for a channel that is not to be seen."""
    place = place_of(tx, actor, channel_id)
    low, high = _bounds(window, place.last_seq)
    if low > high:
        return MessagePage((), 0, 0, False, False)
    rows = tx.all(
        f"{SELECT} WHERE m.channel_n = ? AND m.channel_seq BETWEEN ? AND ? ORDER BY m.channel_seq",
        place.channel_n,
        low,
        high,
    )
    messages = with_reactions(tx, actor, [message_of(row) for row in rows])
    return MessagePage(messages, low, high, low > 1, high < place.last_seq)


def _bounds(window: Window, last: int) -> tuple[int, int]:
    """The first and last sequence of the window; the first is the greater when it is empty."""
    limit, seq = window.limit, window.seq
    if window.side == "after":
        return min(seq, last) + 1, min(seq + limit, last)
    if window.side == "before":
        high = min(seq - 1, last)
        return max(1, high - limit + 1), high
    if window.side == "around":
        low = max(1, min(seq, last) - (limit + 1) // 2 + 1)
        high = min(last, low + limit - 1)
        return max(1, high - limit + 1), high
    return max(1, last - limit + 1), last


def with_reactions(tx: Tx, actor: Actor, messages: list[Message]) -> tuple[Message, ...]:
    """The same messages with their reactions as the actor sees them, by one query."""
    found = reactions_of(tx, actor.user_n, [message.n for message in messages])
    return tuple(replace(message, reactions=found.get(message.n, ())) for message in messages)
