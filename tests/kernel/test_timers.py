"""Timers: due on time, caught up once, remembered by a restart when they say so."""

import asyncio
import logging

import pytest

from clickclack.kernel import loops
from clickclack.kernel.clock import SECOND
from clickclack.kernel.database import Database
from clickclack.kernel.timers import Timer, Timers
from clickclack.kernel.transaction import Tx
from tests.clock import FakeClock


class Count:
    def __init__(self, fails: bool = False) -> None:
        self.runs = 0
        self.fails = fails

    async def __call__(self) -> None:
        self.runs += 1
        if self.fails:
            raise LookupError("nothing there")


def last_run(tx: Tx, name: str) -> int | None:
    return tx.value("SELECT last_run_at FROM timers WHERE name = ?", name)


async def started(db: Database, *timers: Timer) -> Timers:
    made = Timers(db, timers)
    await made.start()
    return made


async def test_a_timer_runs_when_its_interval_has_passed(db: Database, clock: FakeClock):
    count = Count()
    timers = await started(db, Timer("sweep", 60, count))
    assert await timers.run_due() == 60
    clock.advance(59)
    assert await timers.run_due() == 1
    assert count.runs == 0
    clock.advance(1)
    assert await timers.run_due() == 60
    assert count.runs == 1


async def test_a_long_sleep_is_caught_up_once(db: Database, clock: FakeClock):
    count = Count()
    timers = await started(db, Timer("sweep", 60, count))
    clock.advance(86_400)
    await timers.run_due()
    await timers.run_due()
    assert count.runs == 1


async def test_a_restart_knows_the_last_run_of_a_timer_that_is_kept(db: Database, clock: FakeClock):
    kept, unkept = Count(), Count()
    pair = Timer("kept", 60, kept), Timer("unkept", 60, unkept, kept=False)
    await started(db, *pair)
    clock.advance(45)
    restarted = await started(db, *pair)
    clock.advance(30)
    await restarted.run_due()
    assert (kept.runs, unkept.runs) == (1, 0)
    assert await db.read(last_run, "kept") == clock.now()
    assert await db.read(last_run, "unkept") is None


async def test_a_clock_that_was_set_back_does_not_stop_a_timer(db: Database, clock: FakeClock):
    count = Count()
    timers = await started(db, Timer("sweep", 60, count))
    clock.advance(-3600)
    await timers.run_due()
    await timers.run_due()
    assert count.runs == 1
    assert await db.read(last_run, "sweep") == clock.now()


async def test_work_that_fails_is_logged_stops_no_other_and_comes_round_again(
    db: Database, clock: FakeClock, caplog: pytest.LogCaptureFixture
):
    bad, good = Count(fails=True), Count()
    timers = await started(db, Timer("bad", 60, bad), Timer("good", 60, good))
    for _ in range(2):
        clock.advance(60)
        with caplog.at_level(logging.ERROR):
            await timers.run_due()
    assert (bad.runs, good.runs) == (2, 2)
    assert "timer bad failed" in caplog.text


async def test_no_timers_are_no_trouble(db: Database):
    timers = await started(db)
    assert await timers.run_due() > 0


async def test_timers_run_while_the_block_runs_and_end_with_it(db: Database, clock: FakeClock):
    ran = asyncio.Event()

    async def work() -> None:
        ran.set()

    await started(db, Timer("sweep", 60, work))
    clock.advance(60)
    async with Timers(db, [Timer("sweep", 60, work)]).running():
        await asyncio.wait_for(ran.wait(), 5)
    assert [task for task in asyncio.all_tasks() if task.get_name() == "timers"] == []
    assert clock.now() % SECOND == 0


async def test_timers_that_cannot_be_looked_at_are_logged_and_looked_at_again(
    db: Database, clock: FakeClock, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(loops, "AGAIN", 0.0)
    ran, failures = asyncio.Event(), [OSError("no clock")]
    timers = Timers(db, [Timer("sweep", 60, Count())])
    run_due = timers.run_due

    async def unsteady() -> float:
        if failures:
            raise failures.pop()
        ran.set()
        return await run_due()

    monkeypatch.setattr(timers, "run_due", unsteady)
    async with timers.running():
        await asyncio.wait_for(ran.wait(), 5)
    assert "OSError: no clock" in caplog.text
