"""The process that makes the calls of deliveries, beside the server: calls come in on its input, endings go out.

It ends with its input, and with it what is under way. It yields to the server when both want the processor.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from io import RawIOBase

from clickclack.kernel import logs
from clickclack.kernel.deliveries import frames
from clickclack.kernel.deliveries.frames import HEAD
from clickclack.kernel.deliveries.sending import Ending, LocalSender
from clickclack.kernel.loops import Loop
from clickclack.kernel.outbound import Outbound, loopback_allowed

log = logging.getLogger(__name__)

NICE = 5
GATHER = 0.005
"""Seconds that an ending waits for others: the server is woken once for all of them."""


class Child:
    """Reads calls, makes them, writes how they end. Reading and writing have a thread each: they may wait."""

    def __init__(self, source: RawIOBase, sink: RawIOBase) -> None:
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
        """Whatever ends it, a frame that is cut short too, ends the process."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: the end came from the other side
            try:
                while True:
                    (size,) = HEAD.unpack(self._exactly(HEAD.size))
                    loop.call_soon_threadsafe(self._sender.begin, frames.calls(self._exactly(size)))
            except EOFError:
                pass
            except Exception:
                log.exception("the server says what this process does not know; it ends")
            finally:
                loop.call_soon_threadsafe(self._over.set)

    def _exactly(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = self._source.read(size - len(parts))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)

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
        with memoryview(text) as rest:
            done = 0
            while done < len(rest):
                done += self._sink.write(rest[done:])


def main(log_format: str = "auto") -> None:
    """Runs as a process of its own. Signals that end the server are the server's to answer: it ends our input."""
    logs.set_up(log_format)
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):  # a service manager may forbid it
            os.nice(NICE)
    # Unbuffered: a thread that waits inside a buffer when the interpreter ends takes it down.
    with open(0, "rb", buffering=0, closefd=False) as source, open(1, "wb", buffering=0, closefd=False) as sink:
        asyncio.run(Child(source, sink).run())


if __name__ == "__main__":
    main(*sys.argv[1:])
