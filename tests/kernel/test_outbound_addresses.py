"""Where requests to other people's servers may go: public addresses, checked where they are dialled."""

import asyncio
import logging
import socket
import threading
from typing import Any

import pytest

from clickclack.kernel import dialling, outbound
from clickclack.kernel.allow_list import AllowList
from clickclack.kernel.outbound import Outbound
from clickclack.kernel.outbound_failures import NOT_LISTED, NOT_PUBLIC, Refused, Unreachable
from tests.kernel.raw_servers import hello, serving


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
    with pytest.raises(Refused, match=NOT_PUBLIC):
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

    monkeypatch.setattr(dialling.CheckedResolver, "resolve", unchecked)
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

    def getaddrinfo(host: str, *_: Any, **__: Any) -> list[Any]:
        if host == "slow.example":
            given_up.wait(10)
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        asked = [Outbound().request("GET", "http://slow.example/", seconds=0.1) for _ in range(64)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert {str(answer) for answer in answers} == {"no answer within 0.1 s"}
        async with asyncio.timeout(5):
            assert await asyncio.to_thread(int, "7") == 7
        with pytest.raises(Unreachable, match="the host could not be found"):
            await Outbound(anywhere=True).request("GET", "http://login.example/", seconds=5)
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


async def test_a_connection_that_is_kept_is_used_again_and_one_that_was_closed_meanwhile_is_no_failure():
    async with serving(hello) as (url, heads), Outbound(allow_loopback=True).keeping() as out:
        for _ in range(3):  # the server closes after each answer, without saying so
            assert (await out.request("POST", url, body=b"x")).status == 200
    assert len(heads) == 3


async def test_an_allow_list_never_opens_what_is_not_public(dialled: list[Any]):
    for entry in ("localhost", "127.0.0.0/8"):
        with pytest.raises(Refused, match=NOT_PUBLIC):
            await Outbound().request("GET", "http://localhost:9/", only=AllowList.of([entry]))
    assert dialled == []


async def test_a_host_that_is_not_on_the_list_is_refused_before_it_is_looked_up(
    monkeypatch: pytest.MonkeyPatch, dialled: list[Any]
):
    resolving(monkeypatch, "1.1.1.1")
    for entries in (["example.org"], ["8.8.8.8/32"]):
        with pytest.raises(Refused, match=NOT_LISTED):
            await Outbound().request("GET", "http://other.example/", only=AllowList.of(entries))
    assert dialled == []


async def test_a_name_that_is_not_ascii_is_on_the_list_by_its_ascii_form(
    monkeypatch: pytest.MonkeyPatch, dialled: list[Any]
):
    resolving(monkeypatch, "10.0.0.1")
    with pytest.raises(Refused, match=NOT_PUBLIC):
        await Outbound().request("GET", "http://bücher.example/", only=AllowList.of(["xn--bcher-kva.example"]))
    assert dialled == []
