"""Whole units of work, committed in groups."""

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest

from clickclack.kernel import jobs
from clickclack.kernel.database import Database
from clickclack.kernel.errors import Invalid, StorageFull, Unavailable
from clickclack.kernel.events import Event
from clickclack.kernel.ids import decode, encode
from clickclack.kernel.jobs import NewJob
from clickclack.kernel.transaction import Tx
from tests.clock import FakeClock


def put(tx: Tx, name: str) -> int:
    return tx.value("INSERT INTO timers (name, last_run_at) VALUES (?, ?) RETURNING last_run_at", name, tx.now)


def names(tx: Tx) -> list[str]:
    return [row[0] for row in tx.all("SELECT name FROM timers ORDER BY name")]


def rows_on_disk(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return [row[0] for row in connection.execute("SELECT name FROM timers ORDER BY name")]
    finally:
        connection.close()


async def test_a_write_is_on_disk_before_it_is_answered(db: Database, database_path: Path, clock: FakeClock):
    assert await db.write(put, "a") == clock.now()
    assert rows_on_disk(database_path) == ["a"]


async def test_a_read_sees_every_write_that_was_answered_before(db: Database):
    for name in "abc":
        await db.write(put, name)
        assert (await db.read(names))[-1] == name


async def test_units_that_wait_together_are_committed_together(db: Database, committed: list[list[Event]]):
    def tell(tx: Tx, number: int) -> None:
        tx.emit("told", 1, {"number": number})

    await asyncio.gather(*(db.write(tell, number) for number in range(100)))
    told = [event.data["number"] for batch in committed for event in batch]
    assert told == list(range(100))
    assert len(committed) < 10


async def test_a_unit_that_raises_rolls_back_alone(db: Database, database_path: Path, committed: list[list[Event]]):
    def fail(tx: Tx) -> None:
        put(tx, "lost")
        tx.emit("lost", 1, {})
        raise Invalid("no")

    results = await asyncio.gather(db.write(put, "a"), db.write(fail), db.write(put, "b"), return_exceptions=True)
    assert isinstance(results[1], Invalid)
    assert rows_on_disk(database_path) == ["a", "b"]
    assert committed == []


async def test_a_broken_constraint_is_told_to_the_unit_that_broke_it(db: Database):
    await db.write(put, "a")
    with pytest.raises(sqlite3.IntegrityError):
        await db.write(put, "a")
    assert await db.read(names) == ["a"]


async def test_a_unit_whose_caller_has_left_still_commits(db: Database):
    leaving = asyncio.create_task(db.write(put, "a"))
    await asyncio.sleep(0)
    leaving.cancel()
    await db.write(put, "b")
    assert await db.read(names) == ["a", "b"]


async def test_who_waits_for_jobs_hears_of_them_after_the_commit_and_only_then(db: Database, database_path: Path):
    seen: list[list[str]] = []
    db.on_work[jobs.WORK] = lambda: seen.append(rows_on_disk(database_path))

    def unit(tx: Tx, name: str, error: Exception | None) -> None:
        put(tx, name)
        jobs.add(tx, NewJob("mail", {}))
        if error:
            raise error

    await db.write(put, "without")
    await db.write(unit, "a", None)
    with pytest.raises(Invalid):
        await db.write(unit, "b", Invalid("no"))
    assert seen == [["a", "without"]]


async def test_a_reader_of_commits_that_fails_does_not_fail_the_commit(db: Database):
    def fail() -> None:
        raise RuntimeError("on purpose")

    db.on_work[jobs.WORK] = fail
    assert await db.write(jobs.add, NewJob("mail", {}))
    assert await db.write(put, "next") > 0


async def test_a_read_cannot_write(db: Database):
    with pytest.raises(Unavailable):
        await db.read(put, "a")
    assert await db.read(names) == []


async def test_a_read_is_one_snapshot(db: Database):
    def count_twice(tx: Tx) -> tuple[int, int]:
        first = len(names(tx))
        writing = asyncio.run_coroutine_threadsafe(db.write(put, "between"), loop)
        writing.result(5)
        return first, len(names(tx))

    loop = asyncio.get_running_loop()
    assert await db.read(count_twice) == (0, 0)
    assert await db.read(names) == ["between"]


async def test_a_full_disk_refuses_the_write_and_service_goes_on_when_there_is_room(db: Database):
    def limit(tx: Tx, pages: int) -> None:
        tx.value(f"PRAGMA max_page_count = {pages}")

    def big(tx: Tx) -> None:
        put(tx, "x" * 2_000_000)

    pages = await db.read(lambda tx: tx.value("PRAGMA page_count"))
    await db.write(limit, pages + 5)
    results = await asyncio.gather(*(db.write(big) for _ in range(3)), return_exceptions=True)
    assert all(isinstance(result, StorageFull) for result in results)
    assert await db.read(names) == []
    await db.write(limit, 1_000_000)
    await db.write(put, "room")
    assert await db.read(names) == ["room"]


async def test_a_database_locked_by_another_program_answers_unavailable_and_recovers(
    database_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
):
    db = await Database.open(database_path, clock)
    monkeypatch.setattr("clickclack.kernel.units.BUSY_MILLISECONDS", 50)
    other = sqlite3.connect(database_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        await db.write(put, "a")
    other.execute("ROLLBACK")
    other.close()
    await db.write(put, "b")
    assert await db.read(names) == ["b"]
    await db.close()


async def test_closing_runs_what_is_queued_and_refuses_more(database_path: Path, clock: FakeClock):
    db = await Database.open(database_path, clock)
    queued = [asyncio.create_task(db.write(put, f"{number:03}")) for number in range(300)]
    await asyncio.sleep(0)
    await db.close()
    assert all(task.done() and task.exception() is None for task in queued)
    assert len(rows_on_disk(database_path)) == 300
    assert not database_path.with_name("clickclack.db-wal").exists()
    with pytest.raises(Unavailable, match="stopping"):
        await db.write(put, "late")
    with pytest.raises(Unavailable, match="stopping"):
        await db.read(names)


async def test_more_waiting_units_than_the_queue_holds_are_refused(db: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("clickclack.kernel.database.QUEUE", 10)
    results = await asyncio.gather(*(db.write(put, str(n)) for n in range(30)), return_exceptions=True)
    refused = [r for r in results if isinstance(r, Unavailable)]
    assert len(refused) == 20
    assert len(await db.read(names)) == 10


async def test_commits_are_durable_and_foreign_keys_hold(db: Database):
    def pragmas(tx: Tx) -> tuple[str, int, int]:
        return tuple(tx.value(f"PRAGMA {name}") for name in ("journal_mode", "synchronous", "foreign_keys"))

    assert await db.write(pragmas) == ("wal", 2, 1)


async def test_a_visiting_process_leaves_the_write_ahead_log_to_the_server(
    db: Database, database_path: Path, clock: FakeClock
):
    log = database_path.with_name("clickclack.db-wal")
    await db.write(put, "by the server")
    before = log.stat().st_size
    visitor = await Database.open(database_path, clock, readers=1, visiting=True)
    await visitor.write(put, "by a visitor")
    await visitor.close()
    assert log.stat().st_size > before
    assert await db.read(names) == ["by a visitor", "by the server"]


async def test_a_probe_writes_to_the_disk_each_time(db: Database, database_path: Path, clock: FakeClock):
    for _ in range(2):
        clock.advance(1)
        await db.probe()
        connection = sqlite3.connect(database_path)
        assert connection.execute("SELECT last_run_at FROM timers").fetchall() == [(clock.now(),)]
        connection.close()


async def test_a_probe_fails_while_the_database_cannot_be_written(db: Database):
    await db.write(lambda tx: tx.value("PRAGMA query_only = ON"))
    with pytest.raises(Unavailable):
        await db.probe()
    await db.read(names)


async def test_a_read_whose_caller_has_left_counts_until_it_has_run(
    database_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("clickclack.kernel.database.QUEUE", 3)
    db = await Database.open(database_path, clock, readers=1)
    gate = threading.Event()
    leaving = [asyncio.create_task(db.read(lambda tx: gate.wait(5))) for _ in range(3)]
    await asyncio.sleep(0.01)
    for task in leaving:
        task.cancel()
    await asyncio.gather(*leaving, return_exceptions=True)
    with pytest.raises(Unavailable, match="busy"):
        await db.read(names)
    gate.set()
    await asyncio.sleep(0.05)
    assert await db.read(names) == []
    await db.close()


async def test_a_query_that_fails_after_the_snapshot_is_gone_raises_its_own_error(db: Database):
    def fail(tx: Tx) -> None:
        tx.run("ROLLBACK")  # as SQLite does by itself when it cannot read the disk
        raise LookupError("on purpose")

    with pytest.raises(LookupError, match="on purpose"):
        await db.read(fail)
    assert await db.read(names) == []


@pytest.mark.parametrize("brief", [True, False])
async def test_what_a_visitor_makes_sorts_behind_a_log_that_is_ahead_of_the_clock(
    database_path: Path, clock: FakeClock, brief: bool
):
    db = await Database.open(database_path, clock, visiting=True)
    try:
        told = await db.write(lambda tx: tx.emit("told", 1, {}))
        value = decode(told.id[4:])
        assert value is not None
        ahead = f"evt_{encode(value + (3_600_000 << 80))}"
        await db.write(lambda tx: tx.run("UPDATE events SET id = ?", ahead))
        write = db.write_brief if brief else db.write
        assert (await write(lambda tx: tx.emit("later", 1, {}))).id > ahead
    finally:
        await db.close()
