"""One HTTP call: where it goes, who makes it, how long it may take, and what its failure is called."""

import asyncio
import json
import logging
import os
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from urllib.parse import quote

import aiohttp
from yarl import URL

from clickclack.client.errors import ApiError, ClientError, Unreachable

log = logging.getLogger("clickclack.client")

T = TypeVar("T")

ATTEMPTS = 5
SLOWEST = 30.0
_LOST = frozenset({502, 503, 504})


def path(*segments: str) -> str:
    """A path below `/api`, each segment percent-encoded."""
    return "/api/" + "/".join(quote(segment, safe="") for segment in segments)


def backoff(attempt: int) -> float:
    """Seconds to wait before the next try: half a second, then twice as long each time up to 30, less up to a half."""
    return min(SLOWEST, 0.5 * 2 ** min(attempt, 10)) * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load


def server_url(server: str) -> URL:
    """The address of a server; ClientError when it is none. A path is kept, for servers below one."""
    try:
        url = URL(server.strip())
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise ClientError(f"{server} is not the http or https address of a server")
    if url.user or url.password or url.query_string or url.fragment:
        raise ClientError("the address of a server holds no credentials, query or fragment")
    return url


class Transport:
    """Calls to one server, as one caller. `open` it before the first call."""

    def __init__(self, server: str, token: str, user_id: str, timeout: float) -> None:
        self._base = str(server_url(server)).rstrip("/")
        if not token.isprintable():
            raise ClientError("the token holds what no token does, perhaps the end of a line")
        self._token = token
        self._user_id = user_id
        self.timeout = timeout
        self._session: aiohttp.ClientSession | None = None
        self._repeatable: dict[str, bool] = {}

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """Keeps connections while the block runs."""
        jar = aiohttp.DummyCookieJar()
        async with aiohttp.ClientSession(headers=self._headers(), cookie_jar=jar) as self._session:
            yield
        self._session = None

    def _headers(self) -> dict[str, str]:
        headers = {"User-Agent": "clickclack"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        else:
            headers["X-ClickClack-CSRF"] = "1"
        if self._user_id:
            headers["X-ClickClack-User"] = self._user_id
        return headers

    @property
    def session(self) -> aiohttp.ClientSession:
        """What connections come from; ClientError outside `open`."""
        if self._session is None:
            raise ClientError("use the client in an `async with` block")
        return self._session

    def url(self, target: str) -> URL:
        """The whole address of a path that is encoded already."""
        return URL(self._base + target, encoded=True)

    async def call(
        self, method: str, target: str, body: Any = None, *, query: Mapping[str, str | int] | None = None, **more: Any
    ) -> Any:
        """The decoded answer, None for an empty one. ApiError for a refusal, Unreachable when no answer came.

        `more` goes to the HTTP library as it is. ClientError for an answer that is no JSON: another kind of server.
        """
        async with self.answer(method, target, body, query=query, **more) as response:
            content = await response.read()
        try:
            return json.loads(content) if content else None
        except ValueError:
            raise ClientError(f"{self._base} does not answer as a ClickClack server does") from None

    @asynccontextmanager
    async def answer(
        self, method: str, target: str, body: Any = None, *, query: Mapping[str, str | int] | None = None, **more: Any
    ) -> AsyncGenerator[aiohttp.ClientResponse]:
        """The same before its body was read, for what is long. Redirects are refused: no token goes elsewhere."""
        more.setdefault("timeout", aiohttp.ClientTimeout(total=self.timeout))
        if body is not None:
            more["json"] = body
        url = self.url(target)
        given = url if not query else url.update_query(query)
        began = time.monotonic()
        try:
            async with self.session.request(method, given, allow_redirects=False, **more) as response:
                spent = (time.monotonic() - began) * 1000
                log.debug("%s %s %d (%.0f ms)", method, target, response.status, spent)
                if response.status >= 300:
                    raise ApiError(response.status, _text_of(await response.read()), response.headers)
                yield response
        except TimeoutError as error:
            raise Unreachable(f"{self._base} did not answer in time") from error
        except (aiohttp.ClientError, ConnectionError) as error:
            raise Unreachable(f"{self._base} {failure(error)}") from error

    async def once(self, probe: str, header: str, send: Callable[[], Awaitable[T]]) -> T:
        """Sends something that carries a nonce; sends it again when the answer was lost.

        A server that answers `probe` with `header` knows what it had done for a nonce, and does it once only. Without
        that word, or after five tries, a lost answer is raised as it is: nobody knows what became of it.
        """
        lost: ClientError | None = None
        attempt = 0
        while True:
            try:
                if lost is not None and not await self._repeats(probe, header):
                    raise lost
                return await send()
            except (Unreachable, ApiError) as error:
                attempt += 1
                if error is lost or attempt == ATTEMPTS or not _is_lost(error):
                    raise
                lost = error
            await asyncio.sleep(backoff(attempt) / 2)

    async def _repeats(self, probe: str, header: str) -> bool:
        if probe not in self._repeatable:
            headers: Mapping[str, str]
            try:
                async with self.answer("GET", probe) as response:
                    headers = response.headers
            except ApiError as error:
                if _is_lost(error):
                    raise
                headers = error.headers
            self._repeatable[probe] = headers.get(header) == "supported"
        return self._repeatable[probe]


def failure(error: Exception) -> str:
    """What went wrong with a connection, as the end of a sentence."""
    if isinstance(error, aiohttp.ClientConnectorError) and error.errno:
        return f"cannot be reached: {os.strerror(error.errno)}"
    return f"gave no answer: {error or type(error).__name__}"


def _is_lost(error: ClientError) -> bool:
    return isinstance(error, Unreachable) or (isinstance(error, ApiError) and error.status in _LOST)


def _text_of(content: bytes) -> str:
    """The text of an error, of a server that speaks JSON or of a proxy that does not."""
    try:
        return str(json.loads(content)["error"])
    except (ValueError, KeyError, TypeError):
        return content[:200].decode(errors="replace").strip() if b"<" not in content[:200] else ""
