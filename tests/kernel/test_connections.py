"""Connections leave no thread behind, however they end: the process could not exit."""

import asyncio
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from clickclack.kernel import database
from clickclack.kernel.connections import READER, Connection
from clickclack.kernel.database import Database
from tests.clock import FakeClock


async def ended_since(before: set[threading.Thread]) -> bool:
    """Whether every thread that has come since ends by itself."""
    for _ in range(200):
        if threads() <= before:
            return True
        await asyncio.sleep(0.01)
    return False


def threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if not thread.daemon}


def query_only(raw: sqlite3.Connection) -> Any:
    return raw.execute("PRAGMA query_only").fetchone()


async def test_a_connection_that_cannot_be_set_up_leaves_no_thread(tmp_path: Path):
    before = threads()
    with pytest.raises(sqlite3.OperationalError):
        await Connection.open(tmp_path / "x.db", ["PRAGMA temp_store = MEMORY", "no pragma"])
    assert await ended_since(before)


async def test_a_file_that_is_no_database_leaves_no_thread(tmp_path: Path):
    path, before = tmp_path / "x.db", threads()
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(sqlite3.DatabaseError):
        await Database.open(path, FakeClock())
    assert await ended_since(before)


async def test_a_database_whose_last_reader_cannot_be_opened_leaves_no_thread(
    database_path: Path, monkeypatch: pytest.MonkeyPatch
):
    before, opened = threads(), list[Path]()
    open_one = Connection.open

    async def unsteady(path: Path, pragmas: Any) -> Connection:
        opened.append(path)
        if len(opened) == 3:
            raise sqlite3.OperationalError("unable to open database file")
        return await open_one(path, pragmas)

    monkeypatch.setattr(Connection, "open", unsteady)
    with pytest.raises(sqlite3.OperationalError):
        await Database.open(database_path, FakeClock(), readers=2)
    assert len(opened) == 3
    assert await ended_since(before)


async def test_closing_that_fails_midway_closes_the_rest(database_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fail(connection: sqlite3.Connection) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    before = threads()
    db = await Database.open(database_path, FakeClock())
    close, failures = Connection.close, [sqlite3.OperationalError("on purpose")]

    async def unsteady(self: Connection) -> None:
        await close(self)
        if failures:
            raise failures.pop()

    monkeypatch.setattr(Connection, "close", unsteady)
    monkeypatch.setattr(database, "_truncate_log", fail)
    with pytest.raises(sqlite3.OperationalError):
        await db.close()
    assert await ended_since(before)


async def test_a_connection_is_set_up_as_it_was_asked(database_path: Path):
    connection = await Connection.open(database_path, READER)
    assert await connection.call(query_only) == (1,)
    await connection.close()
