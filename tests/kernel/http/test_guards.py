"""Connections that ask for too much: too many, too slow, or taking nothing."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import pytest
from aiohttp import ClientSession, web

from clickclack.kernel import loops
from clickclack.kernel.http import guards
from clickclack.kernel.http.guards import Guard, Limits
from clickclack.kernel.http.listening import listening

QUICK = Limits(header=0.3, idle=0.6, send=0.5, sweep=0.05)
HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"


async def hello(request: web.Request) -> web.Response:
    return web.Response(text="hello")


async def wait(request: web.Request) -> web.Response:
    await asyncio.sleep(1.0)
    return web.Response(text="waited")


async def much(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"x" * 65_536)


@contextlib.asynccontextmanager
async def serving(limits: Limits) -> AsyncGenerator[int]:
    app = web.Application()
    app.router.add_get("/", hello)
    app.router.add_get("/wait", wait)
    app.router.add_get("/much", much)
    async with listening(app, "127.0.0.1", 0, limits) as port:
        yield port


async def status(port: int, path: str = "/") -> int:
    async with ClientSession(f"http://127.0.0.1:{port}") as http, http.get(path) as answer:
        await answer.read()
        return answer.status


async def ended(reader: asyncio.StreamReader, seconds: float) -> bool:
    """Whether the server ends the connection within this time."""
    with contextlib.suppress(ConnectionResetError):
        try:
            async with asyncio.timeout(seconds):
                await reader.read()
        except TimeoutError:
            return False
    return True


async def test_half_a_header_is_cut_off_while_others_are_served():
    async with serving(QUICK) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD)
        assert await status(port) == 200
        assert await ended(reader, 1.0)
        writer.close()


async def test_a_dripping_header_is_cut_off():
    async with serving(QUICK) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        waiting = asyncio.create_task(ended(reader, 2.0))
        for byte in HEAD + HEAD:
            writer.write(bytes((byte,)))
            await asyncio.sleep(0.03)
            if waiting.done():
                break
        assert await waiting
        writer.close()


async def test_a_connection_that_says_nothing_is_cut_off():
    async with serving(QUICK) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await ended(reader, 1.0)
        writer.close()


async def test_a_connection_may_rest_between_requests_until_it_is_idle_for_too_long():
    async with serving(QUICK) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            writer.write(HEAD + b"\r\n")
            assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
            await asyncio.sleep(0.45)
        assert await ended(reader, 1.5)
        writer.close()


async def test_a_request_that_takes_long_to_answer_is_left_alone():
    async with serving(QUICK) as port:
        assert await status(port, "/wait") == 200


async def test_a_second_request_that_stays_half_is_cut_off():
    async with serving(QUICK) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD + b"\r\n")
        await reader.readuntil(b"hello")
        writer.write(HEAD)
        assert await ended(reader, 1.0)
        writer.close()


async def test_a_reader_that_takes_nothing_is_dropped():
    async with serving(QUICK) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(b"GET /much HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        await asyncio.sleep(1.5)
        assert await ended(reader, 2.0)
        writer.close()


async def test_a_connection_too_many_is_told_so():
    async with serving(Limits(connections=2, header=5.0)) as port:
        open_ones = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        await asyncio.sleep(0.05)
        assert await status(port) == 503
        open_ones[0][1].close()
        await asyncio.sleep(0.05)
        assert await status(port) == 200
        open_ones[1][1].close()


def guard(limits: Limits) -> Guard:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response()

    return Guard(web.Server(answer), limits, {})


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", ""])
async def test_one_address_may_not_hold_all_connections(address: str):
    made = guard(Limits(per_address=3))
    assert [made.admit(address) is not None for _ in range(4)] == [True, True, True, False]
    assert made.admit("192.0.2.2") is not None
    made._left(address)
    assert made.admit(address) is not None


async def test_a_network_of_ipv6_is_one_address():
    made = guard(Limits(per_address=3))
    assert [made.admit(f"2001:db8::{n}") is not None for n in range(1, 5)] == [True, True, True, False]
    assert made.admit("2001:db8:0:1::1") is not None


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
async def test_a_proxy_on_this_machine_may_bring_everybody(address: str):
    made = guard(Limits(per_address=3))
    assert all(made.admit(address) for _ in range(10))


async def test_connections_of_this_machine_count_among_all():
    async with serving(Limits(connections=4, per_address=2, header=5.0)) as port:
        pairs = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        await asyncio.sleep(0.05)
        assert await status(port) == 200
        pairs.append(await asyncio.open_connection("127.0.0.1", port))
        await asyncio.sleep(0.05)
        assert await status(port) == 503
        for _, writer in pairs:
            writer.close()


async def test_what_is_left_of_many_connections_is_nothing():
    made: list[Guard] = []

    async def noted(self: Guard) -> None:
        made.append(self)
        await asyncio.Event().wait()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Guard, "_sweep", noted)
        async with serving(Limits()) as port:
            for _ in range(5):
                assert await status(port) == 200
            await asyncio.sleep(0.05)
            assert made[0]._by_address == {}


async def test_a_sweep_that_fails_is_logged_and_goes_on(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(loops, "AGAIN", 0.0)
    failures = [OSError("on purpose")]
    overdue = guards._Handler.overdue

    def unsteady(self: guards._Handler, now: float, limits: Limits) -> bool:
        if failures:
            raise failures.pop()
        return overdue(self, now, limits)

    monkeypatch.setattr(guards._Handler, "overdue", unsteady)
    async with serving(QUICK) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await ended(reader, 2.0)
        writer.close()
    assert "OSError: on purpose" in caplog.text


async def test_the_library_still_has_what_the_guards_read():
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response()

    server = web.Server(answer)
    handler = web.RequestHandler(server, loop=asyncio.get_running_loop())
    assert handler._current_request is None
    assert not handler._messages
    assert handler._lingering_time > 0
    assert server.connections == []
