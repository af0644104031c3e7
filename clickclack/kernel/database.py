"""SQLite as one writer that commits whole units in groups, and two readers with snapshots (design section 4).

A unit is a plain function `unit(tx, …)`. Nothing is answered before the commit that holds it is on disk.
"""

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from clickclack.kernel import ids
from clickclack.kernel.clock import Clock
from clickclack.kernel.connections import READER, VISITING_WRITER, WRITER, Connection
from clickclack.kernel.errors import Unavailable
from clickclack.kernel.event import Event
from clickclack.kernel.events import last_id
from clickclack.kernel.storage_errors import classify, is_busy
from clickclack.kernel.transaction import Tx
from clickclack.kernel.units import Outcome, Unit, commit, run_batch, run_brief_units, run_query
from clickclack.kernel.write_ahead_log import WriteAheadLog

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

BATCH = 256
BRIEF_BATCH = 64
QUEUE = 4096
_STOPPING, _BUSY = "the server is stopping", "the server is busy, try again"


@dataclass(slots=True)
class _Item:
    unit: Unit
    brief: bool
    answer: asyncio.Future[Any]


@dataclass(slots=True)
class _Reader:
    """A connection and its reads: `asked` is counted on the event loop, `run` on the connection's thread."""

    connection: Connection
    asked: int = 0
    run: int = 0

    @property
    def waiting(self) -> int:
        return self.asked - self.run

    def run_query(self, connection: sqlite3.Connection, query: Callable[[Tx], T], now: int) -> T:
        try:
            return run_query(connection, query, now)
        finally:
            self.run += 1


@dataclass
class Database:
    """The one store. Made by `open`; `close` answers what is queued and truncates the write-ahead log.

    `on_commit` gets the events of each batch, in commit order, before the callers of the batch are answered; `on_work`
    names who hears that a batch has added durable work of a kind.
    """

    path: Path
    clock: Clock
    on_commit: Callable[[Sequence[Event]], None] | None = None
    visiting: bool = False
    on_work: dict[str, Callable[[], None]] = field(default_factory=lambda: dict[str, Callable[[], None]]())
    _queue: deque[_Item] = field(default_factory=lambda: deque[_Item]())
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _readers: list[_Reader] = field(default_factory=lambda: list[_Reader]())
    _writer: Connection | None = None
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    _log: WriteAheadLog | None = None
    _task: asyncio.Task[None] | None = None
    _closing: bool = False

    @classmethod
    async def open(
        cls,
        path: Path,
        clock: Clock,
        *,
        on_commit: Callable[[Sequence[Event]], None] | None = None,
        readers: int = 2,
        visiting: bool = False,
    ) -> "Database":
        """Opens a migrated file for one writer and `readers` readers; sqlite3.Error when it cannot be used.

        A `visiting` process beside a running server leaves the write-ahead log to the server, its only keeper, and
        makes ids that sort behind all that the server has written by then.
        """
        database = cls(path, clock, on_commit, visiting=visiting)
        async with AsyncExitStack() as opened:
            database._writer = await database._open_writer()
            opened.push_async_callback(database._writer.close)
            for _ in range(readers):
                connection = await Connection.open(path, READER)
                opened.push_async_callback(connection.close)
                database._readers.append(_Reader(connection))
            opened.pop_all()
        if not visiting:
            connections = [reader.connection for reader in database._readers]
            database._log = WriteAheadLog(path, connections, database._empty_log)
        database._task = asyncio.create_task(database._write_batches(), name="database writer")
        database._task.add_done_callback(database._over)
        return database

    async def _open_writer(self) -> Connection:
        return await Connection.open(self.path, VISITING_WRITER if self.visiting else WRITER)

    async def write(self, unit: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs the unit in the next batch and returns its result once it is on disk.

        Raises what the unit raised, after rolling it back alone; Unavailable (503) when 4096 units wait, when the
        database is closing or cannot be written now; StorageFull (507) when the disk is full. The unit of a caller that
        is cancelled still runs.
        """
        return await self._queued(lambda tx: unit(self._begun(tx), *args, **kwargs), brief=False)

    def _begun(self, tx: Tx) -> Tx:
        if self.visiting:
            ids.start_after(last_id(tx) or "")
        return tx

    async def write_brief(self, unit: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for a unit that changes a handful of rows, found by indexes: it runs on the event loop.

        Only the commit is left to the writer's thread. Two threads that take turns at every statement cost more than
        the statements: this way a post takes about a third less processor time (scripts/bench posts). The unit runs
        again when another fails halfway beside it, and on the thread while another process writes; it counts once, and
        whatever it does besides the database must not mind.
        """
        return await self._queued(lambda tx: unit(self._begun(tx), *args, **kwargs), brief=True)

    async def _queued(self, unit: Unit, *, brief: bool) -> Any:
        if self._closing or len(self._queue) >= QUEUE:
            raise Unavailable(_STOPPING if self._closing else _BUSY)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._queue.append(_Item(unit, brief, answer))
        self._wake.set()
        return await answer

    async def read(self, query: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs the query function whole on a reader thread, in one snapshot, and returns its result.

        Raises what the query raised; Unavailable (503) when too many reads wait or the file cannot be read. The
        query of a caller that is cancelled still waits and runs.
        """

        def bound(tx: Tx) -> T:
            return query(tx, *args, **kwargs)

        reader = min(self._readers, key=lambda r: r.waiting)
        if self._closing or reader.waiting >= QUEUE:
            raise Unavailable(_STOPPING if self._closing else _BUSY)
        reader.asked += 1
        try:
            return await reader.connection.call(reader.run_query, bound, self.clock.now())
        except sqlite3.Error as error:
            raise _explained(error) from error

    async def probe(self) -> None:
        """Writes a row to the disk and reads it back; raises what `write` and `read` raise while that fails."""
        at = await self.write(_leave_mark)
        if await self.read(_find_mark) < at:
            raise Unavailable("the database does not show what it has written")

    async def _write_batches(self) -> None:
        while self._queue or not self._closing:
            if not self._queue:
                self._wake.clear()
                await self._wake.wait()
                continue
            batch = self._next_batch()
            try:
                async with self._writing:
                    outcomes = await self._run(batch)
                self._answer(batch, outcomes)
            except Exception as error:  # noqa: BLE001 - whatever it is, every caller must be told
                _fail(batch, error)
            except BaseException:
                _fail(batch, Unavailable(_STOPPING))
                raise
            if self._log is not None:
                self._log.look()

    async def _empty_log(self) -> None:
        async with self._writing:
            if self._writer is not None:
                await self._writer.call(_truncate_log)

    def _over(self, task: asyncio.Task[None]) -> None:
        """The writer has ended: whoever waits for it, or comes now, is told."""
        if not self._closing:
            log.critical("the database writer has ended", exc_info=None if task.cancelled() else task.exception())
        self._closing = True
        _fail(list(self._queue), Unavailable(_STOPPING))
        self._queue.clear()

    def _next_batch(self) -> list[_Item]:
        """What waits, in order: up to 64 brief units, or up to 256 with others among them."""
        queue = self._queue
        if queue[0].brief:
            brief = [queue.popleft()]
            while queue and queue[0].brief and len(brief) < BRIEF_BATCH:
                brief.append(queue.popleft())
            return brief
        return [queue.popleft() for _ in range(min(BATCH, len(queue)))]

    async def _run(self, batch: list[_Item]) -> list[Outcome]:
        if self._writer is None:
            self._writer = await self._open_writer()
        try:
            if batch[0].brief:
                return await self._run_brief(self._writer, batch)
            return await self._writer.call(run_batch, [item.unit for item in batch], self.clock)
        except Exception:
            if self._writer.raw.in_transaction:  # the rollback failed too: only a new connection is certain
                broken, self._writer = self._writer, None
                await broken.close()
            raise

    async def _run_brief(self, writer: Connection, batch: list[_Item]) -> list[Outcome]:
        units = [item.unit for item in batch]
        try:
            outcomes = run_brief_units(writer.raw, units, self.clock)
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
            return await writer.call(run_batch, units, self.clock)  # another process writes: wait on the thread
        await writer.call(commit)
        return outcomes

    def _answer(self, batch: list[_Item], outcomes: list[Outcome]) -> None:
        published: list[Event] = []
        for outcome in outcomes:
            published.extend(outcome.events)
        if published and self.on_commit:
            _tell(self.on_commit, published)
        for kind in {kind for outcome in outcomes for kind in outcome.work}:
            if kind in self.on_work:
                _tell(self.on_work[kind])
        for item, outcome in zip(batch, outcomes, strict=True):
            if item.answer.done():
                continue
            if outcome.error is None:
                item.answer.set_result(outcome.result)
            else:
                item.answer.set_exception(_explained(outcome.error))

    async def close(self) -> None:
        """Runs what is queued, refuses more, truncates the write-ahead log and closes every connection."""
        self._closing = True
        self._wake.set()
        async with AsyncExitStack() as closing:
            closing.push_async_callback(self._close_writer)
            for reader in self._readers:
                closing.push_async_callback(reader.connection.close)
            if self._task is not None:
                await asyncio.wait([self._task])
            if self._log is not None:
                await self._log.stop()

    async def _close_writer(self) -> None:
        writer, self._writer = self._writer, None
        if writer is None:
            return
        try:
            if not self.visiting:
                await writer.call(_truncate_log)
        finally:
            await writer.close()


def _leave_mark(tx: Tx) -> int:
    tx.run(
        "INSERT INTO timers (name, last_run_at) VALUES ('readiness probe', ?)"
        " ON CONFLICT (name) DO UPDATE SET last_run_at = excluded.last_run_at",
        tx.now,
    )
    return tx.now


def _find_mark(tx: Tx) -> int:
    return tx.value("SELECT last_run_at FROM timers WHERE name = 'readiness probe'")


def _truncate_log(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _tell(callback: Callable[..., None], *args: Any) -> None:
    """A reader of commits that fails must not take the commit's callers down with it."""
    try:
        callback(*args)
    except Exception:
        log.exception("a callback after commit failed")


def _fail(batch: list[_Item], error: Exception) -> None:
    for item in batch:
        if not item.answer.done():
            item.answer.set_exception(_explained(error))


def _explained(error: Exception) -> Exception:
    """A storage failure as the problem a caller can act on; anything else as it is, if it can be raised by waiting."""
    if isinstance(error, StopIteration):
        return RuntimeError("a unit raised StopIteration")
    problem = classify(error) if isinstance(error, sqlite3.Error) else None
    if problem is None:
        return error
    problem.__cause__ = error
    return problem
