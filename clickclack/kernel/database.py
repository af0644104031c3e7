"""SQLite as one writer that commits whole units in groups, and two readers with snapshots (design section 4).

A unit is a plain function `unit(tx, …)`. Nothing is answered before the commit that holds it is on disk.
"""

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import aiosqlite

from clickclack.kernel.clock import Clock
from clickclack.kernel.errors import Unavailable
from clickclack.kernel.events import Event
from clickclack.kernel.storage_errors import classify
from clickclack.kernel.transaction import Tx

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

BATCH = 256
QUEUE = 4096
_COMMON = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA temp_store = MEMORY",
)
_WRITER = (*_COMMON, "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA cache_size = -65536")
_READER = (*_COMMON, "PRAGMA query_only = ON", "PRAGMA wal_autocheckpoint = 0", "PRAGMA cache_size = -16384")


class _Returned:
    """Hands a function's result through the one door that the connection's thread has."""

    def __init__(self, result: Any) -> None:
        self._result = result

    def fetchall(self) -> Any:
        return self._result


class _UnitConnection(sqlite3.Connection):
    """A connection whose `execute` also takes a function and runs it whole on the connection's thread."""

    def execute(self, sql: Any, parameters: Any = (), /) -> Any:
        if callable(sql):
            return _Returned(sql(self, *parameters))
        return super().execute(sql, parameters)


async def _call(connection: aiosqlite.Connection, function: Callable[..., T], *args: Any) -> T:
    return cast(T, await connection.execute_fetchall(cast(str, function), args))


@dataclass(slots=True)
class _Item:
    unit: Callable[[Tx], Any]
    answer: asyncio.Future[Any]


@dataclass(slots=True)
class _Outcome:
    result: Any = None
    error: Exception | None = None
    events: Sequence[Event] = ()
    callbacks: Sequence[Callable[[], None]] = ()


def _run_batch(connection: sqlite3.Connection, units: list[Callable[[Tx], Any]], clock: Clock) -> list[_Outcome]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        outcomes = [_run_unit(connection, unit, clock.now()) for unit in units]
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return outcomes


def _run_unit(connection: sqlite3.Connection, unit: Callable[[Tx], Any], now: int) -> _Outcome:
    connection.execute("SAVEPOINT unit")
    tx = Tx(connection, now)
    try:
        result = unit(tx)
    except Exception as error:
        if not connection.in_transaction:  # SQLite has rolled the whole batch back: disk full or I/O error
            raise
        connection.execute("ROLLBACK TO unit")
        connection.execute("RELEASE unit")
        return _Outcome(error=error)
    connection.execute("RELEASE unit")
    return _Outcome(result, None, tx.events, tx.callbacks)


def _run_query(connection: sqlite3.Connection, query: Callable[[Tx], T], now: int) -> T:
    connection.execute("BEGIN")
    try:
        return query(Tx(connection, now))
    finally:
        connection.execute("COMMIT")


@dataclass(slots=True)
class _Reader:
    connection: aiosqlite.Connection
    waiting: int = 0


@dataclass
class Database:
    """The one store. Made by `open`; `close` answers what is queued and truncates the write-ahead log.

    `on_commit` gets the events of each batch, in commit order, before the callers of the batch are answered.
    """

    path: Path
    clock: Clock
    on_commit: Callable[[Sequence[Event]], None] | None = None
    _queue: deque[_Item] = field(default_factory=lambda: deque[_Item]())
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _readers: list[_Reader] = field(default_factory=lambda: list[_Reader]())
    _writer: aiosqlite.Connection | None = None
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
    ) -> "Database":
        """Opens a migrated file for one writer and `readers` readers; sqlite3.Error when it cannot be used."""
        database = cls(path, clock, on_commit)
        database._writer = await database._connect(_WRITER)
        for _ in range(readers):
            database._readers.append(_Reader(await database._connect(_READER)))
        database._task = asyncio.create_task(database._write_batches(), name="database writer")
        return database

    async def _connect(self, pragmas: Sequence[str]) -> aiosqlite.Connection:
        connection = await aiosqlite.connect(
            self.path, factory=_UnitConnection, isolation_level=None, cached_statements=256, timeout=5.0
        )
        for pragma in pragmas:
            await connection.execute_fetchall(pragma)
        return connection

    async def write(self, unit: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs the unit in the next batch and returns its result once it is on disk.

        Raises what the unit raised, after rolling it back alone; Unavailable (503) when 4096 units wait, when the
        database is closing or cannot be written now; StorageFull (507) when the disk is full. The unit of a caller that
        is cancelled still runs.
        """
        if self._closing or len(self._queue) >= QUEUE:
            raise Unavailable("the server is stopping" if self._closing else "the server is busy, try again")
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._queue.append(_Item(lambda tx: unit(tx, *args, **kwargs), answer))
        self._wake.set()
        return await answer

    async def read(self, query: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs the query function whole on a reader thread, in one snapshot, and returns its result.

        Raises what the query raised; Unavailable (503) when too many reads wait or the file cannot be read.
        """
        reader = min(self._readers, key=lambda r: r.waiting)
        if self._closing or reader.waiting >= QUEUE:
            raise Unavailable("the server is stopping" if self._closing else "the server is busy, try again")
        reader.waiting += 1
        try:

            def bound(tx: Tx) -> T:
                return query(tx, *args, **kwargs)

            return await _call(reader.connection, _run_query, bound, self.clock.now())
        except sqlite3.Error as error:
            raise _explained(error) from error
        finally:
            reader.waiting -= 1

    async def _write_batches(self) -> None:
        while self._queue or not self._closing:
            if not self._queue:
                self._wake.clear()
                await self._wake.wait()
                continue
            batch = [self._queue.popleft() for _ in range(min(BATCH, len(self._queue)))]
            try:
                outcomes = await self._run_batch([item.unit for item in batch])
            except Exception as error:  # noqa: BLE001 - whatever it is, every caller must be told
                _fail(batch, error)
                continue
            self._answer(batch, outcomes)

    async def _run_batch(self, units: list[Callable[[Tx], Any]]) -> list[_Outcome]:
        if self._writer is None:
            self._writer = await self._connect(_WRITER)
        try:
            return await _call(self._writer, _run_batch, units, self.clock)
        except Exception:
            if self._writer.in_transaction:  # the rollback failed too: only a new connection is certain
                broken, self._writer = self._writer, None
                await broken.close()
            raise

    def _answer(self, batch: list[_Item], outcomes: list[_Outcome]) -> None:
        published: list[Event] = []
        for outcome in outcomes:
            for callback in outcome.callbacks:
                _tell(callback)
            published.extend(outcome.events)
        if published and self.on_commit:
            _tell(self.on_commit, published)
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
        if self._task is not None:
            await self._task
        for reader in self._readers:
            await reader.connection.close()
        if self._writer is not None:
            await self._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            await self._writer.close()


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
    """A storage failure as the problem a caller can act on; anything else as it is."""
    problem = classify(error) if isinstance(error, sqlite3.Error) else None
    if problem is None:
        return error
    problem.__cause__ = error
    return problem
