"""The process that makes the calls of deliveries, beside the server: calls come in on its input, endings go out.

It ends with its input, and with it what is under way. It yields to the server when both want the processor.
"""

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import BinaryIO

from clickclack.kernel import logs
from clickclack.kernel.deliveries import frames
from clickclack.kernel.deliveries.frames import HEAD
from clickclack.kernel.deliveries.sending import Call, Ending, LocalSender
from clickclack.kernel.loops import Loop
from clickclack.kernel.outbound import Outbound, loopback_allowed

NICE = 5
GATHER = 0.005
"""Seconds that an ending waits for others: the server is woken once for all of them."""


class Child:
    """Reads calls, makes them, writes how they end. Reading and writing have a thread each: they may wait."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source = source
        self._sink = sink
        self._sender = LocalSender(Outbound(allow_loopback=loopback_allowed()))
        self._endings: list[Ending] = []
        self._some = asyncio.Event()
        self._over = asyncio.Event()

    async def run(self) -> None:
        """Works until the input ends, or nobody takes the endings any more."""
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, args=[loop], name="calls", daemon=True).start()
        async with self._sender.running(self._note), Loop("endings", self._write).running():
            await self._over.wait()

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the end came from the other side
            while head := self._source.read(HEAD.size):
                (size,) = HEAD.unpack(head)
                loop.call_soon_threadsafe(self._begin, frames.calls(self._source.read(size)))
            loop.call_soon_threadsafe(self._over.set)

    def _begin(self, calls: Sequence[Call]) -> None:
        self._sender.begin(calls)

    def _note(self, endings: Sequence[Ending]) -> None:
        self._endings += endings
        self._some.set()

    async def _write(self) -> None:
        while True:
            await self._some.wait()
            await asyncio.sleep(GATHER)
            self._some.clear()
            text, self._endings = frames.frame(self._endings), []
            try:
                await asyncio.to_thread(self._put, text)
            except OSError:
                self._over.set()

    def _put(self, text: bytes) -> None:
        self._sink.write(text)
        self._sink.flush()


def main() -> None:
    """Runs as a process of its own; an interrupt from the terminal is the server's to answer."""
    logs.set_up()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICE)
    asyncio.run(Child(sys.stdin.buffer, sys.stdout.buffer).run())


if __name__ == "__main__":
    main()
