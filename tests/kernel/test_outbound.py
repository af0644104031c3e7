"""Requests to other people's servers: what comes back, and what it may cost."""

import asyncio
import time

import pytest

from clickclack.kernel.outbound import Outbound
from clickclack.kernel.outbound_failures import Unreachable
from tests.kernel.raw_servers import Speak, hello, saying, serving


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
