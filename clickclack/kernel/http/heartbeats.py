"""Looks after all open WebSockets at once, for timers of their own would cost each of them 2 KiB."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator

from aiohttp import web

from clickclack.kernel.http.sockets import Socket
from clickclack.kernel.loops import Loop

EVERY = 1.0


class Heartbeats:
    """The sockets that are looked after: pinged when they are silent, dropped when they stay so, ended in time."""

    def __init__(self, every: float = EVERY) -> None:
        self._every = every
        self._sockets: set[Socket] = set()

    def attend(self, socket: Socket) -> None:
        """Looks after the socket until `leave`."""
        self._sockets.add(socket)

    def leave(self, socket: Socket) -> None:
        """Lets go of the socket."""
        self._sockets.discard(socket)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Looks while the block runs."""
        async with Loop("heartbeats", self._look).running():
            yield

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            now = time.monotonic()
            for socket in list(self._sockets):
                socket.beat(now)


HEARTBEATS = web.AppKey("heartbeats", Heartbeats)
