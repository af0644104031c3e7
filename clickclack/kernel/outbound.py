"""The only way out to other people's servers: public addresses alone, no redirects, bounded in time and size.

Addresses are checked where they are dialled, so that a name which answers differently the second time wins nothing
(design section 8, contract chat 6.12).
"""

import asyncio
import contextlib
import ipaddress
import logging
import os
import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp
from yarl import URL

from clickclack.kernel.addresses import is_loopback, is_public
from clickclack.kernel.allow_list import AllowList
from clickclack.kernel.dialling import CheckedResolver, checked_socket, trusted_roots
from clickclack.kernel.outbound_failures import NOT_HTTP, NOT_LISTED, NOT_PUBLIC, Refused, Unreachable

log = logging.getLogger(__name__)

SWITCH = "CLICKCLACK_ALLOW_LOOPBACK_CALLBACKS"
_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+))*\.?", re.IGNORECASE)
SECONDS = 3.0
LIMIT = 64 * 1024
_STEP = 16 * 1024
_KEPT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other server said: status, headers by lower-case name (the last of equals), body as it was sent."""

    status: int
    headers: dict[str, str]
    body: bytes


def loopback_allowed() -> bool:
    """Whether the environment says so."""
    return os.environ.get(SWITCH, "") == "1"


class Outbound:
    """Sends requests to servers that strangers name. Holds no connection between two requests.

    `anywhere` is for servers that the settings name: those may be inside.
    """

    def __init__(self, *, allow_loopback: bool = False, anywhere: bool = False) -> None:
        self._allow_loopback = allow_loopback
        self._anywhere = anywhere
        self._tls = trusted_roots()
        self._kept: aiohttp.ClientSession | None = None

    @classmethod
    def from_environment(cls) -> "Outbound":
        """Loopback addresses are allowed when CLICKCLACK_ALLOW_LOOPBACK_CALLBACKS is 1, which is for tests only."""
        allowed = loopback_allowed()
        if allowed:
            log.warning("%s=1: requests to loopback addresses are allowed; this is for tests only", SWITCH)
        return cls(allow_loopback=allowed)

    @contextlib.asynccontextmanager
    async def keeping(self) -> AsyncGenerator["Outbound"]:
        """A way out that uses a connection again for the next request to the same host within 5 s, for the block.

        Only for what may be sent twice: a request is sent anew when the other end has closed a connection that was
        kept. Its address was checked when it was dialled. Requests with an allow-list have connections of their own.
        """
        kept = Outbound(allow_loopback=self._allow_loopback, anywhere=self._anywhere)
        async with self._new_session(None, kept=True) as session:
            kept._kept = session
            try:
                yield kept
            finally:
                kept._kept = None

    async def request(  # noqa: PLR0913 - an HTTP request has that many parts
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        seconds: float = SECONDS,
        limit: int = LIMIT,
        only: AllowList | None = None,
    ) -> Answer:
        """One request and its answer within `seconds`, the body of at most `limit` bytes; redirects are not followed.

        Raises Refused when any address of the host is not public, or the host not on the list `only`, else Unreachable
        when there is no answer.
        """
        target = _target(url)
        try:
            async with asyncio.timeout(seconds), self._session(target, only) as session:
                reused: list[bool] = []
                request = _Request(method, target, headers, body or None, limit)
                try:
                    return await _answer(session, request, reused)
                except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
                    if not reused:
                        raise
                async with self._new_session(None) as fresh:  # the other end had closed the connection that was kept
                    return await _answer(fresh, request, reused)
        except TimeoutError as error:
            raise Unreachable(f"no answer within {seconds:g} s") from error
        except aiohttp.InvalidURL as error:
            raise Unreachable(NOT_HTTP) from error
        except aiohttp.ClientConnectorDNSError as error:
            raise Unreachable("the host could not be found") from error
        except aiohttp.ClientSSLError as error:
            raise Unreachable("the host's certificate is not good") from error
        except aiohttp.ClientConnectorError as error:
            raise Unreachable("the host could not be reached") from error
        except (aiohttp.ClientError, OSError) as error:
            raise Unreachable("the connection broke or the answer is no HTTP") from error

    @contextlib.asynccontextmanager
    async def _session(self, target: URL, only: AllowList | None) -> AsyncGenerator[aiohttp.ClientSession]:
        """The session that keeps connections, else one for this request alone."""
        if only is None and self._kept is not None:
            yield self._kept
            return
        if only is not None and only.names(target.raw_host or ""):
            only = None  # listed by name: whatever public address it has
        elif only is not None and not only.networks:
            raise Refused(NOT_LISTED)
        async with self._new_session(only) as session:
            yield session

    def _new_session(self, only: AllowList | None, *, kept: bool = False) -> aiohttp.ClientSession:
        check = partial(self._check, only)
        connector = aiohttp.TCPConnector(
            ssl=self._tls,
            resolver=CheckedResolver(check, anywhere=self._anywhere),
            use_dns_cache=False,
            socket_factory=partial(checked_socket, check),
            limit=0,
            force_close=not kept,
            keepalive_timeout=_KEPT_SECONDS if kept else None,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"Accept-Encoding": "identity", "User-Agent": "ClickClack"},
            timeout=aiohttp.ClientTimeout(),
            auto_decompress=False,
            trust_env=False,
            trace_configs=[_noting_reuse()] if kept else None,
        )

    def _check(self, only: AllowList | None, address: str) -> None:
        if self._anywhere:
            return
        if not is_public(address) and not (self._allow_loopback and is_loopback(address)):
            raise Refused(NOT_PUBLIC)
        if only is not None and not only.has_address(address):
            raise Refused(NOT_LISTED)


def _target(url: str) -> URL:
    try:
        target = URL(url)
        usable = target.scheme in {"http", "https"} and bool(target.host) and target.port is not None
    except ValueError:
        usable, target = False, URL()
    if not usable:
        raise Unreachable(NOT_HTTP)
    if _NUMERIC.fullmatch(target.raw_host or "") and not _is_address(target.raw_host or ""):
        raise Refused(NOT_PUBLIC)  # such as 127.1, which a system may take for an address
    return target


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _noting_reuse() -> aiohttp.TraceConfig:
    """Appends to a request's context when its connection had been used before."""

    async def note(_: aiohttp.ClientSession, context: Any, __: aiohttp.TraceConnectionReuseconnParams) -> None:
        context.trace_request_ctx.append(True)

    config = aiohttp.TraceConfig()
    config.on_connection_reuseconn.append(note)
    return config


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    target: URL
    headers: Mapping[str, str] | None
    body: bytes | None
    limit: int


async def _answer(session: aiohttp.ClientSession, request: _Request, reused: list[bool]) -> Answer:
    async with session.request(
        request.method,
        request.target,
        headers=request.headers,
        data=request.body,
        allow_redirects=False,
        trace_request_ctx=reused,
    ) as response:
        content = await _content(response, request.limit)
        named = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, named, content)


async def _content(response: aiohttp.ClientResponse, limit: int) -> bytes:
    parts = bytearray()
    async for part in response.content.iter_chunked(_STEP):
        parts += part
        if len(parts) > limit:
            raise Unreachable(f"the answer is larger than {limit} bytes")
    return bytes(parts)
