"""Keeping SQLite's write-ahead log short, however many readers overlap.

SQLite begins the log anew when no reader stands in it. Where one always does it grows for as long as that goes on: then
the readers are held for the moment that emptying takes.
"""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from clickclack.kernel.connections import Connection

log = logging.getLogger(__name__)

LIMIT = 64 * 1024 * 1024
"""Bytes of the log above which it is emptied; where that fails, as many more each time."""
PATIENCE = 0.25
"""Seconds that a reader stands still at most until the other has come to the end of what it was asked before."""


class WriteAheadLog:
    """The log beside a database file. `empty` is called while no reader of ours stands in it."""

    def __init__(self, database: Path, readers: Sequence[Connection], empty: Callable[[], Awaitable[object]]) -> None:
        self._path = database.with_name(f"{database.name}-wal")
        self._readers = readers
        self._empty = empty
        self._limit = LIMIT
        self._task: asyncio.Task[None] | None = None

    def look(self) -> None:
        """Begins to empty the log when it has become long. To be called after each batch: it costs microseconds."""
        if self._task is None and self._size() > self._limit:
            self._task = asyncio.create_task(self._shorten(), name="write-ahead log")
            self._task.add_done_callback(self._over)

    async def stop(self) -> None:
        """Waits for the end of what was begun."""
        if self._task is not None:
            await asyncio.wait([self._task])

    def _size(self) -> int:
        try:
            return self._path.stat().st_size
        except FileNotFoundError:
            return 0

    async def _shorten(self) -> None:
        """Empties the log while every reader's thread stands still, or leaves it when one does not come to that."""
        loop, released = asyncio.get_running_loop(), threading.Event()
        arrived = [asyncio.Event() for _ in self._readers]

        def stand(_: sqlite3.Connection, here: asyncio.Event) -> None:
            loop.call_soon_threadsafe(here.set)
            released.wait()

        standing = [
            asyncio.create_task(reader.call(stand, here), name="write-ahead log: a reader stands")
            for reader, here in zip(self._readers, arrived, strict=True)
        ]
        try:
            async with asyncio.timeout(PATIENCE):
                for here in arrived:
                    await here.wait()
            await self._empty()
        finally:
            released.set()
            await asyncio.wait(standing)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._task = None
        size = self._size()
        self._limit = LIMIT if size <= LIMIT else size + LIMIT
        if not task.cancelled() and (error := task.exception()) is not None:
            why = str(error) or "reads take long"
            log.warning("the write-ahead log has %d MiB and was not emptied: %s", size // 2**20, why)
