"""Work that goes on until it is told to stop: a named task that cannot end without anybody noticing."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable

log = logging.getLogger(__name__)

AGAIN = 1.0
"""Seconds before work that failed is begun anew."""


class Loop:
    """Owns one long-running task. `work` never returns by itself; one that fails is logged and begun anew."""

    def __init__(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        self._name = name
        self._work = work
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        """Begins the work in a task of this name."""
        self._task = asyncio.create_task(self._run(), name=self._name)
        self._task.add_done_callback(self._over)

    async def stop(self) -> None:
        """Cancels the work and waits for its end; nothing when it was not started."""
        self._stopping = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Works while the block runs."""
        self.start()
        try:
            yield
        finally:
            await self.stop()

    async def _run(self) -> None:
        while True:
            try:
                await self._work()
                log.error("%s came to an end and is begun anew", self._name)
            except Exception:
                log.exception("%s failed and is begun anew", self._name)
            await asyncio.sleep(AGAIN)

    def _over(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None or not self._stopping:
            log.error("%s has ended, and nobody stopped it", self._name, exc_info=error)
