"""What event subscriptions cost who posts, and how soon servers are told while others of them never answer.

A thousand deliveries a second, made in two ways: by few messages in a workspace of which all servers are told, and by
as many messages in workspaces with a server each. Rounds with subscriptions and without take turns on one server.
Ages count from the event to its arrival. An argument, `deliveries=500`, is another rate a second than 1000.
"""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

import aiohttp
import steady
from processes import HERE, Server, server
from steady import Times, report

HEALTHY, SILENT = 40, 10
SECONDS = 6.0
ROUNDS = 4
REST = 2.0
"""Seconds in which what is left of a round is delivered."""


@dataclass(frozen=True)
class Place:
    workspace_id: str
    channel_id: str


async def main(rate: str = "1000") -> None:
    os.environ["CLICKCLACK_ALLOW_LOOPBACK_CALLBACKS"] = "1"
    servers = HEALTHY + SILENT
    for workspaces, posts in ((1, int(rate) // servers), (servers, int(rate))):
        print(f"  {posts} posts/s into {workspaces} workspaces, {servers} servers of which {SILENT} are silent")
        async with server() as target, aiohttp.ClientSession(target.origin, headers=target.headers) as http:
            places = [await place(http, number) for number in range(2 * workspaces)]
            await measure(target, http, places[:workspaces], places[workspaces:], posts)


async def measure(
    target: Server, http: aiohttp.ClientSession, alone: Sequence[Place], told: Sequence[Place], posts: int
) -> None:
    async with receivers() as (ports, heard):
        for number, port in enumerate(ports):
            await subscribe(http, told[number % len(told)].workspace_id, port)
        without: list[Times] = []
        with_them: list[Times] = []
        for _ in range(ROUNDS + 1):
            without.append(await steady.post(target, [one.channel_id for one in alone], posts, SECONDS))
            with_them.append(await steady.post(target, [one.channel_id for one in told], posts, SECONDS))
            await asyncio.sleep(REST)
        found = await heard()
    report("nobody subscribed", without[1:])
    report("with subscriptions", with_them[1:])
    print(
        f"    age p50 {found['p50']} ms, p99 {found['p99']} ms, max {found['max']} ms; {found['count']} deliveries,"
        f" {found['silenced']} connections to silent servers",
        flush=True,
    )


async def place(http: aiohttp.ClientSession, number: int) -> Place:
    """A new workspace with a channel."""
    async with http.post("/api/workspaces", json={"name": f"Workspace {number}"}) as answer:
        workspace_id = (await answer.json())["workspace"]["id"]
    async with http.post(f"/api/workspaces/{workspace_id}/channels", json={"name": "general"}) as answer:
        return Place(workspace_id, (await answer.json())["channel"]["id"])


async def subscribe(http: aiohttp.ClientSession, workspace_id: str, port: int) -> None:
    body = {"event_types": ["message.created"], "callback_url": f"http://127.0.0.1:{port}/"}
    async with http.post(f"/api/workspaces/{workspace_id}/event-subscriptions", json=body) as answer:
        answer.raise_for_status()


@contextlib.asynccontextmanager
async def receivers() -> AsyncGenerator[tuple[list[int], "Told"]]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, HERE / "receivers.py", str(HEALTHY), str(SILENT)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield json.loads(await process.stdout.readline()), Told(process)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


class Told:
    """What the receivers were told, once they are asked."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def __call__(self) -> dict[str, float]:
        out, _ = await self._process.communicate(b"")
        return json.loads(out)
