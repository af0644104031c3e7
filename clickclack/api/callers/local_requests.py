"""Where a request comes from: this very machine (contract chat 2.2), or which address (contract chat 3.8)."""

import contextlib
import re

from multidict import CIMultiDictProxy

from clickclack.kernel.addresses import counted
from clickclack.kernel.hosts import host_of, local_host, local_name

_FORWARDED = re.compile(r"(?:^|[;,])\s*(?:for|host)\s*=\s*(\"[^\"]*\"|[^;,]*)", re.IGNORECASE)


def is_local(peer: str | None, headers: CIMultiDictProxy[str]) -> bool:
    """True when peer, Host, Origin and every trace of a proxy name this machine, and no other site asks."""
    if peer is None or not local_name(peer):
        return False
    host = headers.get("Host", "")
    if not local_host(host):
        return False
    if headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        return False
    origin = headers.get("Origin")
    if origin is not None and host_of(origin) != host.lower():
        return False
    return all(local_host(value) for value in _forwarded(headers))


def client_address(peer: str | None, headers: CIMultiDictProxy[str]) -> str:
    """Whose attempts are counted: the peer, or whom a proxy on this machine names (contract chat 3.8).

    The proxy is believed when its one `X-Real-IP` and its one `X-Forwarded-For` name the same one address. Of an IPv6
    address the first 64 bits count, for whoever has one has all of that network (RFC 6177).
    """
    named, forwarded = headers.getall("X-Real-IP", []), headers.getall("X-Forwarded-For", [])
    if peer is not None and local_name(peer) and len(named) == 1 and named == forwarded:
        with contextlib.suppress(ValueError):
            return counted(named[0].strip())
    with contextlib.suppress(ValueError):
        return counted(peer or "")
    return peer or ""


def _forwarded(headers: CIMultiDictProxy[str]) -> list[str]:
    values = [
        part.strip()
        for name in ("X-Forwarded-Host", "X-Forwarded-For", "X-Real-IP")
        for line in headers.getall(name, ())
        for part in line.split(",")
    ]
    for line in headers.getall("Forwarded", ()):
        values += [match.strip().strip('"') for match in _FORWARDED.findall(line)]
    return values
