"""Searches over 1,000,000 messages whose words are as frequent as in a language: p50, p95 of each kind of query."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import aiohttp
from history import MESSAGES, WORDS, fill
from processes import Server, server

REQUESTS = 100
FILLING = 600.0
"""Seconds that filling the index may take: the server does it by itself."""


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        await fill(data)
        async with server(data) as target, aiohttp.ClientSession(target.origin, headers=target.headers) as http:
            start = time.perf_counter()
            async with asyncio.timeout(FILLING):
                while not await _ask(http, target, WORDS[0]):
                    pass
            print(f"index of {MESSAGES:,} messages filled in {time.perf_counter() - start:.0f} s")
            size = (data / "clickclack.db").stat().st_size
            print(f"database {size / 1e6:.0f} MB; {REQUESTS} searches each, by relevance")
            await _measure(http, target, "the commonest words", lambda i: WORDS[i % 5])
            await _measure(http, target, "ordinary words", lambda i: WORDS[50 + i])
            await _measure(http, target, "rare words", lambda i: WORDS[5000 + i])
            await _measure(http, target, "two words", lambda i: f"{WORDS[i % 20]} {WORDS[200 + i]}")
            await _measure(http, target, "a phrase", lambda i: f'"{WORDS[i % 20]} {WORDS[i % 30]}"')
            await _measure(http, target, "a beginning", lambda i: f"{WORDS[100 + i][:4]}*")
            await _measure(http, target, "in one channel", lambda i: f"{WORDS[i % 20]} in:channel-{1 + i}")


async def _ask(http: aiohttp.ClientSession, target: Server, q: str) -> bool:
    """Searches, and says whether all messages were searched."""
    async with http.get(f"/api/search?workspace_id={target.workspace_id}&q={quote(q)}") as answer:
        text = await answer.text()
        if answer.status != 200:
            raise RuntimeError(text)
        return '"incomplete"' not in text


async def _measure(http: aiohttp.ClientSession, target: Server, label: str, query_of: Callable[[int], str]) -> None:
    taken: list[float] = []
    for number in range(REQUESTS):
        start = time.perf_counter()
        if not await _ask(http, target, query_of(number)):
            raise RuntimeError("the index is behind")
        taken.append((time.perf_counter() - start) * 1000)
    taken.sort()
    print(f"{label}: p50 {statistics.median(taken):.1f} ms, p95 {taken[int(REQUESTS * 0.95)]:.1f} ms", flush=True)
