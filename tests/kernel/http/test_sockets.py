"""WebSockets that cannot slow anybody down."""

import asyncio
import contextlib
import os
import socket
import struct
from collections.abc import AsyncGenerator

import aiohttp
import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web
from aiohttp.test_utils import TestServer

from clickclack.kernel.http import sockets
from clickclack.kernel.http.heartbeats import Heartbeats
from clickclack.kernel.http.middleware import one_middleware
from clickclack.kernel.http.sockets import Socket, text_frame
from clickclack.kernel.hub import OVERFLOW

SECONDS = 5.0


class Side:
    """The server's side of the one socket, and whether its listening has ended."""

    def __init__(self, protocol: str | None = None, seconds: float | None = None) -> None:
        self.protocol = protocol
        self.seconds = seconds
        self.heartbeats = Heartbeats(every=0.01)
        self.opened: asyncio.Future[Socket] = asyncio.get_running_loop().create_future()
        self.over = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        ours = await Socket.accept(request, self.protocol)
        ours.end_after(self.seconds)
        self.opened.set_result(ours)
        self.heartbeats.attend(ours)
        try:
            await ours.listen()
        finally:
            self.heartbeats.leave(ours)
            self.over.set()
        return ours.response

    async def socket(self) -> Socket:
        async with asyncio.timeout(SECONDS):
            return await self.opened

    async def ended(self) -> None:
        async with asyncio.timeout(SECONDS):
            await self.over.wait()


@contextlib.asynccontextmanager
async def serving(side: Side) -> AsyncGenerator[ClientSession]:
    app = web.Application(middlewares=[one_middleware([], lambda _: None, [])])
    app.router.add_get("/ws", side.handle)
    async with (
        side.heartbeats.running(),
        TestServer(app, shutdown_timeout=1) as server,
        ClientSession(server.make_url("/")) as http,
    ):
        yield http


@contextlib.asynccontextmanager
async def joined(side: Side) -> AsyncGenerator[ClientWebSocketResponse]:
    async with serving(side) as http, http.ws_connect("/ws", max_msg_size=0) as client:
        yield client


async def closed(client: ClientWebSocketResponse) -> tuple[int | None, str]:
    """Code and reason of the close that comes after whatever else."""
    while (message := await client.receive(SECONDS)).type is WSMsgType.TEXT:
        pass
    assert message.type is WSMsgType.CLOSE
    return message.data, str(message.extra)


@pytest.mark.parametrize(
    ("size", "header"),
    [
        (0, b"\x81\x00"),
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65_535, b"\x81\x7e\xff\xff"),
        (65_536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
def test_a_frame_has_the_shortest_length_that_fits(size: int, header: bytes):
    payload = b"x" * size
    assert text_frame(payload) == header + payload


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536, 200_000])
async def test_a_client_reads_frames_of_every_length_in_one_write(size: int):
    side = Side()
    async with joined(side) as client:
        ours = await side.socket()
        ours.send(text_frame(b"a" * size) + text_frame("ä".encode()) + text_frame(b"z" * size))
        assert [await client.receive_str(timeout=SECONDS) for _ in range(3)] == ["a" * size, "ä", "z" * size]


async def test_what_a_client_says_is_ignored():
    side = Side()
    async with joined(side) as client:
        ours = await side.socket()
        await client.send_str("hello")
        await client.send_bytes(b"hello")
        ours.send(text_frame(b"still here"))
        assert await client.receive_str(timeout=SECONDS) == "still here"
        await client.close()
        await side.ended()


async def test_a_client_that_says_too_much_at_once_is_told_so():
    side = Side()
    async with joined(side) as client:
        await side.socket()
        await client.send_bytes(os.urandom(64 * 1024 + 1))
        assert (await closed(client))[0] == 1009
        await side.ended()


async def test_a_close_carries_its_code_and_reason_and_nothing_follows_it():
    side = Side()
    async with joined(side) as client:
        ours = await side.socket()
        ours.send(text_frame(b"last"))
        ours.close(4001, "enough")
        ours.close(4002, "again")
        ours.send(text_frame(b"too late"))
        assert await client.receive_str(timeout=SECONDS) == "last"
        assert await closed(client) == (4001, "enough")
        await side.ended()


async def test_a_session_that_ends_closes_the_socket():
    side = Side(seconds=0.1)
    async with joined(side) as client:
        assert await closed(client) == (1008, "session expired")
        await side.ended()


async def test_a_silent_reader_is_pinged_and_stays_when_it_answers(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sockets, "SILENT_SECONDS", 0.05)
    side = Side()
    async with serving(side) as http, http.ws_connect("/ws", autoping=False) as client:
        for _ in range(2):
            assert (await client.receive(SECONDS)).type is WSMsgType.PING
            await client.pong()
        assert not side.over.is_set()


async def test_a_reader_that_answers_no_ping_is_dropped(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sockets, "SILENT_SECONDS", 0.05)
    monkeypatch.setattr(sockets, "PONG_SECONDS", 0.05)
    side = Side()
    async with serving(side) as http, http.ws_connect("/ws", autoping=False) as client:
        assert (await client.receive(SECONDS)).type is WSMsgType.PING
        await side.ended()


async def test_pings_are_answered():
    side = Side()
    async with serving(side) as http, http.ws_connect("/ws", autoping=False) as client:
        await client.ping(b"are you there")
        answer = await client.receive(SECONDS)
        assert (answer.type, answer.data) == (WSMsgType.PONG, b"are you there")


async def test_only_an_offered_protocol_is_echoed():
    for offered, wanted in ((("one",), "one"), ((), None), (("two",), None)):
        side = Side(protocol="one")
        async with serving(side) as http, http.ws_connect("/ws", protocols=offered) as client:
            assert client.protocol == wanted


async def test_the_upgrade_says_who_answers_which_request():
    async with serving(Side()) as http:
        async with http.ws_connect("/ws", headers={"X-Correlation-ID": "mine"}) as client:
            assert client._response.headers["X-Correlation-ID"] == "mine"
            assert client._response.headers["Server"] == "ClickClack"
        async with http.get("/ws") as answer:
            assert answer.status == 400
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


@contextlib.asynccontextmanager
async def stalled(side: Side) -> AsyncGenerator[tuple[Socket, asyncio.StreamReader]]:
    """A client that has joined and reads nothing more until it is told to."""
    async with serving(side) as http:
        base = http._base_url
        assert base is not None
        plug = socket.socket()
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        plug.setblocking(False)
        await asyncio.get_running_loop().sock_connect(plug, (base.host, base.port))
        reader, writer = await asyncio.open_connection(sock=plug)
        try:
            writer.write(
                b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
            )
            await reader.readuntil(b"\r\n\r\n")
            yield await side.socket(), reader
        finally:
            writer.transport.abort()
            await side.ended()


async def flood(ours: Socket) -> int:
    """Sends until the socket gives up; the number of frames that it took."""
    for count in range(10_000):
        if ours._ending is not None:
            return count
        ours.send(text_frame(b"x" * 16_384))
        if count % 16 == 0:
            await asyncio.sleep(0)
    raise AssertionError("no end")


async def fill(ours: Socket) -> None:
    """Sends until neither the reader's machine nor ours takes more, short of giving up."""
    settled = 0
    while settled < 30:
        await asyncio.sleep(0.01)
        if ours._transport.get_write_buffer_size() <= sockets.SEND_BUFFER:
            ours.send(text_frame(b"x" * 60_000))
            settled = 0
        settled += 1


async def test_a_reader_that_takes_nothing_is_given_up_with_bounded_memory(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sockets, "CLOSE_SECONDS", 0.3)
    side = Side()
    async with stalled(side) as (ours, _):
        await flood(ours)
        assert ours._transport.get_write_buffer_size() <= sockets.BUFFER_LIMIT
        await side.ended()
        assert ours._transport.is_closing()


async def test_a_reader_that_fell_behind_and_reads_on_gets_whole_frames_and_is_told_why():
    side = Side()
    async with stalled(side) as (ours, reader):
        taken = await flood(ours)
        for _ in range(taken - 1):
            assert await reader.readexactly(4) == struct.pack("!BBH", 0x81, 126, 16_384)
            await reader.readexactly(16_384)
        code, length = await reader.readexactly(2)
        assert code == 0x88
        close = await reader.readexactly(length)
        assert (struct.unpack("!H", close[:2])[0], close[2:].decode()) == OVERFLOW


async def test_a_write_that_would_pass_the_bound_of_a_reader_that_is_behind_is_not_made():
    side = Side()
    async with stalled(side) as (ours, _):
        await fill(ours)
        waiting = ours._transport.get_write_buffer_size()
        assert sockets.SEND_BUFFER < waiting <= sockets.BUFFER_LIMIT
        ours.send(text_frame(b"x" * 1_000_000))
        assert ours._ending is not None
        assert ours._transport.get_write_buffer_size() <= sockets.BUFFER_LIMIT


async def test_what_nobody_misses_is_left_out_for_a_reader_that_is_behind():
    side = Side()
    async with stalled(side) as (ours, _):
        await fill(ours)
        waiting = ours._transport.get_write_buffer_size()
        for _ in range(100):
            ours.offer(text_frame(b"x" * 60_000))
        assert ours._transport.get_write_buffer_size() == waiting
        assert ours._ending is None


async def test_waiting_for_a_reader_ends_when_it_has_read_or_is_given_up(monkeypatch: pytest.MonkeyPatch):
    side = Side()
    async with stalled(side) as (ours, reader):
        await fill(ours)
        waiting = asyncio.create_task(ours.drained())
        await asyncio.sleep(0.05)
        assert not waiting.done()
        reading = asyncio.create_task(reader.readexactly(2**30))
        await asyncio.wait_for(waiting, SECONDS)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        assert not ours._transport.is_closing()
        monkeypatch.setattr(sockets, "CLOSE_SECONDS", 0.1)
        async with asyncio.timeout(SECONDS):
            while not ours._transport.is_closing():  # the reader's machine may take some more after all
                await fill(ours)
                await ours.drained()


async def test_a_client_that_drops_the_connection_ends_the_listening():
    side = Side()
    async with serving(side) as http:
        client = await http.ws_connect("/ws")
        ours = await side.socket()
        transport = client._response.connection
        assert transport is not None
        assert transport.transport is not None
        transport.transport.abort()
        await side.ended()
        ours.send(text_frame(b"nobody"))
        ours.close(1000, "nobody")
        with contextlib.suppress(aiohttp.ClientError, ConnectionError):
            await client.close()


async def test_a_server_that_ends_waits_for_no_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sockets, "LEAVING_SECONDS", 0.1)
    side = Side()
    async with stalled(side) as (socket, _):
        await fill(socket)
        socket.close(1001, "the server is stopping")
        await asyncio.wait_for(side.over.wait(), 2)
