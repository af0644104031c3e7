"""Who is on this very machine (contract chat 2.2); tests/api/chat/test_callers.py tries more headers."""

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from clickclack.api.callers.local_requests import client_address, is_local


def asks(peer: str | None, *headers: tuple[str, str], host: str = "localhost") -> bool:
    return is_local(peer, CIMultiDictProxy(CIMultiDict([("Host", host), *headers])))


@pytest.mark.parametrize(
    ("peer", "local"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        (None, False),
        ("", False),
        ("192.168.1.2", False),
        ("::ffff:192.168.1.2", False),
        ("fe80::1%eth0", False),
        ("203.0.113.9", False),
        ("not an address", False),
    ],
)
def test_the_peer_is_this_machine(peer: str | None, local: bool) -> None:
    assert asks(peer) is local


def test_without_a_host_nothing_is_local() -> None:
    assert is_local("127.0.0.1", CIMultiDictProxy(CIMultiDict[str]())) is False
    assert asks("127.0.0.1", host="") is False


def test_every_line_of_a_header_counts() -> None:
    near, far = "127.0.0.1", "203.0.113.9"
    for name, form in (("X-Forwarded-For", "{}"), ("X-Real-IP", "{}"), ("Forwarded", "proto=http; for={}")):
        assert asks(near, (name, form.format(near)), (name, form.format(near))) is True
        assert asks(near, (name, form.format(near)), (name, form.format(far))) is False


@pytest.mark.parametrize(
    ("value", "local"),
    [
        ('for="127.0.0.1:80"', True),
        ("for = 127.0.0.1", True),
        ("by=203.0.113.9", True),
        ("proto=https", True),
        ('for="_hidden"', False),
        ('for="203.0.113.9;for=127.0.0.1"', False),
        ("for=", False),
        ('for=127.0.0.1;host="chat.example, localhost"', False),
    ],
)
def test_a_forwarded_header_names_places(value: str, local: bool) -> None:
    assert asks("127.0.0.1", ("Forwarded", value)) is local


FAR = "203.0.113.9"


@pytest.mark.parametrize(
    ("peer", "headers", "address"),
    [
        ("127.0.0.1", [("X-Real-IP", FAR), ("X-Forwarded-For", FAR)], FAR),
        ("::1", [("X-Real-IP", FAR), ("X-Forwarded-For", FAR)], FAR),
        ("127.0.0.1", [("X-Real-IP", FAR)], "127.0.0.1"),
        ("127.0.0.1", [("X-Forwarded-For", FAR)], "127.0.0.1"),
        ("127.0.0.1", [("X-Real-IP", FAR), ("X-Forwarded-For", f"10.0.0.1, {FAR}")], "127.0.0.1"),
        ("127.0.0.1", [("X-Real-IP", FAR), ("X-Real-IP", FAR), ("X-Forwarded-For", FAR)], "127.0.0.1"),
        ("192.168.1.2", [("X-Real-IP", FAR), ("X-Forwarded-For", FAR)], "192.168.1.2"),
        ("127.0.0.1", [("X-Real-IP", "anybody"), ("X-Forwarded-For", "anybody")], "127.0.0.1"),
        ("127.0.0.1", [("X-Real-IP", f"{FAR}, {FAR}"), ("X-Forwarded-For", f"{FAR}, {FAR}")], "127.0.0.1"),
        ("127.0.0.1", [("X-Real-IP", "2001:DB8::0:1"), ("X-Forwarded-For", "2001:DB8::0:1")], "2001:db8::/64"),
        ("2001:db8::ffff:0:0:1", [], "2001:db8::/64"),
        ("fe80::1%eth0", [], "fe80::/64"),
        (f"::ffff:{FAR}", [], FAR),
        (None, [], ""),
    ],
)
def test_only_a_proxy_on_this_machine_that_says_one_thing_is_believed(
    peer: str | None, headers: list[tuple[str, str]], address: str
) -> None:
    assert client_address(peer, CIMultiDictProxy(CIMultiDict(headers))) == address
