"""Deliveries sent by a process of their own: a thousand a second take a processor that posting messages needs."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path

from clickclack.kernel.deliveries import frames, sender_child
from clickclack.kernel.deliveries.frames import HEAD
from clickclack.kernel.deliveries.sending import Call, Ending
from clickclack.kernel.loops import Loop

COMMAND = "send-deliveries"
"""The hidden command of the program that runs the child."""
QUIET_SECONDS = 60.0


class SenderProcess:
    """Begins the process when there is something to send, and ends it after a quiet minute.

    When it ends by itself, what was under way is lost, and another is begun a second later.
    """

    def __init__(self) -> None:
        self._ended: Callable[[Sequence[Ending]], None] = lambda _: None
        self._under_way: set[int] = set()
        self._first: list[bytes] = []
        self._pipe: asyncio.StreamWriter | None = None
        self._wanted = asyncio.Event()

    @contextlib.asynccontextmanager
    async def running(self, ended: Callable[[Sequence[Ending]], None]) -> AsyncGenerator[None]:
        self._ended = ended
        async with Loop("sender of deliveries", self._run).running():
            try:
                yield
            finally:
                self._ended = lambda _: None

    def begin(self, calls: Sequence[Call]) -> None:
        if not calls:
            return
        self._under_way.update(call.n for call in calls)
        text = frames.frame(calls)
        if self._pipe is None:
            self._first.append(text)
            self._wanted.set()
        else:
            self._pipe.write(text)

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            async with _child() as (pipe, endings):
                self._wanted.clear()
                pipe.writelines(self._first)
                self._first, self._pipe = [], pipe
                try:
                    await self._listen(endings)
                finally:
                    self._pipe = None
                    self._lose()

    async def _listen(self, source: asyncio.StreamReader) -> None:
        """Hears how calls end until nothing was under way for a minute; raises when the process ends."""
        while True:
            try:
                async with asyncio.timeout(QUIET_SECONDS):
                    (size,) = HEAD.unpack(await source.readexactly(HEAD.size))
            except TimeoutError:
                if not self._under_way:
                    return
                continue
            endings = frames.endings(await source.readexactly(size))
            self._under_way.difference_update(ending.n for ending in endings)
            self._ended(endings)

    def _lose(self) -> None:
        lost = [Ending(n, lost=True) for n in sorted(self._under_way)]
        self._under_way.clear()
        if lost:
            self._ended(lost)


@contextlib.asynccontextmanager
async def _child() -> AsyncGenerator[tuple[asyncio.StreamWriter, asyncio.StreamReader]]:
    """A child's input and output; at the end of the block it is killed, for nobody waits for what it does."""
    command, environment = child_command()
    child = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=environment
    )
    try:
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("the child has no pipes")
        yield child.stdin, child.stdout
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


def child_command() -> tuple[list[str], dict[str, str]]:
    """How the child is started, and its environment: it runs the code that runs here, wherever that was started."""
    if getattr(sys, "frozen", False):
        return [sys.executable, COMMAND], dict(os.environ)
    here = str(Path(sender_child.__file__).parents[3])
    paths = os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))
    return [sys.executable, "-P", "-m", sender_child.__name__], {**os.environ, "PYTHONPATH": paths}
