"""Listening on an address until told to stop; what is running gets five seconds to finish (contract chat 1.7)."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncGenerator, Callable

from aiohttp import web

from clickclack.kernel.http.guards import Guard, Limits

GRACE_SECONDS = 5.0
BACKLOG = 1024


@contextlib.asynccontextmanager
async def listening(app: web.Application, host: str, port: int, limits: Limits | None = None) -> AsyncGenerator[int]:
    """Serves while the block runs, which gets the port: a free one for port 0. OSError when the address is taken."""
    waits = GRACE_SECONDS / 2  # the library waits so long for what is running, and again after having told it to end
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=waits)
    await runner.setup()
    try:
        if runner.server is None:
            raise RuntimeError("the application has no server")
        guard = Guard(runner.server, limits or Limits(), {"access_log": None, "auto_decompress": False})
        loop = asyncio.get_running_loop()
        every = None if port else "0.0.0.0"  # noqa: S104 - IPv4 and IPv6 would get two different free ports
        listener = await loop.create_server(guard.protocol, host or every, port, backlog=BACKLOG)
        async with listener, guard.watching():
            yield listener.sockets[0].getsockname()[1]
            listener.close()
            await runner.shutdown()
    finally:
        await runner.cleanup()


async def listen(app: web.Application, host: str, port: int, ready: Callable[[int], None]) -> None:
    """Serves until SIGINT or SIGTERM; `ready` is told the port, and whoever it tells may end the server at once."""
    stop = _stop_signal()
    async with listening(app, host, port) as bound:
        ready(bound)
        await stop.wait()


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop
