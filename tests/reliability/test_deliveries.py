"""A subscribed server is told of everything that was acknowledged, whenever the server is killed, each under one id."""

import asyncio
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from clickclack.kernel.outbound import SWITCH
from tests.callbacks import Received, Receiver, receiving
from tests.reliability.test_kill import History, all_events, channel_of, load_and_kill
from tests.served import served

ROUNDS = 3
SECONDS = 40.0


async def subscribe(http: aiohttp.ClientSession, workspace_id: str, url: str) -> str:
    body = {"event_types": ["message.created"], "callback_url": url}
    async with http.post(f"/api/workspaces/{workspace_id}/event-subscriptions", json=body) as answer:
        assert answer.status == 201, await answer.text()
        secret: str = (await answer.json())["event_subscription"]["signing_secret"]
        return secret


def by_event(got: list[Received]) -> dict[str, set[str]]:
    """The ids under which each event was told."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for received in got:
        found[received.json["event"]["id"]].add(received.headers["webhook-id"])
    return found


async def until_told(receiver: Receiver, events: list[dict[str, Any]]) -> None:
    wanted = {event["id"] for event in events if event["type"] == "message.created"}
    async with asyncio.timeout(SECONDS):
        while True:
            if wanted <= by_event(receiver.got).keys():
                return
            await asyncio.sleep(0.2)


@pytest.mark.slow
async def test_nothing_is_lost_and_nothing_gets_a_second_id_however_often_the_server_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SWITCH, "1")
    history = History()
    async with receiving() as receiver:
        async with served(tmp_path) as server, aiohttp.ClientSession(server.origin) as http:
            workspace_id, _ = await channel_of(http)
            secret = await subscribe(http, workspace_id, receiver.url)
        for number in range(ROUNDS):
            async with served(tmp_path) as server:
                await load_and_kill(server, history, f"round{number}")
                await asyncio.sleep(random.uniform(0, 0.2))
        assert len(history.acknowledged) > 100

        async with served(tmp_path) as server, aiohttp.ClientSession(server.origin) as http:
            events = await all_events(http, workspace_id)
            await until_told(receiver, events)
            told = by_event(receiver.got)
            assert told.keys() == {event["id"] for event in events if event["type"] == "message.created"}
            assert set(map(len, told.values())) == {1}, "an event was told under two ids"
            assert len({i for ids in told.values() for i in ids}) == len(told), "two events were told under one id"
            nonces = {received.json["event"]["payload"]["nonce"] for received in receiver.got}
            assert nonces >= history.acknowledged.keys()
            assert all(received.is_signed_with(secret) for received in receiver.got[-100:])
