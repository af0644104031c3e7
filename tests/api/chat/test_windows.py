"""Windows of a channel's history, against a list and a slice (contract chat 1.6, 4.7, 13.4)."""

from typing import Any

import pytest

from tests.client import Client
from tests.conftest import Server

LAST = 10


@pytest.fixture
async def reader(server: Server) -> Client:
    """Somebody who may read a channel of ten messages."""
    for number in range(1, LAST + 1):
        await server.member.say(server.cast.general, f"number {number}")
    return server.bot_read


async def page(reader: Client, server: Server, query: str, want: int = 200) -> Any:
    return await reader.get(f"/api/channels/{server.cast.general}/messages?{query}", want)


def expected(side: str, n: int, limit: int) -> list[int]:
    seqs = range(1, LAST + 1)
    if side == "before":
        return [s for s in seqs if s < n][-limit:]
    if side == "after":
        return [s for s in seqs if s > n][:limit]
    below, above = [s for s in seqs if s <= n], [s for s in seqs if s > n]
    first, rest = -(-limit // 2), limit // 2
    first, rest = first + max(0, rest - len(above)), rest + max(0, first - len(below))
    return below[-first:] + above[:rest]


@pytest.mark.parametrize("side", ["before", "after", "around"])
async def test_every_window_is_a_slice(server: Server, reader: Client, side: str) -> None:
    for limit in (1, 2, 3, 4, 5, 10, 11):
        for n in range(LAST + 3):
            answer = await page(reader, server, f"{side}_seq={n}&limit={limit}")
            seqs = expected(side, n, limit)
            found = [message["channel_seq"] for message in answer.pop("messages")]
            assert (side, n, limit, found) == (side, n, limit, seqs)
            assert answer == {
                "oldest_seq": seqs[0] if seqs else 0,
                "newest_seq": seqs[-1] if seqs else 0,
                "has_older": bool(seqs) and seqs[0] > 1,
                "has_newer": bool(seqs) and seqs[-1] < LAST,
            }


VECTORS: list[tuple[str, list[int]]] = [
    ("around_seq=9&limit=4", [7, 8, 9, 10]),
    ("around_seq=1&limit=4", [1, 2, 3, 4]),
    ("around_seq=5&limit=5", [3, 4, 5, 6, 7]),
    ("limit=3", [8, 9, 10]),
    ("mode=latest&limit=2", [9, 10]),
    ("after_seq=0&limit=2", [1, 2]),
    ("after_seq=999999999999999999", []),
    ("unknown=1&limit=1", [10]),
]


async def test_the_vectors(server: Server, reader: Client) -> None:
    for query, seqs in VECTORS:
        found = [m["channel_seq"] for m in (await page(reader, server, query))["messages"]]
        assert (query, found) == (query, seqs)


WRONG = [
    "before_seq=3&after_seq=1",
    "before_seq=3&around_seq=1",
    "after_seq=3&around_seq=1",
    "before_seq=",
    "after_seq=%20",
    "around_seq=-1",
    "before_seq=1.5",
    "before_seq=1e3",
    "before_seq=%D9%A1",
    "before_seq=0x1",
    "after_seq=9999999999999999999999",
    "mode=oldest",
    "mode=",
    "mode=latest&before_seq=3",
]


async def test_a_wrong_window_is_refused(server: Server, reader: Client) -> None:
    for query in WRONG:
        answer = await page(reader, server, query, 400)
        assert answer["error"].startswith("invalid message page request"), query


async def test_a_limit_out_of_range_is_a_hundred(server: Server) -> None:
    for number in range(105):
        await server.member.say(server.cast.general, str(number))
    for limit in ("500", "201", "0", "-1", "x", "", "1.5", "99999999999"):
        assert len((await page(server.member, server, f"limit={limit}"))["messages"]) == 100
    for limit in (1, 104, 200):
        assert len((await page(server.member, server, f"limit={limit}"))["messages"]) == min(limit, 105)


async def test_an_empty_channel_is_an_empty_page(server: Server) -> None:
    for query in ("", "before_seq=1", "after_seq=0", "around_seq=1", "mode=latest"):
        assert await page(server.member, server, query) == {
            "messages": [],
            "oldest_seq": 0,
            "newest_seq": 0,
            "has_older": False,
            "has_newer": False,
        }
