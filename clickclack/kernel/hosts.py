"""Hosts and origins: their one spelling, and which of them are this very machine."""

import ipaddress
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}


def host_of(origin: str) -> str:
    """The host and port of an origin, lower-case; empty when it is none."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def host_and_port(origin: str) -> tuple[str, int | None]:
    """Host and port of an origin, the scheme's port when it names none; empty and None when it is none."""
    try:
        parts = urlsplit(origin)
        return (parts.hostname or "").lower(), parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return "", None


def canonical_origin(origin: str) -> str:
    """Scheme, host and port in lower case, without the scheme's own port; empty when it is no origin."""
    try:
        parts = urlsplit(origin)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return ""
    if not host:
        return ""
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port and port != PORTS.get(parts.scheme) else "")


def local_host(value: str) -> bool:
    """Whether a host, with or without a port, is loopback, `localhost` or below it."""
    bare_ipv6 = value.count(":") > 1 and not value.startswith("[")
    try:
        name = urlsplit(f"//[{value}]" if bare_ipv6 else f"//{value}").hostname
    except ValueError:
        return False
    return name is not None and local_name(name)


def local_name(name: str) -> bool:
    """Whether a name or address without a port is this machine's own."""
    lowered = name.lower().rstrip(".")
    if lowered == "localhost" or lowered.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(lowered.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def is_web_address(url: str) -> bool:
    """Whether this is an http or https URL with a host, and without credentials, blanks or control characters."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    clean = url.isprintable() and " " not in url and "@" not in parts.netloc
    return parts.scheme in PORTS and named and clean
