"""Jobs as the database holds them."""

from typing import Any

import orjson

from clickclack.kernel.database import Database
from clickclack.kernel.jobs import Job
from clickclack.kernel.transaction import Tx

_JOBS = "SELECT n, id, kind, key, lane, data, state, attempts, run_at, last_error, created_at, finished_at FROM jobs"


async def find_job(db: Database, identifier: str) -> Job | None:
    """The job with this id, whatever its state."""
    found = await _jobs(db, f"{_JOBS} WHERE id = ?", identifier)
    return found[0] if found else None


async def stored_job(db: Database, identifier: str) -> Job:
    """The job with this id, which must be there."""
    job = await find_job(db, identifier)
    assert job is not None
    return job


async def dead_jobs(db: Database) -> list[Job]:
    """Jobs that were given up, the first first."""
    return await _jobs(db, f"{_JOBS} WHERE state = 'dead' ORDER BY finished_at, n")


async def _jobs(db: Database, sql: str, *params: str) -> list[Job]:
    rows = await db.read(Tx.all, sql, *params)
    return [_job_of(*row) for row in rows]


def _job_of(n: int, identifier: str, kind: str, key: str | None, lane: str, data: str, *rest: Any) -> Job:
    return Job(n, identifier, kind, key, lane, orjson.loads(data), *rest)
