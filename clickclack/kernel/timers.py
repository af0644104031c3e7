"""Timers: short work that comes round, such as pruning; a run that was missed is caught up once (design section 8)."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from clickclack.kernel.clock import SECOND
from clickclack.kernel.database import Database
from clickclack.kernel.loops import Loop
from clickclack.kernel.transaction import Tx

log = logging.getLogger(__name__)

LONGEST_SLEEP = 60.0
"""Seconds after which the wall clock is looked at again, for it may have been set, or the machine been asleep."""


@dataclass(frozen=True, slots=True)
class Timer:
    """`work` every so many seconds. `kept`: a restart knows the last run, else it counts from the start."""

    name: str
    every: float
    work: Callable[[], Awaitable[object]]
    kept: bool = True


class Timers:
    """Runs timers one after another while `running`, the first time once their interval has passed.

    Work that fails is logged and comes round again. What takes long belongs into a job.
    """

    def __init__(self, db: Database, timers: Sequence[Timer]) -> None:
        self._db = db
        self._timers = timers
        self._last: dict[str, int] = {}

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Runs the timers while the block runs."""
        await self.start()
        async with Loop("timers", self._run).running():
            yield

    async def start(self) -> None:
        """Reads when each timer ran last; one that never did counts from now."""
        now = self._db.clock.now()
        known = await self._db.read(_last_runs)
        self._last = {t.name: known.get(t.name, now) if t.kept else now for t in self._timers}
        if any(t.kept and t.name not in known for t in self._timers):
            await self._db.write(_note, {t.name: self._last[t.name] for t in self._timers if t.kept})

    async def run_due(self) -> float:
        """Runs each timer that is due, once, and returns the seconds until the next one is."""
        for timer in self._timers:
            now = self._db.clock.now()
            if self._left(timer, now) <= 0:
                self._last[timer.name] = now
                await self._do(timer, now)
        now = self._db.clock.now()
        return min((self._left(timer, now) for timer in self._timers), default=LONGEST_SLEEP)

    def _left(self, timer: Timer, now: int) -> float:
        passed = (now - self._last[timer.name]) / SECOND
        return 0.0 if passed < 0 else timer.every - passed  # a last run in the future: the clock was set back

    async def _do(self, timer: Timer, now: int) -> None:
        try:
            await timer.work()
            if timer.kept:
                await self._db.write(_note, {timer.name: now})
        except Exception:
            log.exception("timer %s failed", timer.name)

    async def _run(self) -> None:
        while True:
            left = await self.run_due()
            await asyncio.sleep(max(0.0, min(left, LONGEST_SLEEP)))


def _last_runs(tx: Tx) -> Mapping[str, int]:
    return dict(tx.all("SELECT name, last_run_at FROM timers"))


def _note(tx: Tx, runs: Mapping[str, int]) -> None:
    for name, at in runs.items():
        tx.run(
            "INSERT INTO timers (name, last_run_at) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET last_run_at = excluded.last_run_at",
            name,
            at,
        )
