"""Which addresses are dialled: those of a name are checked when it is looked up, and each again when it is dialled.

A name that answers differently the second time wins nothing (design section 8, contract chat 6.12).
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any

import certifi
from aiohttp.abc import AbstractResolver, ResolveResult

from clickclack.kernel.outbound_failures import NOT_PUBLIC, Refused

LOOK_UPS = 256
"""Names looked up at once. A dead name server holds a thread longer than the request that wanted it lasts; those that
all the requests under way leave behind must not be all there are."""


def checked_socket(check: Callable[[str], None], info: tuple[Any, ...]) -> socket.socket:
    """The socket of one dial; the last word on its address, also on one that was written out in the URL."""
    family, kind, protocol, _, dialled = info
    if family == socket.AF_INET6 and len(dialled) > 3 and dialled[3]:
        raise Refused(NOT_PUBLIC)
    check(dialled[0])
    made = socket.socket(family, kind, protocol)
    made.setblocking(False)
    return made


class CheckedResolver(AbstractResolver):
    """Looks names up as the system does, and gives no address at all when one of them is refused."""

    def __init__(self, check: Callable[[str], None], *, anywhere: bool) -> None:
        self._check = check
        self._anywhere = anywhere

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        look_up = partial(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
        try:
            found = await asyncio.get_running_loop().run_in_executor(_names(anywhere=self._anywhere), look_up)
        except UnicodeError as error:
            raise OSError(None, "not a host name") from error
        for _, _, _, _, address in found:
            self._check(str(address[0]))
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=port,
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        """Holds nothing."""


@cache
def _names(*, anywhere: bool) -> ThreadPoolExecutor:
    """Threads for looking names up: a name server that never answers must not take those that read our files.

    Nor may one that a stranger names take those for the servers of the settings, which people sign in with.
    """
    return ThreadPoolExecutor(LOOK_UPS, thread_name_prefix="names")


@cache
def trusted_roots() -> ssl.SSLContext:
    """The trusted roots, read once: that takes a tenth of a second."""
    return ssl.create_default_context(cafile=certifi.where())
