"""Listening: a free port, an address that is taken, an end that lets what is running finish."""

import asyncio
import os
import signal
import socket

import pytest
from aiohttp import ClientConnectionError, ClientSession, web

from clickclack.kernel.http import listening as room
from clickclack.kernel.http.listening import listen, listening

SLACK = 0.7


class Slow:
    """An application that answers when it is let."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.gate = asyncio.Event()

    async def answer(self, request: web.Request) -> web.Response:
        self.begun.set()
        await self.gate.wait()
        return web.Response(text="done")

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/", self.answer)
        return app


async def get(port: int) -> str:
    async with ClientSession() as http, http.get(f"http://127.0.0.1:{port}/") as answer:
        return await answer.text()


async def test_port_zero_is_a_free_one():
    slow = Slow()
    slow.gate.set()
    async with listening(slow.app(), "127.0.0.1", 0) as port:
        assert port > 0
        assert await get(port) == "done"
    with pytest.raises(ClientConnectionError):
        await get(port)


async def test_an_address_that_is_taken_is_an_error_and_leaves_nothing_open():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="address already in use"):
        async with listening(Slow().app(), "127.0.0.1", taken.getsockname()[1]):
            pass
    assert [task for task in asyncio.all_tasks() if task.get_name() == "connection guard"] == []


async def test_no_host_is_every_address():
    slow = Slow()
    slow.gate.set()
    async with listening(slow.app(), "", 0) as port:
        assert await get(port) == "done"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_server_after_what_is_running(number: signal.Signals):
    slow = Slow()
    ports = list[int]()
    asked: asyncio.Task[str] | None = None

    async def play() -> None:
        nonlocal asked
        asked = asyncio.create_task(get(ports[0]))
        await slow.begun.wait()
        os.kill(os.getpid(), number)
        await asyncio.sleep(0.1)
        with pytest.raises(ClientConnectionError):
            await get(ports[0])
        assert not asked.done()
        slow.gate.set()

    playing = list[asyncio.Task[None]]()

    def ready(port: int) -> None:
        ports.append(port)
        playing.append(asyncio.create_task(play()))

    async with asyncio.timeout(10):
        await listen(slow.app(), "127.0.0.1", 0, ready)
    await playing[0]
    assert asked is not None
    assert await asked == "done"


async def test_a_request_that_does_not_end_is_waited_for_so_long_only(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(room, "GRACE_SECONDS", 0.2)
    slow = Slow()
    loop = asyncio.get_running_loop()
    async with listening(slow.app(), "127.0.0.1", 0) as port:
        asked = asyncio.create_task(get(port))
        await slow.begun.wait()
        started = loop.time()
    assert 0.15 < loop.time() - started < 0.3 + SLACK
    with pytest.raises(ClientConnectionError):
        await asked
