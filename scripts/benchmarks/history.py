"""A page of 50 and the list of 500 channels on 1,000,000 messages: p50, p99 and the plans of their statements."""

import asyncio
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from random import Random

import aiohttp
from processes import Server, server

from clickclack.app import FOLDERS, furnish, open_data
from clickclack.chat.channels import ChannelFields, found_channel
from clickclack.identity import bootstrap
from clickclack.kernel.clock import SystemClock
from clickclack.kernel.database import Database
from clickclack.kernel.ids import new_id
from clickclack.kernel.opening import prepare_directory
from clickclack.kernel.transaction import Tx
from clickclack.settings import Settings

CHANNELS = 500
MESSAGES = 1_000_000
REQUESTS = 300
WORDS = [f"{''.join(Random(n).choices('aeioulnrstdkm', k=2 + n % 8))}{n % 10}" for n in range(30_000)]  # noqa: S311
"""As in a language: the first word is in half of the messages, the thousandth in one of a thousand."""
_WEIGHTS = list(accumulate(1 / (rank + 1) for rank in range(len(WORDS))))
_INSERT = (
    "INSERT INTO messages (id, channel_n, author_n, channel_seq, channel_ordinal, author_ordinal, body, created_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        await fill(data)
        async with server(data) as target, aiohttp.ClientSession(target.origin, headers=target.headers) as http:
            busiest = await _busiest(http, target)
            last = busiest["last_seq"]
            path = f"/api/channels/{busiest['id']}/messages"
            print(f"{MESSAGES:,} messages, {CHANNELS} channels, {last:,} in the busiest; {REQUESTS} requests each")
            await _measure(http, "newest page of 50", lambda i: f"{path}?limit=50")
            await _measure(http, "page of 50 anywhere", lambda i: f"{path}?limit=50&before_seq={1 + i * 7919 % last}")
            await _measure(
                http, "page of 50 around one", lambda i: f"{path}?limit=50&around_seq={1 + i * 104729 % last}"
            )
            listing = f"/api/workspaces/{target.workspace_id}/channels"
            await _measure(http, f"list of {CHANNELS} channels", lambda i: listing)


async def fill(data: Path) -> None:
    settings = Settings(data=data)
    prepare_directory(data, FOLDERS)
    open_data(settings)
    db = await Database.open(settings.database, SystemClock())
    await db.write(bootstrap.dev, furnish)
    await db.write(_channels)
    await db.close()
    start = time.perf_counter()
    await asyncio.to_thread(_messages, settings.database)
    print(f"filled in {time.perf_counter() - start:.0f} s, {settings.database.stat().st_size / 1e6:.0f} MB")


def _channels(tx: Tx) -> None:
    workspace_n = tx.value("SELECT n FROM workspaces")
    for number in range(1, CHANNELS):
        found_channel(tx, workspace_n, ChannelFields(name=f"channel-{number}"))


def _messages(path: Path) -> None:
    """A third of the messages in the first channel, the rest spread over the others; ten people write."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN")
    people = [1]
    for number in range(9):
        row = (new_id("usr"), f"Person {number}")
        people.append(
            connection.execute(
                "INSERT INTO users (id, kind, display_name, created_at) VALUES (?, 'human', ?, 0) RETURNING n", row
            ).fetchone()[0]
        )
    choice = Random(1)  # noqa: S311 - the same words in every run
    seqs, own = [0] * (CHANNELS + 1), dict[tuple[int, int], int]()
    for number in range(MESSAGES):
        channel = 1 if number % 3 == 0 else 2 + number % (CHANNELS - 1)
        author = people[number * 7 % len(people)]
        seqs[channel] += 1
        own[channel, author] = own.get((channel, author), 0) + 1
        body = f"{number} {' '.join(choice.choices(WORDS, cum_weights=_WEIGHTS, k=choice.randint(3, 25)))}"
        place = (channel, author, seqs[channel], seqs[channel], own[channel, author])
        connection.execute(_INSERT, (new_id("msg"), *place, body, number))
    for channel, last in enumerate(seqs):
        connection.execute("UPDATE channels SET last_seq = ?, message_count = ? WHERE n = ?", (last, last, channel))
    for (channel, author), posted in own.items():
        row = (channel, author, posted)
        connection.execute("INSERT INTO channel_reads (channel_n, user_n, posted) VALUES (?, ?, ?)", row)
    connection.execute("COMMIT")
    connection.close()


async def _busiest(http: aiohttp.ClientSession, target: Server) -> dict[str, int]:
    async with http.get(f"/api/workspaces/{target.workspace_id}/channels") as answer:
        return max((await answer.json())["channels"], key=lambda channel: channel["last_seq"])


async def _measure(http: aiohttp.ClientSession, label: str, path_of: Callable[[int], str]) -> None:
    taken: list[float] = []
    for number in range(REQUESTS):
        start = time.perf_counter()
        async with http.get(path_of(number)) as answer:
            await answer.read()
            if answer.status != 200:
                raise RuntimeError(await answer.text())
        taken.append((time.perf_counter() - start) * 1000)
    taken.sort()
    print(f"{label}: p50 {statistics.median(taken):.1f} ms, p99 {taken[int(REQUESTS * 0.99)]:.1f} ms", flush=True)
