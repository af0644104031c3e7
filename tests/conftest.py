"""The real application on a real file, everybody in the cast, and no way out to the network."""

import asyncio
import gc
import shutil
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from clickclack.app import open_data, running
from clickclack.kernel.database import Database
from clickclack.kernel.hosts import local_name
from clickclack.kernel.http.call import DATABASE
from clickclack.kernel.outbound import SWITCH
from clickclack.kernel.transaction import Tx
from clickclack.settings import Settings
from tests.callbacks import Receiver, receiving
from tests.client import Client
from tests.clock import FakeClock
from tests.people import Cast, make_database


@pytest.fixture(scope="session", autouse=True)
def settled_memory() -> None:
    """Keeps what was imported out of later garbage collections: a full one would block the loop for 0.15 s."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_outside_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuses to connect to any address that is not this machine's own."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not local_name(str(address[0])):
            raise AssertionError(f"a test connects to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@dataclass(frozen=True, slots=True)
class Server:
    """A running application, its clock and the cast; everybody in it is a client by name."""

    app: web.Application
    base: URL
    http: aiohttp.ClientSession
    clock: FakeClock
    cast: Cast

    @property
    def db(self) -> Database:
        return self.app[DATABASE]

    async def settled(self) -> None:
        """Waits until no job is due or under way."""
        sql = "SELECT COUNT(*) FROM jobs WHERE state = 'running' OR (state = 'waiting' AND run_at <= ?)"
        async with asyncio.timeout(10):
            while True:
                if not await self.db.read(Tx.value, sql, self.clock.now()):
                    return
                await asyncio.sleep(0.005)

    @property
    def anonymous(self) -> Client:
        return Client(self.http, self.base)

    def bearing(self, token: str) -> Client:
        """A caller with a bearer."""
        return Client(self.http, self.base, {"Authorization": f"Bearer {token}"})

    def browsing(self, token: str) -> Client:
        """A caller with a session cookie, as our own page is."""
        return Client(self.http, self.base, {"Cookie": f"cc_session={token}", "X-ClickClack-CSRF": "1"})

    def __getattr__(self, name: str) -> Client:
        """Somebody in the cast, with a bearer."""
        people = self.cast.people
        if name not in people:
            raise AttributeError(name)
        return self.bearing(people[name].token)


Serve = Callable[..., Awaitable[Server]]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Cast]:
    """A data directory with the cast in it, to be copied."""
    data = tmp_path_factory.mktemp("template") / "data"
    return data, make_database(data)


@pytest.fixture
async def serve(tmp_path: Path, template: tuple[Path, Cast]) -> AsyncGenerator[Serve]:
    """Starts servers with other settings, or with `empty=True` without the cast."""
    async with AsyncExitStack() as stack:

        async def start(*, empty: bool = False, **settings: Any) -> Server:
            data = tmp_path / "data"
            if not empty and not data.exists():
                shutil.copytree(template[0], data)
            chosen = Settings(data=data, access_log="off", **settings)
            open_data(chosen)
            clock = FakeClock()
            app = await stack.enter_async_context(running(chosen, clock))
            server = await stack.enter_async_context(TestServer(app, shutdown_timeout=1))
            session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
            http = await stack.enter_async_context(session)
            return Server(app, server.make_url("/"), http, clock, template[1])

        yield start


@pytest.fixture
async def server(serve: Serve) -> Server:
    """A server with the cast and default settings."""
    return await serve()


@pytest.fixture
async def calling(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The same, which may call other servers on this machine."""
    monkeypatch.setenv(SWITCH, "1")
    return await serve()


@pytest.fixture
async def receiver() -> AsyncGenerator[Receiver]:
    """Somebody else's server on this machine."""
    async with receiving() as made:
        yield made
