"""An allow-list of where calls may go: host names, names below a domain, addresses and networks.

It only ever narrows: what it names must still be public.
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from clickclack.kernel.errors import Invalid

LONGEST = 253
_HOST = re.compile(r"(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")


@dataclass(frozen=True, slots=True)
class AllowList:
    """The entries in normal form: `example.org`, `*.example.org` for all names below it, `192.0.2.0/24`."""

    hosts: frozenset[str]
    networks: tuple[IPv4Network | IPv6Network, ...]

    @classmethod
    def of(cls, entries: Iterable[str]) -> "AllowList":
        """From entries that `normal_entry` made."""
        networks = {entry: found for entry in entries if (found := _network(entry)) is not None}
        return cls(frozenset(entry for entry in entries if entry not in networks), tuple(networks.values()))

    def entries(self) -> list[str]:
        """What `of` makes the same list from."""
        return [*sorted(self.hosts), *map(str, self.networks)]

    def names(self, host: str) -> bool:
        """Whether the list has the host by its name."""
        name = host.lower().rstrip(".")
        parts = name.split(".")
        above = ("*." + ".".join(parts[start:]) for start in range(1, len(parts)))
        return name in self.hosts or any(wildcard in self.hosts for wildcard in above)

    def has_address(self, address: str) -> bool:
        """Whether a numeric address lies in one of the networks."""
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        return any(found in network for network in self.networks)


def normal_entry(text: str) -> str:
    """An entry in normal form; Invalid for what is neither a host name, `*.` and a domain, an address nor a network."""
    entry = text.strip().lower().rstrip(".")
    network = _network(entry)
    if network is not None:
        return str(network)
    if not entry or len(entry) > LONGEST or not _HOST.fullmatch(entry):
        raise Invalid("an entry must be a host name, *. and a domain, an address or a network")
    return entry


def _network(entry: str) -> IPv4Network | IPv6Network | None:
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return None
