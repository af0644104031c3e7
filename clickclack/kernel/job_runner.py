"""Doing the durable jobs: so many at once in all and of one lane, each in a task that ends with the server."""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Concatenate, ParamSpec, TypeVar

from clickclack.kernel import jobs
from clickclack.kernel.clock import SECOND
from clickclack.kernel.database import Database
from clickclack.kernel.errors import Problem
from clickclack.kernel.jobs import Hopeless, Job, Worker
from clickclack.kernel.loops import Loop
from clickclack.kernel.transaction import Tx

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 16
AT_ONCE_IN_LANE = 4
LONGEST_SLEEP = 60.0
"""Seconds after which the wall clock is looked at again, for it may have been set, or the machine been asleep."""
AGAIN = 1.0
GRACE = 1.0
"""Seconds that what is under way at the end still has."""


class JobRunner:
    """Runs jobs while it is `running`; every kind in `workers` is done, others wait for a server that knows them."""

    def __init__(
        self,
        db: Database,
        workers: Mapping[str, Worker],
        at_once: int = AT_ONCE,
        at_once_in_lane: int = AT_ONCE_IN_LANE,
    ) -> None:
        self._db = db
        self._workers = workers
        self._at_once = at_once
        self._at_once_in_lane = at_once_in_lane
        self._wake = asyncio.Event()
        self._tasks: dict[asyncio.Task[None], Job] = {}
        self._resumed = False
        self._stopping = False

    def wake(self) -> None:
        """Looks for due jobs at once."""
        self._wake.set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Does jobs while the block runs; what is under way a second after its end is cancelled.

        The next start takes it up again, and as the server ended it no attempt is counted.
        """
        self._db.on_work[jobs.WORK] = self.wake
        try:
            async with Loop("jobs", self._run).running():
                yield
        finally:
            self._stopping = True
            try:
                if self._tasks:
                    await asyncio.wait(list(self._tasks), timeout=GRACE)
            finally:
                await self._cancel()

    async def _cancel(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(list(self._tasks))
        await self._give_back()

    async def _run(self) -> None:
        if not self._resumed:
            await self._resume()
        while True:
            self._wake.clear()
            claimed, due = await self._claim()
            for job in claimed:
                task = asyncio.create_task(self._do(job), name=f"job {job.kind}")
                self._tasks[task] = job
                task.add_done_callback(self._over)
            wait = LONGEST_SLEEP if due is None else (due - self._db.clock.now()) / SECOND
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, min(wait, LONGEST_SLEEP))):
                    await self._wake.wait()

    async def _resume(self) -> None:
        limits = {kind: worker.retries.attempts for kind, worker in self._workers.items()}
        count = await self._surely(jobs.resume, limits)
        self._resumed = True
        if count:
            log.info("%d jobs are taken up again", count)

    async def _give_back(self) -> None:
        """Has what was cancelled, or claimed and not begun, wait for the next start; that also resumes what stays."""
        try:
            await self._db.write(jobs.give_back, list(self._workers))
        except Problem as problem:
            log.warning("jobs under way stay so until the next start: %s", problem.text)

    async def _claim(self) -> tuple[list[Job], int | None]:
        """The jobs to begin, and when the next is due. Tasks are counted here: the unit runs on another thread."""
        busy = Counter(job.lane for job in self._tasks.values())
        free, kinds, in_lane = self._at_once - len(self._tasks), list(self._workers), self._at_once_in_lane
        return await self._surely(
            lambda tx: (jobs.claim(tx, kinds, free, busy, in_lane), jobs.next_due(tx, kinds)),
        )

    def _over(self, task: asyncio.Task[None]) -> None:
        job = self._tasks.pop(task)
        error = None if task.cancelled() else task.exception()
        if error is not None or (task.cancelled() and not self._stopping):
            log.error("%s %s has ended before its outcome was noted", job.kind, job.id, exc_info=error)
        self.wake()

    async def _do(self, job: Job) -> None:
        worker = self._workers[job.kind]
        try:
            async with asyncio.timeout(worker.retries.deadline):
                await worker.work(job)
        except Hopeless as error:
            log.warning("%s %s is hopeless at attempt %d: %s", job.kind, job.id, job.attempts, error)
            await self._surely(jobs.fail, job, str(error), None)
        except Exception as error:  # noqa: BLE001 - whatever it is, the job has failed and must not be forgotten
            await self._failed(job, worker, error)
        else:
            await self._surely(jobs.finish, job.n)

    async def _failed(self, job: Job, worker: Worker, error: Exception) -> None:
        text = str(error) or type(error).__name__
        if job.attempts >= worker.retries.attempts:
            log.error("%s %s is given up after %d attempts: %s", job.kind, job.id, job.attempts, text)
            await self._surely(jobs.fail, job, text, None)
        else:
            log.warning("%s %s failed at attempt %d and is tried again: %s", job.kind, job.id, job.attempts, text)
            await self._surely(jobs.fail, job, text, worker.retries.wait(job.attempts))

    async def _surely(self, unit: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Writes, again and again while the database cannot."""
        while True:
            try:
                return await self._db.write(unit, *args, **kwargs)
            except Problem as problem:
                log.warning("jobs wait for the database: %s", problem.text)
            except Exception:
                log.exception("jobs cannot be written, trying again")
            await asyncio.sleep(AGAIN)
