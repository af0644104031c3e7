"""Which addresses are public, in every form an address can be written."""

import pytest

from clickclack.kernel.addresses import is_loopback, is_public

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.1",
    "168.63.129.15",
    "168.63.129.17",
    "169.253.255.255",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.167.255.255",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "::ffff:1.1.1.1",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2606:4700:4700::1111",
    "2620:4f:7fff::1",
    "3ffd:ffff::1",
    "3fff:1000::1",
]
NOT_PUBLIC = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.1.2.3",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.168.1.1",
    "192.175.48.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1",
    "64:ff9b::1.1.1.1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:1ff::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:101:101::1",
    "2620:4f:8000::1",
    "3ffe::1",
    "3fff::1",
    "4000::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2606:4700:4700::1111%eth0",
    "::ffff:1.1.1.1%eth0",
    "",
    "example.com",
    "2130706433",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "127.1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_known(address: str):
    assert is_public(address)
    assert not is_loopback(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_every_other_address_is_not_public(address: str):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"])
def test_loopback_is_known(address: str):
    assert is_loopback(address)


@pytest.mark.parametrize("address", ["::1%lo", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1", "", "localhost"])
def test_what_only_looks_like_loopback_is_not(address: str):
    assert not is_loopback(address)
