"""From the event log into the queues of event subscriptions: a durable reader with a cursor of its own.

The cursor moves in the unit that queues what it has passed, so that a kill loses nothing and repeats nothing. Only what
everybody in the workspace may see is told: no event with recipients, none of a place that is not public now.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from clickclack.chat.access import PUBLIC
from clickclack.chat.event_subscriptions import ALL
from clickclack.kernel import events
from clickclack.kernel.database import Database
from clickclack.kernel.deliveries import queue
from clickclack.kernel.deliveries.queue import NewDelivery
from clickclack.kernel.errors import Problem
from clickclack.kernel.event import Event
from clickclack.kernel.events import Pruned, Pruning
from clickclack.kernel.loops import Loop
from clickclack.kernel.transaction import Tx, marks

log = logging.getLogger(__name__)

READER = "event subscriptions"
PAGE = 500
QUEUED_AT_ONCE = 500
"""After so many deliveries a unit is full; the last event of it may bring some more."""
BRIEF = 64
"""Up to so many deliveries are queued in a brief unit."""
KEPT_EVERY = 5000
"""Events that tell nobody anything are passed over so many at a time."""
PAUSE = 0.02
LONGEST_SLEEP = 5.0
AGAIN = 1.0

Render = Callable[[Event], dict[str, Any]]
"""An event in the words of the surface."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What lies between the cursor, at `start`, and `end`: the deliveries, and whether the log goes on."""

    start: int
    end: int
    deliveries: list[NewDelivery]
    more: bool


class EventFeed:
    """Feeds the subscriptions while its loop runs; `watch` is told that there is something new."""

    def __init__(self, db: Database, render: Render, types: frozenset[str]) -> None:
        self._db = db
        self._render = render
        self._types = types
        self._position = self._kept = 0
        self._wake = asyncio.Event()
        self.loop = Loop("event subscriptions", self._run)

    def watch(self, event: Event) -> None:
        """Hears of each event from the hub; never waits."""
        if event.n:
            self._wake.set()

    async def _run(self) -> None:
        quiet = False
        while True:
            self._wake.clear()
            try:
                if quiet:
                    await self.keep()
                while await self.feed():
                    pass
            except Problem as problem:
                log.warning("event subscriptions wait for the database: %s", problem.text)
                await asyncio.sleep(AGAIN)
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_SLEEP):
                    await self._wake.wait()
            quiet = not self._wake.is_set()
            await asyncio.sleep(PAUSE)

    async def feed(self) -> bool:
        """Passes the next events, and says whether there are more."""
        passed = await self._db.read(look, self._position, self._render, self._types)
        if passed.deliveries or passed.end - passed.start >= KEPT_EVERY:
            write = self._db.write_brief if len(passed.deliveries) <= BRIEF else self._db.write
            await write(move, passed)
            self._kept = passed.end
        else:
            self._kept = passed.start
        self._position = passed.end
        return passed.more

    async def keep(self) -> None:
        """Writes down how far the log was passed, when little happens."""
        if self._position > self._kept:
            await self._db.write_brief(move, Passed(self._kept, self._position, [], False))
            self._kept = self._position


_EVENTS = (
    "SELECT e.n, e.id, e.type, e.stream, e.place, e.private, e.data, e.created_at, c.kind FROM events e"
    " LEFT JOIN channels c ON c.n = e.place WHERE e.n > ? ORDER BY e.n LIMIT ?"
)
_SUBSCRIPTIONS = (
    "SELECT s.workspace_n, s.id, s.endpoint_n, s.event_types, s.since_n FROM event_subscriptions s"
    " JOIN workspaces w ON w.n = s.workspace_n WHERE s.revoked_at IS NULL AND w.deleted_at IS NULL"
    " AND s.workspace_n IN ({}) ORDER BY s.n"
)


@dataclass(frozen=True, slots=True)
class _Subscriber:
    id: str
    endpoint_n: int
    types: frozenset[str]
    since_n: int

    def wants(self, event_n: int, event_type: str) -> bool:
        return event_n > self.since_n and (ALL in self.types or event_type in self.types)


def look(tx: Tx, position: int, render: Render, types: frozenset[str]) -> Passed:
    """What comes after the cursor, or after `position` when that is further; `types` are those that can be told."""
    start: int = tx.value("SELECT event_n FROM event_readers WHERE name = ?", READER)
    end = max(start, position)
    if tx.value("SELECT 1 FROM event_subscriptions WHERE revoked_at IS NULL LIMIT 1") is None:
        return Passed(start, max(end, tx.value("SELECT MAX(n) FROM events") or 0), [], False)
    rows = tx.all(_EVENTS, end, PAGE)
    telling = {row[0] for row in rows if row[2] in types and _is_public(row)}
    subscribers = _subscribers(tx, {row[3] for row in rows if row[0] in telling}) if telling else {}
    found: list[NewDelivery] = []
    for row in rows:
        if len(found) >= QUEUED_AT_ONCE:
            return Passed(start, end, found, True)
        end = row[0]
        if end in telling:
            found += _told(row, [s for s in subscribers.get(row[3], ()) if s.wants(end, row[2])], render)
    return Passed(start, end, found, len(rows) == PAGE)


def _is_public(row: tuple[Any, ...]) -> bool:
    """Whether everybody in the workspace may know of this event; a place that is gone tells nothing."""
    _, _, _, _, place, private, _, _, kind = row
    return not private and (place is None or kind == PUBLIC)


def _subscribers(tx: Tx, workspace_ns: set[int]) -> dict[int, list[_Subscriber]]:
    found: dict[int, list[_Subscriber]] = {}
    for workspace_n, identifier, endpoint_n, types, since_n in tx.all(
        _SUBSCRIPTIONS.format(marks(workspace_ns)), *workspace_ns
    ):
        subscriber = _Subscriber(identifier, endpoint_n, frozenset(orjson.loads(types)), since_n)
        found.setdefault(workspace_n, []).append(subscriber)
    return found


def _told(row: tuple[Any, ...], subscribers: list[_Subscriber], render: Render) -> list[NewDelivery]:
    """One delivery for each subscriber; the event is rendered once."""
    if not subscribers:
        return []
    n, identifier, event_type, stream, place, _, text, created_at, _ = row
    data = orjson.loads(text)
    if data.get("cause") == "attachments":  # the text is the same (contract chat 5.1)
        return []
    rendered = orjson.dumps(render(Event(n, identifier, event_type, stream, place, None, data, created_at))).decode()
    return [
        NewDelivery(s.endpoint_n, identifier, event_type, f'{{"event":{rendered},"subscription_id":"{s.id}"}}')
        for s in subscribers
    ]


def move(tx: Tx, passed: Passed) -> None:
    """Moves the cursor and queues what it has passed; raises when somebody else has moved it."""
    sql = "UPDATE event_readers SET event_n = ? WHERE name = ? AND event_n = ?"
    if not tx.run(sql, passed.end, READER, passed.start):
        raise RuntimeError("the cursor of event subscriptions was moved by somebody else")
    if passed.deliveries:
        queue.add(tx, passed.deliveries)


def prune(tx: Tx, wanted: Pruning) -> Pruned:
    """What `events.prune` does with the last event too, but nothing that a subscription has still to be told of."""
    events.mark_end(tx, wanted)
    first = "SELECT MIN(since_n) FROM event_subscriptions WHERE workspace_n = ? AND revoked_at IS NULL"
    since: int | None = tx.value(first, wanted.stream)
    if since is None:
        return events.prune(tx, wanted)
    passed: int = tx.value("SELECT event_n FROM event_readers WHERE name = ?", READER)
    return events.prune(tx, wanted, max(since, passed))
