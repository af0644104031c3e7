"""The keys that another server publishes to check its tokens with, fetched when needed and kept as long as it says."""

import asyncio
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import cast

import orjson

from clickclack.kernel.clock import Clock
from clickclack.kernel.jose import BadToken, Key, Token, read
from clickclack.kernel.outbound import Outbound
from clickclack.kernel.outbound_failures import Failure

SECONDS = 5.0
LIMIT = 1024 * 1024
USUAL = 3600.0
LONGEST = 24 * 3600.0
AGAIN = 30.0
"""Seconds between two fetches for keys that are not among those at hand, or after a fetch that failed.

Keys are kept for that long at least: a publisher that wants none kept would else let one token through in that time.
"""
_MAX_AGE = re.compile(r"(?:^|,)\s*max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


class KeySet:
    """The keys at `url`, a JSON Web Key Set (RFC 7517); an unknown key id has them fetched anew, not too often."""

    def __init__(self, url: str, outbound: Outbound, clock: Clock) -> None:
        self._url = url
        self._outbound = outbound
        self._clock = clock
        self._keys: list[Key] = []
        self._good_until = 0.0
        self._fetched_at: float | None = None
        self._fetching = asyncio.Lock()

    async def checked(self, text: str, algorithms: frozenset[str]) -> Token:
        """The token, whose signature is good; BadToken when it is not, Failure when the keys cannot be had."""
        from clickclack.kernel.signatures import check  # noqa: PLC0415 - see there

        token = read(text)
        if token.algorithm not in algorithms:
            raise BadToken(f"the algorithm {token.algorithm[:20]!r} is not accepted")
        candidates = self._named(token.key_id) if self._clock.monotonic() < self._good_until else []
        if not candidates:
            await self._fetch(token.key_id)
            candidates = self._named(token.key_id)
        for key in candidates:
            try:
                check(token, key)
            except BadToken:
                continue
            return token
        raise BadToken("no key fits the token")

    def _named(self, key_id: str) -> list[Key]:
        return [key for key in self._keys if not key_id or key.get("kid") == key_id]

    async def _fetch(self, key_id: str) -> None:
        async with self._fetching:
            now = self._clock.monotonic()
            fresh = now < self._good_until
            if fresh and self._named(key_id):
                return
            if self._fetched_at is not None and now - self._fetched_at < AGAIN:
                if fresh:
                    return
                raise Failure("the keys could not be fetched a moment ago")
            self._fetched_at = now
            answer = await self._outbound.request("GET", self._url, seconds=SECONDS, limit=LIMIT)
            if answer.status != 200:
                raise Failure(f"the keys could not be fetched: {answer.status}")
            self._keys = _keys_in(answer.body)
            self._good_until = now + self._life(answer.headers)

    def _life(self, headers: Mapping[str, str]) -> float:
        """How many seconds the answer is kept."""
        found = _MAX_AGE.search(headers.get("cache-control", ""))
        if found is not None:
            return max(AGAIN, min(float(found[1]), LONGEST))
        try:
            end = parsedate_to_datetime(headers["expires"]).timestamp()
        except (KeyError, ValueError, OverflowError):
            return USUAL
        return max(AGAIN, min(end - self._clock.now() / 1_000_000, LONGEST))


def _keys_in(body: bytes) -> list[Key]:
    try:
        content: object = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Failure("the keys are no JSON") from None
    listed = cast("dict[str, object]", content).get("keys") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        raise Failure("there is no list of keys")
    items = cast("list[object]", listed)
    return [cast("dict[str, object]", item) for item in items if isinstance(item, dict)]
