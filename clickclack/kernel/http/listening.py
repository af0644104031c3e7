"""Listening on an address until told to stop; what is running gets five seconds to finish (contract chat 1.7)."""

import asyncio
import signal
from collections.abc import Callable

from aiohttp import web

IDLE_SECONDS = 120.0
GRACE_SECONDS = 5.0
BODY_LIMIT = 1024 * 1024


async def listen(app: web.Application, host: str, port: int, ready: Callable[[int], None]) -> None:
    """Serves until SIGINT or SIGTERM; `ready` is told the port, a free one for port 0. OSError when it is taken."""
    runner = web.AppRunner(
        app,
        access_log=None,
        keepalive_timeout=IDLE_SECONDS,
        shutdown_timeout=GRACE_SECONDS,
        handler_cancellation=False,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host or None, port, backlog=1024)
        await site.start()
        ready(runner.addresses[0][1])
        await _told_to_stop()
    finally:
        await runner.cleanup()


async def _told_to_stop() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
