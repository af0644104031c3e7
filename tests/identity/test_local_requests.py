"""Who is on this very machine (contract chat 2.2); tests/api/chat/test_callers.py tries more headers."""

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from clickclack.identity.local_requests import is_local


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
