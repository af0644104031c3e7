"""The event log in its own order: what this process commits at once, what another one commits as soon as it is seen.

Commands of the owner write beside a running server. Its readers keep members and credentials in memory and would never
hear of them. Numbers in the log follow each other, so a gap before our own commit shows that somebody else wrote;
while we write nothing, the log itself is looked at.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any

import orjson

from clickclack.kernel import ids
from clickclack.kernel.database import Database
from clickclack.kernel.errors import Problem
from clickclack.kernel.event import Event
from clickclack.kernel.loops import Loop
from clickclack.kernel.transaction import Tx

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
PAGE = 500

Reader = Callable[[Sequence[Event]], None]


class LogFollower:
    """Tells `at_once` and then `in_order` of every event; `in_order` gets each once, ascending, none left out.

    `at_once` hears of our own commits before their callers are answered, whatever is missing before them.
    """

    def __init__(self, db: Database, at_once: Reader, in_order: Reader, look_every: float = LOOK_EVERY) -> None:
        self._db = db
        self._at_once = at_once
        self._in_order = in_order
        self._look_every = look_every
        self._last = 0
        self._behind = False
        self._wake = asyncio.Event()

    def committed(self, events: Sequence[Event]) -> None:
        """Takes the events of our own commit; called on the event loop, in commit order."""
        self._at_once(events)
        new = [event for event in events if event.n > self._last]
        if not new:
            return
        if new[0].n == self._last + 1:
            self._pass_on(new)
        else:
            self._behind = True
            self._wake.set()

    @contextlib.asynccontextmanager
    async def following(self) -> AsyncGenerator[None]:
        """Follows the log from its present end while the block runs."""
        self._last = await self._db.read(_end)
        async with Loop("log follower", self._run).running():
            yield

    async def _run(self) -> None:
        while True:
            before = self._last
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._look_every):
                    await self._wake.wait()
            self._wake.clear()
            if self._behind or self._last == before:
                await self._catch_up()

    async def _catch_up(self) -> None:
        more = True
        while more:
            self._behind = False
            try:
                found = await self._db.read(_page, self._last)
                self._tell([event for event in found if event.n > self._last])
            except Problem as problem:
                self._behind = True
                log.warning("the event log cannot be read, trying again: %s", problem.text)
                return
            except Exception:
                self._behind = True
                raise
            more = self._behind or len(found) == PAGE

    def _tell(self, new: Sequence[Event]) -> None:
        if new:
            ids.start_after(new[-1].id)
            self._at_once(new)
            self._pass_on(new)

    def _pass_on(self, events: Sequence[Event]) -> None:
        self._last = events[-1].n
        self._in_order(events)


def _end(tx: Tx) -> int:
    return tx.value("SELECT MAX(n) FROM events") or 0


def _page(tx: Tx, after: int) -> list[Event]:
    columns = "n, id, type, stream, place, private, data, created_at"
    rows = tx.all(f"SELECT {columns} FROM events WHERE n > ? ORDER BY n LIMIT ?", after, PAGE)
    return [_event(tx, row) for row in rows]


def _event(tx: Tx, row: tuple[Any, ...]) -> Event:
    n, identifier, event_type, stream, place, private, data, created_at = row
    named = tx.all("SELECT user_n FROM event_recipients WHERE event_n = ? ORDER BY user_n", n) if private else []
    recipients = tuple(user_n for (user_n,) in named) if private else None
    return Event(n, identifier, event_type, stream, place, recipients, orjson.loads(data), created_at, len(data))
