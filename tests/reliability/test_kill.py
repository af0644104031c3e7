"""What was acknowledged survives a kill at any moment: once, unchanged, and in order."""

import asyncio
import random
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.served import Served, served

ROUNDS = 4
WRITERS = 16


@dataclass
class History:
    """What the writers sent, and what they were answered: nonce to sequence."""

    sent: dict[str, str] = field(default_factory=lambda: dict[str, str]())
    acknowledged: dict[str, int] = field(default_factory=lambda: dict[str, int]())


async def channel_of(http: aiohttp.ClientSession) -> tuple[str, str]:
    async with http.get("/api/workspaces") as answer:
        workspace_id: str = (await answer.json())["workspaces"][0]["id"]
    async with http.get(f"/api/workspaces/{workspace_id}/channels") as answer:
        return workspace_id, (await answer.json())["channels"][0]["id"]


async def write(http: aiohttp.ClientSession, channel_id: str, writer: str, history: History) -> None:
    """Posts until the server is gone."""
    number = 0
    while True:
        nonce, body = f"{writer}-{number}", f"number {number} of {writer}"
        history.sent[nonce] = body
        try:
            answer = await post(http, channel_id, nonce, body)
        except aiohttp.ClientError:
            return
        history.acknowledged[nonce] = answer["message"]["channel_seq"]
        number += 1


async def post(http: aiohttp.ClientSession, channel_id: str, nonce: str, body: str) -> dict[str, Any]:
    async with http.post(f"/api/channels/{channel_id}/messages", json={"body": body, "nonce": nonce}) as answer:
        assert answer.status in (200, 201), await answer.text()
        return await answer.json()


async def all_messages(http: aiohttp.ClientSession, channel_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        after = found[-1]["channel_seq"] if found else 0
        async with http.get(f"/api/channels/{channel_id}/messages?limit=200&after_seq={after}") as answer:
            page = await answer.json()
        found += page["messages"]
        if not page["has_newer"]:
            return found


async def all_events(http: aiohttp.ClientSession, workspace_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        cursor = found[-1]["cursor"] if found else ""
        query = {"workspace_id": workspace_id, "limit": "500", "after_cursor": cursor}
        async with http.get("/api/realtime/events", params=query) as answer:
            page = (await answer.json())["events"]
        if not page:
            return found
        found += page


async def load_and_kill(server: Served, history: History, name: str) -> None:
    async with aiohttp.ClientSession(server.origin) as http:
        _, channel_id = await channel_of(http)
        writers = [asyncio.create_task(write(http, channel_id, f"{name}-{n}", history)) for n in range(WRITERS)]
        await asyncio.sleep(random.uniform(0.4, 1.2))
        await server.kill()
        await asyncio.gather(*writers)


@pytest.mark.slow
async def test_every_acknowledged_message_is_there_once_and_in_order_after_kills_under_load(tmp_path: Path):
    history = History()
    for number in range(ROUNDS):
        async with served(tmp_path) as server:
            await load_and_kill(server, history, f"round{number}")
    assert len(history.acknowledged) > ROUNDS * WRITERS

    async with served(tmp_path) as server, aiohttp.ClientSession(server.origin) as http:
        workspace_id, channel_id = await channel_of(http)
        messages = await all_messages(http, channel_id)
        events = await all_events(http, workspace_id)

        by_nonce = {message["nonce"]: message for message in messages}
        assert len(by_nonce) == len(messages), "a message is there twice"
        assert [m["channel_seq"] for m in messages] == list(range(1, len(messages) + 1)), "the sequence has gaps"
        stored = {nonce: message["channel_seq"] for nonce, message in by_nonce.items()}
        assert {n: stored.get(n) for n in history.acknowledged} == history.acknowledged
        assert {m["nonce"]: m["body"] for m in messages}.items() <= history.sent.items()

        created = [e["payload"]["message_id"] for e in events if e["type"] == "message.created"]
        assert created == [m["id"] for m in messages], "the log tells another story than the channel"
        cursors = [event["cursor"] for event in events]
        assert cursors == sorted(set(cursors))

        unanswered = history.sent.keys() - history.acknowledged.keys()
        for nonce in unanswered:
            await post(http, channel_id, nonce, history.sent[nonce])
        again = await all_messages(http, channel_id)
        assert sorted(m["nonce"] for m in again) == sorted(history.sent)

    connection = sqlite3.connect(tmp_path / "clickclack.db")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        connection.close()
