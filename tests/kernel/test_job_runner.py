"""The runner of jobs: begun after the commit, bounded, retried, and nothing left behind when it ends."""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import pytest

from clickclack.kernel import job_runner, jobs
from clickclack.kernel.clock import SystemClock
from clickclack.kernel.database import Database
from clickclack.kernel.errors import StorageFull
from clickclack.kernel.job_runner import JobRunner
from clickclack.kernel.jobs import Hopeless, Job, NewJob, Retries, Worker
from clickclack.kernel.transaction import Tx
from tests.clock import FakeClock
from tests.stored_jobs import dead_jobs, stored_job

Work = Callable[[Job], Awaitable[None]]


class Log:
    """A worker that notes what it did, fails as often as it is told, and waits for `gate`."""

    def __init__(self, failures: int = 0, error: Exception | None = None) -> None:
        self.done: list[str] = []
        self.at_once = 0
        self.most_at_once = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.failures = failures
        self.error = error or OSError("not now")

    async def __call__(self, job: Job) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.gate.wait()
            if self.failures:
                self.failures -= 1
                raise self.error
            self.done.append(job.id)
        finally:
            self.at_once -= 1


def runner(db: Database, work: Work, at_once: int = 16, in_lane: int = 16, **retries: float) -> JobRunner:
    return JobRunner(db, {"mail": Worker(work, Retries(**retries))}, at_once, in_lane)  # pyright: ignore[reportArgumentType]


async def until(holds: Callable[[], bool | Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while True:
            found = holds()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def given(db: Database, made: JobRunner, *lanes: str) -> AsyncGenerator[list[str]]:
    async with made.running():
        yield [await db.write(jobs.add, NewJob("mail", {}, lane=lane)) for lane in lanes]


async def is_in(db: Database, identifier: str, state: str) -> bool:
    return (await stored_job(db, identifier)).state == state


async def test_a_job_begins_right_after_the_commit_that_holds_it(db: Database):
    log = Log()
    made = runner(db, log)
    async with given(db, made):
        await asyncio.sleep(0.05)
        started = asyncio.get_running_loop().time()
        identifier = await db.write(jobs.add, NewJob("mail", {}))
        await until(lambda: log.done == [identifier])
        assert asyncio.get_running_loop().time() - started < 2
        await until(lambda: is_in(db, identifier, "done"))


async def test_a_job_that_is_rolled_back_is_not_begun(db: Database):
    log = Log()
    made = runner(db, log)

    def unit(tx: Tx) -> None:
        jobs.add(tx, NewJob("mail", {}))
        raise LookupError

    async with given(db, made):
        with pytest.raises(LookupError):
            await db.write(unit)
        await asyncio.sleep(0.05)
    assert log.done == []


async def test_no_more_run_at_once_than_may(db: Database):
    log = Log()
    log.gate.clear()
    async with given(db, runner(db, log, at_once=3), *[""] * 8) as identifiers:
        await until(lambda: log.at_once == 3)
        await asyncio.sleep(0.05)
        log.gate.set()
        await until(lambda: len(log.done) == 8)
        assert sorted(log.done) == sorted(identifiers)
        assert log.most_at_once == 3


async def test_tasks_are_counted_on_the_loop_where_they_begin_and_end(db: Database):
    threads: set[int] = set()

    class Watched(dict[asyncio.Task[None], Job]):
        def values(self):
            threads.add(threading.get_ident())
            return super().values()

        def __len__(self) -> int:
            threads.add(threading.get_ident())
            return super().__len__()

    log = Log()
    made = runner(db, log)
    made._tasks = Watched()
    async with given(db, made, "", "") as identifiers:
        await until(lambda: sorted(log.done) == sorted(identifiers))
    assert threads == {threading.get_ident()}


async def test_a_slow_lane_holds_up_no_other(db: Database):
    log = Log()
    gate = asyncio.Event()

    async def work(job: Job) -> None:
        if job.lane == "slow":
            await gate.wait()
        await log(job)

    async with given(db, runner(db, work, at_once=4, in_lane=2), *["slow"] * 5, "quick") as identifiers:
        await until(lambda: log.done == identifiers[5:])
        gate.set()
        await until(lambda: len(log.done) == 6)


async def test_a_job_that_fails_is_tried_again_until_it_is_done(db: Database, clock: FakeClock):
    log = Log(failures=2)
    made = runner(db, log, first=1.0)
    async with given(db, made, "") as (identifier,):
        for attempts in (1, 2):
            await until(lambda n=attempts: waits_after(db, identifier, n))
            assert (await stored_job(db, identifier)).last_error == "not now"
            clock.advance(10)
            made.wake()
        await until(lambda: is_in(db, identifier, "done"))
    after = await stored_job(db, identifier)
    assert (after.attempts, after.last_error) == (3, None)


async def waits_after(db: Database, identifier: str, attempts: int) -> bool:
    job = await stored_job(db, identifier)
    return (job.state, job.attempts) == ("waiting", attempts)


async def test_the_runner_wakes_by_itself_when_a_job_is_due(database_path: Path):
    database = await Database.open(database_path, SystemClock())
    log = Log(failures=1)
    async with given(database, runner(database, log, first=0.1), "") as (identifier,):
        await until(lambda: log.done == [identifier])
    await database.close()


async def test_a_job_that_never_succeeds_is_a_dead_letter(db: Database):
    async with given(db, runner(db, Log(failures=9), attempts=1), "") as (identifier,):
        await until(lambda: is_in(db, identifier, "dead"))
    (letter,) = await dead_jobs(db)
    assert (letter.id, letter.last_error) == (identifier, "not now")


async def test_a_hopeless_job_is_dead_at_once(db: Database):
    async with given(db, runner(db, Log(9, Hopeless("gone for good"))), "") as (identifier,):
        await until(lambda: is_in(db, identifier, "dead"))
    assert (await stored_job(db, identifier)).attempts == 1


async def test_an_error_without_a_text_is_known_by_its_name(db: Database):
    async with given(db, runner(db, Log(9, KeyError()), attempts=1), "") as (identifier,):
        await until(lambda: is_in(db, identifier, "dead"))
    assert (await stored_job(db, identifier)).last_error == "KeyError"


async def test_an_attempt_that_takes_too_long_has_failed(db: Database):
    log = Log()
    log.gate.clear()
    async with given(db, runner(db, log, attempts=1, deadline=0.05), "") as (identifier,):
        await until(lambda: is_in(db, identifier, "dead"))
    assert (await stored_job(db, identifier)).last_error == "TimeoutError"


async def test_what_is_done_soon_after_the_end_is_not_cancelled(db: Database):
    log = Log()
    log.gate.clear()
    async with given(db, runner(db, log), "") as (identifier,):
        await until(lambda: log.at_once == 1)
        asyncio.get_running_loop().call_later(0.1, log.gate.set)
    assert await is_in(db, identifier, "done")


async def test_what_is_under_way_at_the_end_is_cancelled_and_taken_up_by_the_next_start(
    db: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(job_runner, "GRACE", 0.01)
    log = Log()
    log.gate.clear()
    async with given(db, runner(db, log), "") as (identifier,):
        await until(lambda: log.at_once == 1)
    assert log.at_once == 0
    assert await is_in(db, identifier, "waiting")
    assert await db.read(lambda tx: tx.value("SELECT attempts FROM jobs WHERE id = ?", identifier)) == 0
    assert [task for task in asyncio.all_tasks() if task.get_name().startswith("job")] == []
    log.gate.set()
    async with runner(db, log).running():
        await until(lambda: is_in(db, identifier, "done"))
    assert log.done == [identifier]


async def test_an_end_that_is_itself_cancelled_leaves_nothing_behind(db: Database):
    log = Log()
    log.gate.clear()

    async def run() -> None:
        async with runner(db, log).running():
            await until(lambda: log.at_once == 1)

    await db.write(jobs.add, NewJob("mail", {}))
    running = asyncio.create_task(run())
    await until(lambda: log.at_once == 1)
    await asyncio.sleep(0.1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert log.at_once == 0
    assert await db.read(lambda tx: tx.all("SELECT state, attempts FROM jobs")) == [("waiting", 0)]


async def test_a_database_that_cannot_be_written_for_a_while_loses_no_job(
    db: Database, monkeypatch: pytest.MonkeyPatch, database_path: Path
):
    log = Log()
    write = db.write
    refused = 3

    async def sometimes(*args: object, **kwargs: object) -> object:
        nonlocal refused
        if refused:
            refused -= 1
            raise StorageFull("full")
        return await write(*args, **kwargs)  # pyright: ignore[reportArgumentType, reportCallIssue, reportUnknownVariableType]

    monkeypatch.setattr("clickclack.kernel.job_runner.AGAIN", 0.01)
    identifier = await db.write(jobs.add, NewJob("mail", {}))
    monkeypatch.setattr(db, "write", sometimes)
    async with runner(db, log).running():
        await until(lambda: is_in(db, identifier, "done"))
    connection = sqlite3.connect(database_path)
    assert connection.execute("SELECT state, attempts FROM jobs").fetchall() == [("done", 1)]
    connection.close()


async def test_a_write_that_fails_oddly_is_logged_and_done_again(
    db: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(job_runner, "AGAIN", 0.0)
    log, failures = Log(), [sqlite3.IntegrityError("on purpose")]
    finish = jobs.finish

    def unsteady(tx: Tx, n: int) -> None:
        if failures:
            raise failures.pop()
        finish(tx, n)

    monkeypatch.setattr(jobs, "finish", unsteady)
    async with given(db, runner(db, log), "") as (identifier,):
        await until(lambda: is_in(db, identifier, "done"))
    assert log.done == [identifier]
    assert "IntegrityError: on purpose" in caplog.text


async def test_a_job_that_is_cancelled_by_its_own_worker_is_not_forgotten_in_silence(
    db: Database, caplog: pytest.LogCaptureFixture
):
    async def cancelled(job: Job) -> None:
        raise asyncio.CancelledError

    async with given(db, runner(db, cancelled), "") as (identifier,):
        await until(lambda: identifier in caplog.text)
    assert f"mail {identifier} has ended before its outcome was noted" in caplog.text


async def test_each_attempt_that_fails_is_logged(db: Database, caplog: pytest.LogCaptureFixture):
    log = Log(failures=2)
    async with given(db, runner(db, log, first=0.0, longest=0.0), "") as (identifier,):
        await until(lambda: is_in(db, identifier, "done"))
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert said == [f"mail {identifier} failed at attempt {n} and is tried again: not now" for n in (1, 2)]


async def test_a_hopeless_job_is_logged(db: Database, caplog: pytest.LogCaptureFixture):
    log = Log(failures=1, error=Hopeless("gone for ever"))
    async with given(db, runner(db, log), "") as (identifier,):
        await until(lambda: is_in(db, identifier, "dead"))
    assert f"mail {identifier} is hopeless at attempt 1: gone for ever" in caplog.text
