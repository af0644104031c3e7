"""Guards that the HTTP library lacks: on the number of connections, slow headers, and readers that take nothing.

Limits: contract chat 1.7. The private attributes of the library that tell whether a request is under way are read here
and in `protocol` alone, and a test pins them.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from clickclack.kernel.addresses import counted, is_loopback
from clickclack.kernel.http.protocol import Protocol
from clickclack.kernel.loops import Loop

_BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 20\r\n"
    b"Retry-After: 1\r\nConnection: close\r\n\r\ntoo many connections"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Connections in all and of one address, and seconds: for a header, idle between requests, for a stalled reader.

    This machine's own addresses have no bound of their own: a proxy on it brings everybody's connections.
    """

    connections: int = 10_000
    per_address: int = 2_000
    header: float = 5.0
    idle: float = 120.0
    send: float = 30.0
    sweep: float = 1.0


class _Handler(Protocol):
    """A connection that knows since when it owes a header, and since when its reader has taken nothing."""

    __slots__ = ("_address", "_left", "owes_header_since", "unsent", "unsent_since")

    def __init__(
        self, server: web.Server, address: str, left: Callable[[str], None], options: Mapping[str, Any]
    ) -> None:
        super().__init__(server, **options)
        self._address = address
        self._left = left
        self.owes_header_since: float | None = time.monotonic()
        self.unsent = 0
        self.unsent_since = 0.0

    def data_received(self, data: bytes) -> None:
        if self.owes_header_since is None and not self.under_way():
            self.owes_header_since = time.monotonic()
        super().data_received(data)
        if self.under_way():
            self.owes_header_since = None

    def connection_lost(self, exc: BaseException | None) -> None:
        self._left(self._address)
        super().connection_lost(exc)

    def under_way(self) -> bool:
        """Whether a request has been read and is not answered yet."""
        return self._current_request is not None or bool(self._messages)

    def overdue(self, now: float, limits: Limits) -> bool:
        """Whether the connection has used up its patience."""
        transport = self.transport
        if not isinstance(transport, asyncio.Transport):
            return False
        if self.owes_header_since is not None and now - self.owes_header_since > limits.header:
            return True
        size = transport.get_write_buffer_size()
        if size == 0 or size < self.unsent or self.unsent == 0:
            self.unsent_since = now
        self.unsent = size
        return size > 0 and now - self.unsent_since > limits.send


class _Door(asyncio.Protocol):
    """Stands before a handler until the peer is known: a connection too many is told so and closed."""

    def __init__(self, guard: "Guard") -> None:
        self._guard = guard

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            return
        handler = self._guard.admit(address_of(transport))
        if handler is None:
            transport.write(_BUSY)
            transport.close()
        else:
            transport.set_protocol(handler)
            handler.connection_made(transport)


def address_of(transport: asyncio.BaseTransport) -> str:
    """The peer's address; empty when the socket has none."""
    peer = transport.get_extra_info("peername")
    return str(peer[0]) if peer else ""


def _counted(address: str) -> str:
    try:
        return counted(address)
    except ValueError:
        return address


class Guard:
    """Makes the protocols of a listening socket, and sweeps the open ones once a second while it is `watching`."""

    def __init__(self, server: web.Server, limits: Limits, options: Mapping[str, Any]) -> None:
        self._server = server
        self._limits = limits
        self._options = {**options, "keepalive_timeout": limits.idle}
        self._by_address: Counter[str] = Counter()

    def protocol(self) -> asyncio.Protocol:
        """What `create_server` asks for each new connection."""
        return _Door(self)

    def admit(self, address: str) -> web.RequestHandler | None:
        """A handler for a connection from this address, or None when there are too many."""
        limits = self._limits
        if len(self._server.connections) >= limits.connections:
            return None
        key = _counted(address)
        if self._by_address[key] >= limits.per_address and not is_loopback(address):
            return None
        self._by_address[key] += 1
        options = {**self._options, "loop": asyncio.get_running_loop()}
        return _Handler(self._server, address, self._left, options)

    def _left(self, address: str) -> None:
        key = _counted(address)
        self._by_address[key] -= 1
        if self._by_address[key] <= 0:
            del self._by_address[key]

    @contextlib.asynccontextmanager
    async def watching(self) -> AsyncGenerator[None]:
        async with Loop("connection guard", self._sweep).running():
            yield

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(self._limits.sweep)
            now = time.monotonic()
            for handler in list(self._server.connections):
                transport = handler.transport
                if isinstance(handler, _Handler) and transport is not None and handler.overdue(now, self._limits):
                    transport.abort()
