"""Hosts and origins."""

import pytest

from clickclack.kernel.hosts import canonical_origin, host_and_port, host_of, local_host, local_name


@pytest.mark.parametrize(
    ("origin", "canonical", "host", "port"),
    [
        ("https://A.Example", "https://a.example", "a.example", 443),
        ("HTTPS://a.example:443", "https://a.example", "a.example", 443),
        ("http://a.example:80/", "http://a.example", "a.example", 80),
        ("http://a.example:443", "http://a.example:443", "a.example", 443),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443", "2001:db8::1", 8443),
        ("http://[::1]:80", "http://[::1]", "::1", 80),
        ("https://u:p@a.example/path?q#f", "https://a.example", "a.example", 443),
    ],
)
def test_an_origin_has_one_spelling(origin: str, canonical: str, host: str, port: int):
    assert canonical_origin(origin) == canonical
    assert canonical_origin(canonical) == canonical
    assert host_and_port(origin) == (host, port)


@pytest.mark.parametrize(
    "text", ["", "null", "a.example", "//", "https://", "http://[::1", "https://a:x", "https://a:99999"]
)
def test_what_is_no_origin_is_none(text: str):
    assert canonical_origin(text) == ""


@pytest.mark.parametrize("text", ["http://[::1", "https://a:x"])
def test_a_broken_origin_raises_nothing(text: str):
    assert host_and_port(text) == ("", None)
    assert host_of(text) in ("", "a:x")


def test_the_host_of_an_origin_keeps_its_port():
    assert host_of("https://A.example:8443/x") == "a.example:8443"


@pytest.mark.parametrize(
    "value",
    [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "a.localhost",
        "a.b.localhost:80",
        "127.0.0.1",
        "127.255.0.1:9",
        "::1",
        "[::1]",
        "[::1]:80",
        "::ffff:127.0.0.1",
        "[::ffff:127.0.0.1]:80",
        "localhost:8080",
    ],
)
def test_this_machine_is_known_by_any_of_its_names(value: str):
    assert local_host(value)


@pytest.mark.parametrize(
    "value",
    [
        "a.example",
        "localhost.example",
        "notlocalhost",
        "127.0.0.1.example",
        "0.0.0.0",
        "::",
        "10.0.0.1",
        "192.168.0.1:80",
        "[fe80::1]",
        "",
        ":80",
        "[::1",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "::ffff:10.0.0.1",
        "evil@a.example",
    ],
)
def test_another_machine_is_not_this_one(value: str):
    assert not local_host(value)


def test_the_zone_of_an_address_does_not_count():
    assert local_name("::1%lo")
    assert not local_name("fe80::1%lo")
