"""Which addresses belong to the public internet; everything else is somebody's inside (contract chat 6.12)."""

import ipaddress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

_IPV4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_IPV6_PUBLIC = IPv6Network("2000::/3")
_IPV6 = tuple(
    IPv6Network(network)
    for network in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20")
)


def counted(text: str) -> str:
    """What stands for everybody behind a numeric address: it, or of IPv6 its /64; ValueError for what is none."""
    address = ipaddress.ip_address(text)
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))


def is_public(address: str) -> bool:
    """Whether a numeric address may be dialled by a stranger's wish.

    An IPv4-mapped address counts as the IPv4 address in it. Other wrappings (6to4, Teredo, NAT64, IPv4-compatible) and
    addresses with a zone are not public, whatever they hold; nor is text that is no address.
    """
    bare = _unwrapped(address)
    if isinstance(bare, IPv4Address):
        return not any(bare in network for network in _IPV4)
    if bare is None or bare.scope_id is not None or bare not in _IPV6_PUBLIC:
        return False
    return not any(bare in network for network in _IPV6)


def is_loopback(address: str) -> bool:
    """Whether a numeric address is this machine's own: 127.0.0.0/8, also IPv4-mapped, or ::1 without a zone."""
    bare = _unwrapped(address)
    return bare is not None and getattr(bare, "scope_id", None) is None and bare.is_loopback


def _unwrapped(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.scope_id is None and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found
