"""Units that do what none should: the writer goes on, or ends in a way that everybody hears of."""

import sqlite3
from pathlib import Path

import pytest

from clickclack.kernel import units
from clickclack.kernel.clock import SystemClock
from clickclack.kernel.database import Database
from clickclack.kernel.errors import Unavailable
from clickclack.kernel.transaction import Tx
from tests.kernel.test_brief_units import names, put, writer_of


@pytest.mark.parametrize("brief", [True, False])
async def test_a_unit_that_raises_what_nobody_can_wait_for_is_told_and_the_writer_goes_on(db: Database, brief: bool):
    def exhausted(tx: Tx) -> None:
        next(iter(()))

    write = db.write_brief if brief else db.write
    with pytest.raises(RuntimeError, match="StopIteration"):
        await write(exhausted)
    assert await write(put, "a") == 1


async def test_a_writer_that_ends_keeps_nothing_and_tells_everybody(
    database_path: Path, caplog: pytest.LogCaptureFixture
):
    class Odd(BaseException):
        pass

    def odd(tx: Tx) -> None:
        put(tx, "never")
        raise Odd

    db = await Database.open(database_path, SystemClock())
    for _ in range(2):
        with pytest.raises(Unavailable, match="stopping"):
            await db.write_brief(odd)
    assert "the database writer has ended" in caplog.text
    with sqlite3.connect(database_path, timeout=0) as other:
        assert put(Tx(other, 1), "b") == 1
        assert names(Tx(other, 1)) == ["b"]
    other.close()
    await db.close()


async def test_a_unit_that_passes_over_a_full_disk_takes_its_batch_along(db: Database):
    ran: list[str] = []

    def careless(tx: Tx) -> None:
        ran.append("once")
        try:
            put(tx, "x" * 2_000_000)
        except sqlite3.OperationalError:
            ran.append("full")

    raw = writer_of(db).raw
    pages = raw.execute("PRAGMA page_count").fetchone()[0]
    raw.execute(f"PRAGMA max_page_count = {pages + 20}")
    with pytest.raises(sqlite3.OperationalError, match="rolled its batch back"):
        await db.write_brief(careless)
    assert ran == ["once", "full"]
    raw.execute("PRAGMA max_page_count = 1000000")
    assert await db.write_brief(put, "a") == 1
    assert await db.read(names) == ["a"]


async def test_work_of_a_unit_that_fails_is_not_announced(db: Database):
    heard: list[str] = []
    db.on_work["sweeping"] = lambda: heard.append("sweeping")

    def failing(tx: Tx) -> None:
        tx.add_work("sweeping")
        raise LookupError("no")

    with pytest.raises(LookupError):
        await db.write_brief(failing)
    assert heard == []


async def test_units_that_start_anew_wait_for_another_program_on_the_thread(
    db: Database, database_path: Path, monkeypatch: pytest.MonkeyPatch
):
    other = sqlite3.connect(database_path, isolation_level=None, check_same_thread=False)
    run_units, calls = units.run_units, 0

    def just_taken(*given: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 1:
            other.execute("BEGIN IMMEDIATE")
        elif calls == 2:
            other.execute("COMMIT")
        return run_units(*given)  # pyright: ignore[reportArgumentType]

    def failing(tx: Tx) -> None:
        put(tx, "never")
        raise LookupError("no")

    monkeypatch.setattr(units, "run_units", just_taken)
    with pytest.raises(LookupError):
        await db.write_brief(failing)
    assert calls == 2
    assert await db.write_brief(put, "a") == 1
    other.close()
