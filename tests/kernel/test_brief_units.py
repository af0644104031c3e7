"""Brief units run on the event loop: the same promises, in order with the others."""

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest

from clickclack.kernel import units
from clickclack.kernel.connections import Connection
from clickclack.kernel.database import BRIEF_BATCH, Database
from clickclack.kernel.errors import StorageFull, Unavailable
from clickclack.kernel.events import Event
from clickclack.kernel.transaction import Tx


def put(tx: Tx, name: str) -> int:
    tx.emit("timer.put", 1, {"name": name})
    return tx.run("INSERT INTO timers (name, last_run_at) VALUES (?, ?)", name, tx.now)


def names(tx: Tx) -> list[str]:
    return [row[0] for row in tx.all("SELECT name FROM timers ORDER BY name")]


def writer_of(db: Database) -> Connection:
    writer = db._writer
    assert writer is not None
    return writer


def named(committed: list[list[Event]]) -> list[list[str]]:
    return [[event.data["name"] for event in batch] for batch in committed]


async def test_a_brief_unit_is_on_disk_before_it_is_answered(db: Database, database_path: Path):
    assert await db.write_brief(put, "a") == 1
    with sqlite3.connect(database_path) as connection:
        assert connection.execute("SELECT name FROM timers").fetchall() == [("a",)]
    connection.close()


async def test_a_brief_unit_runs_on_the_loop_and_another_does_not(db: Database):
    def where(tx: Tx) -> bool:
        return threading.current_thread() is threading.main_thread()

    assert await db.write_brief(where)
    assert not await db.write(where)


async def test_brief_units_are_committed_in_groups_and_in_order_with_others(db: Database, committed: list[list[Event]]):
    writes = [db.write_brief(put, f"a{n:02}") for n in range(BRIEF_BATCH + 2)]
    writes += [db.write(put, "b"), db.write_brief(put, "c")]
    await asyncio.gather(*writes)
    first = [f"a{n:02}" for n in range(BRIEF_BATCH)]
    rest = [f"a{n:02}" for n in range(BRIEF_BATCH, BRIEF_BATCH + 2)]
    assert named(committed) == [first, rest, ["b", "c"]]


async def test_a_brief_unit_that_raises_rolls_back_alone(db: Database, committed: list[list[Event]]):
    def failing(tx: Tx) -> None:
        put(tx, "never")
        raise LookupError("no")

    answers = await asyncio.gather(
        db.write_brief(put, "a"), db.write_brief(failing), db.write_brief(put, "b"), return_exceptions=True
    )
    assert [answers[0], answers[2]] == [1, 1]
    assert isinstance(answers[1], LookupError)
    assert await db.read(names) == ["a", "b"]
    assert named(committed) == [["a", "b"]]


@pytest.mark.parametrize(("halfway", "runs"), [(False, 1), (True, 2)])
async def test_brief_units_run_again_only_when_one_beside_them_fails_halfway(
    db: Database, committed: list[list[Event]], halfway: bool, runs: int
):
    ran: list[str] = []

    def counted(tx: Tx, name: str) -> str:
        ran.append(name)
        put(tx, name)
        return name

    def failing(tx: Tx) -> None:
        if halfway:
            put(tx, "never")
        raise LookupError("no")

    writes = (db.write_brief(counted, "a"), db.write_brief(failing), db.write_brief(counted, "b"))
    answers = await asyncio.gather(*writes, return_exceptions=True)
    assert (answers[0], str(answers[1]), answers[2]) == ("a", "no", "b")
    assert ran == ["a"] * runs + ["b"]
    assert await db.read(names) == ["a", "b"]
    assert named(committed) == [["a", "b"]]


async def test_a_brief_unit_waits_on_the_thread_while_another_program_writes(db: Database, database_path: Path):
    other = sqlite3.connect(database_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(db.write_brief(put, "a"))
    await asyncio.sleep(0.1)
    assert not writing.done()
    other.execute("COMMIT")
    assert await writing == 1
    other.close()


async def test_a_brief_unit_is_unavailable_when_another_program_writes_for_too_long(
    db: Database, database_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(units, "BUSY_MILLISECONDS", 50)
    other = sqlite3.connect(database_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked"):
        await db.write_brief(put, "a")
    other.close()
    assert await db.write_brief(put, "a") == 1


async def test_a_full_disk_fails_every_brief_unit_of_the_batch_and_passes(db: Database, committed: list[list[Event]]):
    raw = writer_of(db).raw
    pages = raw.execute("PRAGMA page_count").fetchone()[0]
    raw.execute(f"PRAGMA max_page_count = {pages}")
    answers = await asyncio.gather(*(db.write_brief(put, f"{n}" * 20_000) for n in range(3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [StorageFull] * 3
    assert committed == []
    raw.execute("PRAGMA max_page_count = 1000000")
    assert await db.write_brief(put, "a") == 1
    assert await db.read(names) == ["a"]


@pytest.mark.parametrize("brief", [True, False])
async def test_a_commit_that_fails_fails_its_callers_and_keeps_nothing(
    db: Database, committed: list[list[Event]], brief: bool
):
    def unfulfilled(tx: Tx) -> None:
        tx.run("PRAGMA defer_foreign_keys = ON")
        tx.run("INSERT INTO passwords (user_n, hash, updated_at) VALUES (999, '', 0)")

    write = db.write_brief if brief else db.write
    answers = await asyncio.gather(write(unfulfilled), write(put, "a"), return_exceptions=True)
    assert [type(answer) for answer in answers] == [sqlite3.IntegrityError] * 2
    assert await db.read(names) == []
    assert committed == []
    assert await write(put, "b") == 1


async def test_a_connection_whose_rollback_fails_is_replaced(db: Database, monkeypatch: pytest.MonkeyPatch):
    broken = writer_of(db)

    def stuck(connection: sqlite3.Connection) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    def failing(tx: Tx) -> None:
        put(tx, "never")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(units, "roll_back", stuck)
        with pytest.raises(sqlite3.OperationalError):
            await db.write(failing)
    assert await db.write(put, "a") == 1
    assert writer_of(db) is not broken
    assert await db.read(names) == ["a"]


async def test_a_statement_mistake_is_told_as_it_is(db: Database):
    def mistaken(tx: Tx) -> None:
        tx.run("INSERT INTO nowhere VALUES (1)")

    for write in (db.write_brief, db.write, db.read):
        with pytest.raises(sqlite3.OperationalError, match=r"no such table|readonly"):
            await write(mistaken)
