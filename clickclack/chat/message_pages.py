"""Windows of a channel's history: newest, before, after and around a sequence (contract chat 4.7).

Roots of a channel, or of a direct conversation, are numbered 1 to `last_seq` without gaps, so that a window's
neighbours need no query.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson

from clickclack.chat.access import Place
from clickclack.chat.attachments import attachments_of
from clickclack.chat.message_records import BODY, OF_ROWS, SELECT, Message, message_of
from clickclack.chat.reactions import reactions_of
from clickclack.chat.topics import topic_for
from clickclack.identity.actors import Actor
from clickclack.kernel.errors import Invalid
from clickclack.kernel.transaction import Tx

END = 2**63 - 1
PAGE_BYTES = 4 * 1024 * 1024
Row = tuple[Any, ...]
Side = Literal["latest", "before", "after", "around"]


@dataclass(frozen=True, slots=True)
class Window:
    """Which part: `seq` counts for every side but `latest`."""

    side: Side = "latest"
    seq: int = 0
    limit: int = 100
    topic_id: str | None = None


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Roots in ascending order with their reactions and attachments; both sequences are 0 when there are none."""

    messages: tuple[Message, ...]
    oldest_seq: int
    newest_seq: int
    has_older: bool
    has_newer: bool


def page(tx: Tx, actor: Actor, place: Place, window: Window) -> MessagePage:
    """The window of the channel's roots; with a topic, of those that carry it."""
    if window.topic_id is not None:
        return _topic_page(tx, actor, place, window)
    low, high = _bounds(window, place.last_seq)
    if low > high:
        return MessagePage((), 0, 0, False, False)
    scope = Numbered("m.channel_n", "m.channel_seq", place.channel_n)
    if window.side == "around":
        middle = min(max(window.seq, low), high)
        found = read_run(tx, scope, low, middle, from_end=True) + read_run(tx, scope, middle + 1, high)
    else:
        found = read_run(tx, scope, low, high, from_end=window.side != "after")
    low, high = found[0].seq, found[-1].seq
    return MessagePage(hydrated(tx, actor, found), low, high, low > 1, high < place.last_seq)


@dataclass(frozen=True, slots=True)
class Numbered:
    """Messages that one column numbers without gaps: those whose `owner` column is `n`."""

    owner: str
    column: str
    n: int


def read_run(tx: Tx, scope: Numbered, low: int, high: int, *, from_end: bool = False) -> list[Message]:
    """The messages `low` to `high`, ascending, read from one end until their bodies pass about 4 MiB.

    Whoever writes long messages must not make everybody else's page large: the rest is another page.
    """
    where = f"{scope.owner} = ? AND {scope.column} BETWEEN ? AND ? ORDER BY {scope.column}"
    order = " DESC" if from_end else ""
    found = _read_until_full(tx, f"{SELECT} WHERE {where}{order}", scope.n, low, high)
    return found[::-1] if from_end else found


def read_some(tx: Tx, ns: list[int]) -> list[Message]:
    """The messages in these rows in this order, from the first on until their bodies pass about 4 MiB."""
    return _read_until_full(tx, OF_ROWS, orjson.dumps(ns).decode())


def _read_until_full(tx: Tx, sql: str, *params: int | str) -> list[Message]:
    size = 0

    def full(row: Row) -> bool:
        nonlocal size
        size += len(row[BODY])
        return size >= PAGE_BYTES

    return [message_of(row) for row in tx.until(full, sql, *params)]


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


_TOPIC = "m.topic_n = ? AND m.channel_n = ?"


def _topic_page(tx: Tx, actor: Actor, place: Place, window: Window) -> MessagePage:
    """Roots of one topic have gaps in their sequences: the neighbours are looked for."""
    topic = topic_for(tx, place, window.topic_id or "")
    if topic is None:
        raise Invalid("invalid message page request: topic_id must not be empty")
    scope = (topic.n, place.channel_n)
    pivot = END if window.side == "latest" else window.seq - 1 if window.side == "before" else window.seq
    rows = "SELECT m.n FROM messages m WHERE"
    older = f"{rows} {_TOPIC} AND m.channel_seq <= ? ORDER BY m.channel_seq DESC LIMIT ?"
    newer = f"{rows} {_TOPIC} AND m.channel_seq > ? ORDER BY m.channel_seq LIMIT ?"
    before = [] if window.side == "after" else tx.all(older, *scope, pivot, window.limit)[::-1]
    after = tx.all(newer, *scope, pivot, window.limit) if window.side in ("after", "around") else []
    chosen = [n for (n,) in _middle(before, after, window.limit)]
    found = read_some(tx, chosen if window.side == "after" else chosen[::-1])
    found.sort(key=lambda message: message.seq)
    if not found:
        return MessagePage((), 0, 0, False, False)
    low, high = found[0].seq, found[-1].seq
    exists = f"SELECT 1 FROM messages m WHERE {_TOPIC} AND m.channel_seq"
    has_older = tx.value(f"{exists} < ? LIMIT 1", *scope, low) is not None
    has_newer = tx.value(f"{exists} > ? LIMIT 1", *scope, high) is not None
    return MessagePage(hydrated(tx, actor, found), low, high, has_older, has_newer)


def _middle(before: list[Row], after: list[Row], limit: int) -> list[Row]:
    """Up to `limit` rows around the border: half from each side, more where the other is short."""
    newer = min(len(after), limit - min(len(before), (limit + 1) // 2))
    older = min(len(before), limit - newer)
    return before[len(before) - older :] + after[:newer]


def hydrated(tx: Tx, actor: Actor, messages: list[Message]) -> tuple[Message, ...]:
    """The same messages with their reactions as the actor sees them, and their attachments, by one query each."""
    rows = [message.n for message in messages]
    reactions, attachments = reactions_of(tx, actor.user_n, rows), attachments_of(tx, rows)
    return tuple(
        replace(message, reactions=reactions.get(message.n, ()), attachments=attachments.get(message.n, ()))
        for message in messages
    )
