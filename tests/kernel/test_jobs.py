"""Jobs as rows: keys, claims, lanes, waits, dead letters, taking up again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickclack.kernel import jobs
from clickclack.kernel.clock import SECOND
from clickclack.kernel.database import Database
from clickclack.kernel.jobs import Job, NewJob, Retries
from tests.clock import FakeClock
from tests.stored_jobs import dead_jobs, find_job, stored_job

KINDS = ("mail", "call")


async def add(db: Database, kind: str = "mail", lane: str = "", key: str | None = None, run_at: int = 0) -> str:
    return await db.write(jobs.add, NewJob(kind, {"to": lane}, key, lane, run_at))


async def claimed(db: Database, free: int = 10, in_lane: int = 10, **busy: int) -> list[Job]:
    return await db.write(jobs.claim, KINDS, free, busy, in_lane)


async def test_a_job_is_stored_as_it_was_given(db: Database, clock: FakeClock):
    identifier = await db.write(jobs.add, NewJob("mail", {"to": ["ann"], "n": 1}, "key", "lane", 5))
    job = await stored_job(db, identifier)
    assert (job.kind, job.data, job.key, job.lane) == ("mail", {"to": ["ann"], "n": 1}, "key", "lane")
    assert (job.state, job.attempts, job.run_at, job.created_at) == ("waiting", 0, 5, clock.now())


async def test_a_key_is_added_once_even_after_it_is_done(db: Database):
    first = await add(db, key="delivery 1")
    assert await add(db, key="delivery 1") == first
    await claimed(db)
    await db.write(jobs.finish, (await stored_job(db, first)).n)
    assert await add(db, key="delivery 1") == first
    assert (await stored_job(db, first)).state == "done"
    assert await claimed(db) == []


async def test_jobs_without_a_key_are_all_kept(db: Database):
    assert await add(db) != await add(db)
    assert len(await claimed(db)) == 2


async def test_a_job_of_a_unit_that_is_rolled_back_was_never_there(db: Database):
    def unit(tx: jobs.Tx) -> None:
        jobs.add(tx, NewJob("mail", {}))
        raise LookupError

    with pytest.raises(LookupError):
        await db.write(unit)
    assert await claimed(db) == []


async def test_what_is_due_first_is_claimed_first_and_once(db: Database, clock: FakeClock):
    late = await add(db, run_at=clock.now() - 1)
    early = await add(db, run_at=clock.now() - 2)
    taken = await claimed(db)
    assert [job.id for job in taken] == [early, late]
    assert [(job.state, job.attempts) for job in taken] == [("running", 1)] * 2
    assert await claimed(db) == []


async def test_what_is_not_due_yet_waits(db: Database, clock: FakeClock):
    await add(db, run_at=clock.now() + SECOND)
    assert await claimed(db) == []
    assert await db.read(jobs.next_due, KINDS) == clock.now() + SECOND
    clock.advance(1)
    assert await db.read(jobs.next_due, KINDS) is None
    assert len(await claimed(db)) == 1


async def test_no_more_is_claimed_than_may_run(db: Database):
    for _ in range(3):
        await add(db)
    assert len(await claimed(db, free=2)) == 2
    assert await claimed(db, free=0) == []


async def test_a_full_lane_holds_up_no_other(db: Database):
    for lane in ("slow", "slow", "slow", "quick"):
        await add(db, lane=lane)
    assert [job.lane for job in await claimed(db, in_lane=2)] == ["slow", "slow", "quick"]
    assert await claimed(db, in_lane=2, slow=2) == []
    assert [job.lane for job in await claimed(db, in_lane=2, slow=1)] == ["slow"]


async def test_a_kind_that_nobody_knows_waits(db: Database):
    unknown = await add(db, kind="later")
    assert await claimed(db) == []
    assert await db.read(jobs.next_due, KINDS) is None
    assert (await stored_job(db, unknown)).state == "waiting"


async def test_a_failed_attempt_waits_and_keeps_its_error(db: Database, clock: FakeClock):
    identifier = await add(db)
    (job,) = await claimed(db)
    await db.write(jobs.fail, job, "x" * 900, 2.5)
    after = await stored_job(db, identifier)
    assert (after.state, after.run_at) == ("waiting", clock.now() + 2_500_000)
    assert after.last_error == "x" * 500
    clock.advance(3)
    (again,) = await claimed(db)
    assert again.attempts == 2


async def test_what_is_given_up_stays_with_its_error(db: Database, clock: FakeClock):
    for key in ("first", "second"):
        await add(db, key=key)
        (job,) = await claimed(db)
        await db.write(jobs.fail, job, f"no {key}", None)
        clock.advance(1)
    assert [(job.key, job.last_error) for job in await dead_jobs(db)] == [
        ("first", "no first"),
        ("second", "no second"),
    ]
    assert await db.read(jobs.count_dead) == 2


async def test_what_was_running_when_the_server_ended_runs_again(db: Database):
    identifier = await add(db)
    await claimed(db)
    assert await db.write(jobs.resume, {"mail": 2}) == 1
    (again,) = await claimed(db)
    assert (again.id, again.attempts) == (identifier, 2)
    assert await db.write(jobs.resume, {"mail": 2}) == 1
    job = await stored_job(db, identifier)
    assert (job.state, job.last_error) == ("dead", "the server ended during the attempt")
    assert await db.write(jobs.resume, {"mail": 2}) == 0


@given(st.integers(1, 10_000))
def test_waits_grow_between_half_and_all_of_the_full_wait(attempts: int):
    retries = Retries(first=2.0, longest=600.0)
    full = min(600.0, 2.0 * 2 ** min(attempts - 1, 40))
    assert full / 2 <= retries.wait(attempts) <= full


def test_the_usual_retries_last_about_a_day():
    retries = Retries()
    longest = sum(min(retries.longest, retries.first * 2.0**n) for n in range(retries.attempts - 1))
    assert 18 * 3600 < longest < 30 * 3600


async def test_what_is_done_is_forgotten_after_a_week_and_what_is_dead_or_waits_is_not(db: Database, clock: FakeClock):
    for key in ("done", "dead", "waiting"):
        await add(db, key=key)
    done, dead, _ = await claimed(db)
    await db.write(jobs.finish, done.n)
    await db.write(jobs.fail, dead, "no", None)
    clock.advance(7 * 86_400 - 1)
    assert await db.write(jobs.prune) == 0
    clock.advance(1)
    assert await db.write(jobs.prune) == 1
    assert await find_job(db, done.id) is None
    assert await add(db, key="done") != done.id
    assert await add(db, key="dead") == dead.id


async def test_what_is_dead_is_forgotten_after_30_days(db: Database, clock: FakeClock):
    await add(db, key="dead")
    (dead,) = await claimed(db)
    await db.write(jobs.fail, dead, "no", None)
    clock.advance(30 * 86_400 - 1)
    assert await db.write(jobs.prune) == 0
    clock.advance(1)
    assert await db.write(jobs.prune) == 1
    assert await db.read(jobs.count_dead) == 0
    assert await add(db, key="dead") != dead.id


async def test_a_job_that_was_done_late_is_remembered_from_then_on(db: Database, clock: FakeClock):
    await add(db)
    clock.advance(30 * 86_400)
    (job,) = await claimed(db)
    await db.write(jobs.finish, job.n)
    assert await db.write(jobs.prune) == 0


async def test_due_jobs_are_found_without_reading_all(db: Database):
    def plan(tx: jobs.Tx) -> str:
        sql = "EXPLAIN QUERY PLAN SELECT n FROM jobs WHERE state = 'waiting' AND run_at <= ? ORDER BY run_at, n LIMIT 1"
        return " ".join(str(row[3]) for row in tx.all(sql, tx.now))

    assert "USING COVERING INDEX jobs_due" in await db.read(plan)
