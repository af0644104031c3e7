"""Clients of the real application, directly and over a connection that breaks."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from clickclack.client import Client, realtime, transport
from tests.client_library.proxy import Proxy, proxy_to
from tests.conftest import Server

Connect = Callable[..., Awaitable[Client]]


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries again at once."""

    def soon(_: int) -> float:
        return 0.02

    for module in (realtime, transport):
        monkeypatch.setattr(module, "backoff", soon)


@pytest.fixture
async def proxy(server: Server) -> AsyncGenerator[Proxy]:
    """A breakable way to the server."""
    async with proxy_to(server.base.port or 0) as proxy:
        yield proxy


@pytest.fixture
async def connect(server: Server) -> AsyncGenerator[Connect]:
    """Opens clients of people in the cast: straight, or `over` a proxy."""
    async with AsyncExitStack() as stack:

        async def connected(name: str, over: Proxy | None = None) -> Client:
            origin = over.origin if over else str(server.base)
            client = Client(origin, token=server.cast.people[name].token)
            return await stack.enter_async_context(client)

        yield connected
