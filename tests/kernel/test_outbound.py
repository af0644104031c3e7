"""Requests to other people's servers: where they may go, and what they may cost."""

import asyncio
import contextlib
import logging
import socket
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import pytest

from clickclack.kernel import outbound
from clickclack.kernel.outbound import NOT_PUBLIC, Outbound, Refused, Unreachable

Speak = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def serving(speak: Speak) -> AsyncGenerator[tuple[str, list[bytes]]]:
    """A server that answers each request with `speak`: its URL, and the heads of the requests it was sent."""
    heads: list[bytes] = []
    tasks: set[asyncio.Task[Any]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.current_task())  # pyright: ignore[reportArgumentType] - a server's callback is a task
        heads.append(b"")
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            heads[-1] = await reader.readuntil(b"\r\n\r\n")
            await speak(heads[-1], writer)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", heads
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def saying(answer: bytes) -> Speak:
    async def speak(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    return speak


hello = saying(b"HTTP/1.1 200 OK\r\nX-Kind: a\r\nContent-Length: 5\r\n\r\nhello")


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address a socket was connected to."""
    addresses: list[Any] = []
    connect = socket.socket.connect

    def noted(self: socket.socket, address: Any) -> None:
        addresses.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", noted)
    return addresses


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Makes every name resolve to these addresses."""

    def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        families = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in addresses]
        tails: list[tuple[Any, ...]] = [(0, 0) if ":" in address else () for address in addresses]
        return [
            (family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port, *tail))
            for family, address, tail in zip(families, addresses, tails, strict=True)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


async def test_an_answer_has_status_headers_and_body():
    async with serving(hello) as (url, heads):
        answer = await Outbound(allow_loopback=True).request("POST", f"{url}/a?b=c", headers={"X-Say": "1"}, body=b"x")
    assert (answer.status, answer.headers["x-kind"], answer.body) == (200, "a", b"hello")
    assert heads[0].startswith(b"POST /a?b=c HTTP/1.1\r\n")
    assert b"X-Say: 1\r\n" in heads[0]
    assert b"Accept-Encoding: identity\r\n" in heads[0]


@pytest.mark.parametrize("status", [204, 400, 404, 500, 503])
async def test_every_status_is_an_answer(status: int):
    async with serving(saying(b"HTTP/1.1 %d So\r\nContent-Length: 0\r\n\r\n" % status)) as (url, _):
        assert (await Outbound(allow_loopback=True).request("POST", url)).status == status


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_an_answer_and_is_not_followed(status: int):
    async with serving(hello) as (elsewhere, visits):
        there = b"HTTP/1.1 %d There\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % (status, elsewhere.encode())
        async with serving(saying(there)) as (url, _):
            answer = await Outbound(allow_loopback=True).request("POST", url)
    assert (answer.status, answer.headers["location"]) == (status, elsewhere)
    assert visits == []


async def test_cookies_are_not_kept():
    async with serving(saying(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")) as (url, heads):
        out = Outbound(allow_loopback=True)
        await out.request("GET", url)
        await out.request("GET", url)
    assert b"cookie" not in heads[1].lower()


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch):
    async with serving(hello) as (proxy, visits), serving(hello) as (url, _):
        monkeypatch.setenv("http_proxy", proxy)
        await Outbound(allow_loopback=True).request("GET", url)
    assert visits == []


async def test_a_body_up_to_the_limit_is_whole():
    async with serving(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000)) as (url, _):
        assert len((await Outbound(allow_loopback=True).request("GET", url, limit=1000)).body) == 1000
        with pytest.raises(Unreachable, match="larger than 999 bytes"):
            await Outbound(allow_loopback=True).request("GET", url, limit=999)


async def test_a_body_without_end_is_cut():
    async def endless(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 10_000)
            await writer.drain()

    async with serving(endless) as (url, _):
        with pytest.raises(Unreachable, match="the answer is larger than 65536 bytes"):
            await Outbound(allow_loopback=True).request("GET", url)


async def test_a_small_body_that_would_unpack_to_a_large_one_stays_packed():
    packed = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00"
    async with serving(saying(packed)) as (url, _):
        assert (await Outbound(allow_loopback=True).request("GET", url)).body == b"\x1f\x8b\x08\x00"


async def drip_head(_: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(1000):
        writer.write(b"X-%d: x\r\n" % number)
        await writer.drain()
        await asyncio.sleep(0.02)


async def drip_interim(_: bytes, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


async def drip_body(_: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def silence(_: bytes, __: asyncio.StreamWriter) -> None:
    await asyncio.sleep(10)


@pytest.mark.parametrize("speak", [drip_head, drip_interim, drip_body, silence])
async def test_the_time_is_limited_in_all_however_busy_the_server_is(speak: Speak):
    started = time.monotonic()
    async with serving(speak) as (url, _):
        with pytest.raises(Unreachable, match=r"no answer within 0\.3 s"):
            await Outbound(allow_loopback=True).request("GET", url, seconds=0.3)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"])
async def test_what_is_no_whole_http_answer_is_none(answer: bytes):
    async with serving(saying(answer)) as (url, _):
        with pytest.raises(Unreachable, match="connection broke"):
            await Outbound(allow_loopback=True).request("GET", url)


async def test_a_header_without_end_is_cut():
    async with serving(saying(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000)) as (url, _):
        with pytest.raises(Unreachable):
            await Outbound(allow_loopback=True).request("GET", url)


async def test_a_closed_port_is_unreachable():
    async with serving(hello) as (url, _):
        pass
    with pytest.raises(Unreachable, match="the host could not be reached"):
        await Outbound(allow_loopback=True).request("GET", url)


async def test_a_server_that_speaks_no_tls_is_unreachable():
    async with serving(hello) as (url, _):
        with pytest.raises(Unreachable):
            await Outbound(allow_loopback=True).request("GET", url.replace("http:", "https:"), seconds=0.5)


@pytest.mark.parametrize(
    "url", ["", "example.com", "/a", "//a", "ftp://a.example", "file:///etc/passwd", "http://", "http://a:99999", "x:y"]
)
async def test_only_http_and_https_addresses_are_requested(url: str, dialled: list[Any]):
    with pytest.raises(Unreachable):
        await Outbound().request("GET", url)
    assert dialled == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.0.0.1",
        "169.254.169.254",
        "0x7f000001",
        "0x7f.0.0.1",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fe80::1%25lo]",
        "[fd00:ec2::254]",
        "１２７.0.0.1",
        "localhost",
    ],
)
async def test_an_address_that_is_not_public_is_refused_however_it_is_written(host: str, dialled: list[Any]):
    with pytest.raises(Refused) as raised:
        await Outbound().request("GET", f"http://{host}:9/")
    assert raised.value.text == "callback host resolves to a non-public address"
    assert dialled == []


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0177.0.0.1", "017700000001", "0", "127.0.0.1.", "1.1"])
async def test_a_number_that_is_no_whole_address_is_none(host: str, dialled: list[Any]):
    with pytest.raises((Refused, Unreachable)):
        await Outbound().request("GET", f"http://{host}:9/")
    assert dialled == []


async def test_nothing_is_dialled_when_one_address_of_several_is_not_public(
    monkeypatch: pytest.MonkeyPatch, dialled: list[Any]
):
    resolving(monkeypatch, "1.1.1.1", "2606:4700:4700::1111", "10.0.0.1")
    with pytest.raises(Refused, match=NOT_PUBLIC):
        await Outbound().request("GET", "http://inside.example/")
    assert dialled == []


async def test_a_name_is_looked_up_and_checked_again_for_each_request(monkeypatch: pytest.MonkeyPatch):
    async with serving(hello) as (url, heads):
        port = url.rpartition(":")[2]
        resolving(monkeypatch, "127.0.0.1")
        out = Outbound(allow_loopback=True)
        assert (await out.request("GET", f"http://moving.example:{port}/")).status == 200
        resolving(monkeypatch, "192.168.0.1")
        with pytest.raises(Refused, match=NOT_PUBLIC):
            await out.request("GET", f"http://moving.example:{port}/")
    assert len(heads) == 1
    assert f"Host: moving.example:{port}".encode() in heads[0]


async def test_the_dialled_address_has_the_last_word(monkeypatch: pytest.MonkeyPatch, dialled: list[Any]):
    async def unchecked(self: Any, host: str, port: int = 0, family: Any = 0) -> list[Any]:
        family = socket.AF_INET
        return [{"hostname": host, "host": "10.0.0.1", "port": port, "family": family, "proto": 0, "flags": 0}]

    monkeypatch.setattr(outbound._CheckedResolver, "resolve", unchecked)
    with pytest.raises(Refused, match=NOT_PUBLIC):
        await Outbound().request("GET", "http://inside.example/")
    assert dialled == []


async def test_a_name_that_is_not_found_is_unreachable(monkeypatch: pytest.MonkeyPatch):
    def getaddrinfo(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(Unreachable, match="the host could not be found"):
        await Outbound().request("GET", "http://nowhere.example/")


async def test_a_name_server_that_never_answers_holds_up_nothing_else(monkeypatch: pytest.MonkeyPatch):
    given_up = threading.Event()

    def getaddrinfo(*_: Any, **__: Any) -> list[Any]:
        given_up.wait(10)
        return []

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        asked = [Outbound().request("GET", "http://slow.example/", seconds=0.1) for _ in range(64)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert {str(answer) for answer in answers} == {"no answer within 0.1 s"}
        async with asyncio.timeout(5):
            assert await asyncio.to_thread(int, "7") == 7
        given_up.set()


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a..example", "%00", "xn--zzzzzzzzz9999"])
async def test_a_host_that_cannot_be_a_name_is_unreachable(host: str, dialled: list[Any]):
    with pytest.raises(Unreachable):
        await Outbound().request("GET", f"http://{host}/")
    assert dialled == []


@pytest.mark.parametrize("value", ["1", "0", "", "true"])
def test_only_one_value_of_the_switch_allows_loopback_and_the_log_says_so(
    value: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setenv(outbound.SWITCH, value)
    with caplog.at_level(logging.WARNING):
        made = Outbound.from_environment()
    assert made._allow_loopback is (value == "1")
    assert bool(caplog.records) is (value == "1")


async def test_the_switch_allows_loopback_alone(dialled: list[Any]):
    with pytest.raises(Refused):
        await Outbound(allow_loopback=True).request("GET", "http://10.0.0.1:9/")
    assert dialled == []
