"""The write-ahead log stays short while reads overlap without end."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from clickclack.kernel import write_ahead_log
from clickclack.kernel.clock import SystemClock
from clickclack.kernel.database import Database
from clickclack.kernel.transaction import Tx

LIMIT = 256 * 1024


def size(log: Path) -> int:
    return log.stat().st_size if log.exists() else 0


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_ahead_log, "LIMIT", LIMIT)


@pytest.fixture
def log(database_path: Path) -> Path:
    return database_path.with_name("clickclack.db-wal")


def put(tx: Tx, number: int) -> int:
    return tx.run("INSERT OR REPLACE INTO timers (name, last_run_at) VALUES (?, 0)", f"{number % 5}" * 20_000)


def look(tx: Tx) -> int:
    count: int = tx.value("SELECT COUNT(*) FROM timers")
    time.sleep(0.01)
    return count


@asynccontextmanager
async def overlapping_reads(db: Database) -> AsyncGenerator[list[int]]:
    """Reads of both readers, one or the other always under way; the list gets what they see."""
    seen: list[int] = []
    going = True

    async def go_on(delay: float) -> None:
        await asyncio.sleep(delay)
        while going:
            seen.append(await db.read(look))

    reading = asyncio.gather(*(go_on(number * 0.0025) for number in range(4)))
    try:
        yield seen
    finally:
        going = False
        await reading


@pytest.mark.parametrize("brief", [True, False])
async def test_it_is_emptied_while_reads_overlap_and_none_fails(db: Database, log: Path, brief: bool):
    write = db.write_brief if brief else db.write
    longest = 0
    async with overlapping_reads(db) as seen:
        for number in range(400):
            assert await write(put, number) == 1
            longest = max(longest, size(log))
            await asyncio.sleep(0.001)
    assert longest < 5 * LIMIT  # 400 of these come to 60 times the limit
    assert seen[-1] == 5


async def test_it_waits_for_no_long_read_and_comes_back_to_it(
    db: Database, log: Path, caplog: pytest.LogCaptureFixture
):
    reading = asyncio.create_task(db.read(lambda tx: (look(tx), time.sleep(1))))
    await asyncio.sleep(0.05)
    started = time.monotonic()
    for number in range(60):
        await db.write(put, number)
    assert await db.read(look) == 5
    assert time.monotonic() - started < 0.9
    assert size(log) > LIMIT
    await reading
    await asyncio.sleep(0.05)
    assert "was not emptied: reads take long" in caplog.text
    for number in range(60):
        await db.write(put, number)
        await asyncio.sleep(0.001)
    assert size(log) < 3 * LIMIT


async def test_another_process_that_reads_keeps_it_and_nothing_fails(db: Database, database_path: Path, log: Path):
    other = sqlite3.connect(database_path, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT COUNT(*) FROM timers").fetchall()
    for number in range(60):
        await db.write(put, number)
        await asyncio.sleep(0.001)
    assert size(log) > LIMIT
    other.execute("COMMIT")
    other.close()
    for number in range(60):
        await db.write(put, number)
        await asyncio.sleep(0.001)
    assert size(log) < 3 * LIMIT
    assert await db.read(look) == 5


async def test_a_stop_waits_for_what_was_begun(database_path: Path, log: Path):
    db = await Database.open(database_path, SystemClock())
    await asyncio.gather(*(db.write(put, number) for number in range(60)))
    await db.close()
    assert size(log) == 0
    assert [task for task in asyncio.all_tasks() if task.get_name().startswith("write-ahead log")] == []
