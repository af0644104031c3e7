"""Deliveries sent by a process of their own: a thousand a second take a processor that posting messages needs."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path

from clickclack.kernel import children
from clickclack.kernel.deliveries import frames, sender_child
from clickclack.kernel.deliveries.frames import HEAD
from clickclack.kernel.deliveries.sending import Call, Ending
from clickclack.kernel.loops import Loop
from clickclack.kernel.outbound import SWITCH

COMMAND = "send-deliveries"
"""The hidden command of the program that runs the child."""
QUIET_SECONDS = 60.0
"""Many times what a call may take: silence with calls under way means that the process is stuck."""
LARGEST = 16 * 1024 * 1024
"""Bytes of a frame of endings; those of all calls that may be under way take a fraction of it."""
LOST = "the process that sends ended meanwhile; the other server may have been told"


class SenderProcess:
    """Begins the process when there is something to send, and ends it after a quiet minute.

    When it ends by itself, cannot be started, or says nothing for a minute, what was under way has failed, and another
    is begun when there is something to send, a second later at the earliest.
    """

    def __init__(self, log_format: str = "auto") -> None:
        self._log_format = log_format
        self._ended: Callable[[Sequence[Ending]], None] = lambda _: None
        self._under_way: set[int] = set()
        self._first: list[bytes] = []
        self._pipe: asyncio.StreamWriter | None = None
        self._wanted = asyncio.Event()
        self._patience: asyncio.Timeout | None = None

    @contextlib.asynccontextmanager
    async def running(self, ended: Callable[[Sequence[Ending]], None]) -> AsyncGenerator[None]:
        self._ended = ended
        async with Loop("sender of deliveries", self._run).running():
            try:
                yield
            finally:
                self._ended = lambda _: None

    def begin(self, calls: Sequence[Call]) -> None:
        text = frames.frame(calls)
        if not self._under_way and self._patience is not None and not self._patience.expired():
            self._patience.reschedule(asyncio.get_running_loop().time() + QUIET_SECONDS)
        self._under_way.update(call.n for call in calls)
        if self._pipe is None:
            self._first.append(text)
            self._wanted.set()
        else:
            self._pipe.write(text)

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                child = await _start(self._log_format)
            except Exception:
                self._tell_lost(self._abandoned())
                raise
            try:
                await self._converse(child)
            finally:
                self._pipe = self._patience = None
                lost = self._abandoned()
                await _end(child)
                self._tell_lost(lost)

    async def _converse(self, child: asyncio.subprocess.Process) -> None:
        """Hands calls over and hears how they end, until nothing was under way for a minute."""
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("the child has no pipes")
        child.stdin.writelines(self._first)
        self._first, self._pipe = [], child.stdin
        while True:
            try:
                async with asyncio.timeout(QUIET_SECONDS) as self._patience:
                    self._take(await _endings(child.stdout))
            except TimeoutError:
                if self._under_way:
                    raise
                return

    def _take(self, endings: Sequence[Ending]) -> None:
        """Believes all of them or, when one is of no call that is under way, none."""
        told = {ending.n for ending in endings}
        if len(told) < len(endings) or not told <= self._under_way:
            raise RuntimeError("the child tells of calls that are not under way")
        self._under_way -= told
        self._ended(endings)

    def _abandoned(self) -> list[int]:
        """The calls that were under way, which are so no longer."""
        lost = sorted(self._under_way)
        self._under_way.clear()
        self._first.clear()
        return lost

    def _tell_lost(self, ns: Sequence[int]) -> None:
        if ns:
            self._ended([Ending(n, error=LOST) for n in ns])


async def _start(log_format: str) -> asyncio.subprocess.Process:
    command, environment = child_command(log_format)
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, env=environment)


async def _end(child: asyncio.subprocess.Process) -> None:
    """Kills it: nobody waits for what it does."""
    with contextlib.suppress(ProcessLookupError):
        child.kill()
    await child.wait()


async def _endings(source: asyncio.StreamReader) -> list[Ending]:
    (size,) = HEAD.unpack(await source.readexactly(HEAD.size))
    if size > LARGEST:
        raise RuntimeError(f"a frame of {size} bytes")
    return frames.endings(await source.readexactly(size))


def child_command(log_format: str = "auto") -> tuple[list[str], dict[str, str]]:
    """How the child is started, and its environment: it runs the code that runs here, wherever that was started.

    It reads what strangers answer, so it is given nothing of the server's settings, which hold secrets.
    """
    kept = children.environment(SWITCH)
    if getattr(sys, "frozen", False):
        return [sys.executable, COMMAND, log_format], kept
    here = str(Path(sender_child.__file__).parents[3])
    paths = os.pathsep.join(filter(None, (here, kept.get("PYTHONPATH"))))
    return [sys.executable, "-P", "-m", sender_child.__name__, log_format], {**kept, "PYTHONPATH": paths}
