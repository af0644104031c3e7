"""Durable jobs: work that outlives the request that asked for it, done at least once (design section 8).

A job is a row, added in the unit that makes it necessary. It is retried with growing, jittered waits until it is done
or dead; a dead one stays to be seen for 30 days. A server that was killed takes its running jobs up again.
"""

import random
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from clickclack.kernel.clock import DAY, SECOND
from clickclack.kernel.ids import new_id
from clickclack.kernel.transaction import Tx, marks

WORK = "jobs"
"""What a unit that adds jobs notes as its work."""

ERROR_LENGTH = 500
REMEMBERED: Mapping[str, int] = {"done": 7 * DAY, "dead": 30 * DAY}
"""How long jobs are kept after they came into a state."""
PRUNED_AT_ONCE = 1000


FOREVER = 2**31
"""So many attempts none has: the work is done in the end, or the server is not there any more."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is stored. `attempts` counts those begun, `run_at` is when the next one is due."""

    n: int
    id: str
    kind: str
    key: str | None
    lane: str
    data: Mapping[str, Any]
    state: str
    attempts: int
    run_at: int
    last_error: str | None
    created_at: int
    finished_at: int | None


@dataclass(frozen=True, slots=True)
class NewJob:
    """What is to be done: `key` makes it the only one of its key, jobs of one `lane` hold up none of another."""

    kind: str
    data: Mapping[str, Any]
    key: str | None = None
    lane: str = ""
    run_at: int = 0


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a kind is tried, and the seconds between: `first`, doubled each time up to `longest`; one try's limit.

    The defaults try for about a day.
    """

    attempts: int = 32
    first: float = 5.0
    longest: float = 3600.0
    deadline: float = 60.0

    def wait(self, attempts: int) -> float:
        """The seconds after so many failures: between half of the full wait and all of it."""
        full = min(self.longest, self.first * 2.0 ** min(attempts - 1, 32))
        return full * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing


@dataclass(frozen=True, slots=True)
class Worker:
    """Who does the jobs of a kind: `work` returns when the job is done and raises when it is not."""

    work: Callable[[Job], Awaitable[object]]
    retries: Retries = Retries()


class Hopeless(Exception):  # noqa: N818 - named after what the worker finds
    """Raised by a worker whose job will never succeed: it is dead at once."""


_COLUMNS = "n, id, kind, key, lane, data, state, attempts, run_at, last_error, created_at, finished_at"


def _job_of(row: tuple[Any, ...]) -> Job:
    n, identifier, kind, key, lane, data, *rest = row
    return Job(n, identifier, kind, key, lane, orjson.loads(data), *rest)


def add(tx: Tx, new: NewJob) -> str:
    """Adds a job in the caller's unit, begun right after its commit; returns the id, of the one with its key."""
    tx.add_work(WORK)
    given = (new_id("job"), new.kind, new.key, new.lane, orjson.dumps(new.data).decode(), new.run_at or tx.now, tx.now)
    added = tx.value(
        "INSERT INTO jobs (id, kind, key, lane, data, run_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (key) DO NOTHING RETURNING id",
        *given,
    )
    return added or tx.value("SELECT id FROM jobs WHERE key = ?", new.key)


def count_dead(tx: Tx) -> int:
    """How many jobs were given up and are not forgotten yet."""
    return tx.value("SELECT COUNT(*) FROM jobs WHERE state = 'dead'")


def claim(tx: Tx, kinds: Collection[str], free: int, busy: Mapping[str, int], in_lane: int) -> list[Job]:
    """Marks up to `free` due jobs as running and returns them; a lane gets `in_lane`, less those `busy` already."""
    running, taken = Counter(busy), list[Job]()
    while len(taken) < free:
        full = [lane for lane, count in running.items() if count >= in_lane]
        row = tx.one(
            f"UPDATE jobs SET state = 'running', attempts = attempts + 1 WHERE n = ("
            " SELECT n FROM jobs WHERE state = 'waiting' AND run_at <= ?"
            f" AND kind IN ({marks(kinds)}) AND lane NOT IN ({marks(full)}) ORDER BY run_at, n LIMIT 1"
            f") RETURNING {_COLUMNS}",
            tx.now,
            *kinds,
            *full,
        )
        if row is None:
            break
        taken.append(_job_of(row))
        running[taken[-1].lane] += 1
    return taken


def next_due(tx: Tx, kinds: Collection[str]) -> int | None:
    """When the first job of these kinds that is not due yet will be."""
    sql = f"SELECT run_at FROM jobs WHERE state = 'waiting' AND run_at > ? AND kind IN ({marks(kinds)})"
    return tx.value(f"{sql} ORDER BY run_at LIMIT 1", tx.now, *kinds)


def finish(tx: Tx, n: int) -> None:
    """Notes that a job is done."""
    tx.run("UPDATE jobs SET state = 'done', finished_at = ?, last_error = NULL WHERE n = ?", tx.now, n)


def fail(tx: Tx, job: Job, error: str, wait: float | None) -> None:
    """Notes a failed attempt: the job waits so many seconds, or with None is dead."""
    if wait is None:
        sql = "UPDATE jobs SET state = 'dead', finished_at = ?, last_error = ? WHERE n = ?"
        tx.run(sql, tx.now, error[:ERROR_LENGTH], job.n)
    else:
        sql = "UPDATE jobs SET state = 'waiting', run_at = ?, last_error = ? WHERE n = ?"
        tx.run(sql, tx.now + round(wait * SECOND), error[:ERROR_LENGTH], job.n)


def give_back(tx: Tx, kinds: Collection[str]) -> None:
    """Puts what runs of these kinds back, to be begun anew, as if it had not been: the server ends, not the work."""
    back = "UPDATE jobs SET state = 'waiting', attempts = attempts - 1 WHERE state = 'running'"
    tx.run(f"{back} AND kind IN ({marks(kinds)})", *kinds)


def resume(tx: Tx, limits: Mapping[str, int]) -> int:
    """Takes up what a server that ended left running, and says how many jobs; those out of attempts are dead."""
    rows = tx.all(f"SELECT {_COLUMNS} FROM jobs WHERE state = 'running' AND kind IN ({marks(limits)})", *limits)
    for job in map(_job_of, rows):
        last = job.attempts >= limits[job.kind]
        fail(tx, job, "the server ended during the attempt", None if last else 0.0)
    return len(rows)


def dead(tx: Tx, limit: int = 1000) -> list[Job]:
    """The jobs that were given up and are still kept, the last first."""
    rows = tx.all(f"SELECT {_COLUMNS} FROM jobs WHERE state = 'dead' ORDER BY finished_at DESC, n DESC LIMIT ?", limit)
    return [_job_of(row) for row in rows]


def prune(tx: Tx) -> int:
    """Forgets jobs, with their keys, that were done a week ago or dead 30 days ago; 1000 of each, and says how many."""
    return sum(_prune(tx, state, tx.now - kept) for state, kept in REMEMBERED.items())


def _prune(tx: Tx, state: str, before: int) -> int:
    return tx.run(
        "DELETE FROM jobs WHERE n IN"
        " (SELECT n FROM jobs WHERE state = ? AND run_at <= ? AND finished_at <= ? ORDER BY run_at LIMIT ?)",
        state,
        before,
        before,
        PRUNED_AT_ONCE,
    )
