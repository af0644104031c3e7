"""Connections that run whole functions, on a thread of their own, through the library's public interface."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import aiosqlite

T = TypeVar("T")

_COMMON = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA temp_store = MEMORY",
)
WRITER = (
    *_COMMON,
    "PRAGMA busy_timeout = 5000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -65536",
    "PRAGMA busy_timeout = 0",
)
VISITING_WRITER = (*WRITER, "PRAGMA wal_autocheckpoint = 0")
READER = (
    *_COMMON,
    "PRAGMA busy_timeout = 5000",
    "PRAGMA query_only = ON",
    "PRAGMA wal_autocheckpoint = 0",
    "PRAGMA cache_size = -16384",
)


class _Returned:
    """Hands a function's result through the one door that the connection's thread has."""

    def __init__(self, result: Any) -> None:
        self._result = result

    def fetchall(self) -> Any:
        return self._result


class _FunctionConnection(sqlite3.Connection):
    """A connection whose `execute` also takes a function and runs it whole."""

    def execute(self, sql: Any, parameters: Any = (), /) -> Any:
        if callable(sql):
            return _Returned(sql(self, *parameters))
        return super().execute(sql, parameters)


class Connection:
    """A database connection with a thread. `raw` may be used from elsewhere while no call is under way."""

    def __init__(self, library: aiosqlite.Connection, raw: sqlite3.Connection) -> None:
        self._library = library
        self.raw = raw

    @classmethod
    async def open(cls, path: Path, pragmas: Sequence[str]) -> "Connection":
        """Opens the file in autocommit mode and runs the pragmas; sqlite3.Error when it cannot be used."""
        made: list[sqlite3.Connection] = []

        def make(*args: Any, **kwargs: Any) -> sqlite3.Connection:
            made.append(_FunctionConnection(*args, **kwargs))
            return made[0]

        library = await aiosqlite.connect(
            path,
            factory=cast("type[sqlite3.Connection]", make),
            isolation_level=None,
            cached_statements=256,
            check_same_thread=False,
        )
        try:
            for pragma in pragmas:
                await library.execute_fetchall(pragma)
        except BaseException:
            await library.close()  # or its thread would keep the process alive
            raise
        return cls(library, made[0])

    async def call(self, function: Callable[..., T], *args: Any) -> T:
        """Runs `function(connection, *args)` on the connection's thread, in one hop."""
        return cast(T, await self._library.execute_fetchall(cast(str, function), args))

    async def close(self) -> None:
        await self._library.close()
