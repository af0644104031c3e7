"""What event subscriptions cost who posts, and how soon servers are told while others of them never answer.

A thousand deliveries a second, made in two ways: by few messages in a workspace of which all servers are told, while
other people post in another, and by as many messages in workspaces with a server each. Rounds with subscriptions and
without take turns; those of the first kind also with deliveries of another server beside, which show what the machine
costs anyway. Ages count from the event to its arrival. `deliveries=500` makes 500 a second instead of 1,000.
"""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import aiohttp
import steady
from processes import HERE, Server, server
from steady import Times, report

HEALTHY, SILENT = 40, 10
SERVERS = HEALTHY + SILENT
RATE = 300
"""Posts a second that are measured beside deliveries."""
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
    await _one_workspace(int(rate) // SERVERS)
    await _many_workspaces(int(rate))


async def _one_workspace(events: int) -> None:
    """Deliveries beside what is measured: the posts that make them are not."""
    print(f"  {events} posts/s of which {SERVERS} servers are told, {SILENT} of them silent; beside them:")
    async with _served() as (target, http), _served() as (other, other_http), receivers() as (ports, heard):
        alone, told, elsewhere = await place(http, 0), await place(http, 1), await place(other_http, 1)
        async with receivers() as (other_ports, _):
            for port, other_port in zip(ports, other_ports, strict=True):
                await subscribe(http, told.workspace_id, port)
                await subscribe(other_http, elsewhere.workspace_id, other_port)
            kinds: list[tuple[Server, Place | None, list[Times]]] = [
                (target, None, []),
                (target, told, []),
                (other, elsewhere, []),
            ]
            for _ in range(ROUNDS + 1):
                for sender, source, times in kinds:
                    times.append(await _post_beside(target, alone, sender, source, events))
                    await asyncio.sleep(REST)
            for what, (_, _, times) in zip(("no deliveries", "deliveries", "another server's"), kinds, strict=True):
                report(what, times[1:])
        _report_ages(await heard())


async def _post_beside(target: Server, alone: Place, sender: Server, source: Place | None, events: int) -> Times:
    others = steady.post(sender, [source.channel_id], events, SECONDS) if source else asyncio.sleep(SECONDS)
    times, _ = await asyncio.gather(steady.post(target, [alone.channel_id], RATE, SECONDS), others)
    return times


async def _many_workspaces(posts: int) -> None:
    print(f"  {posts} posts/s into {SERVERS} workspaces with a server each, {SILENT} of them silent:")
    async with _served() as (target, http), receivers() as (ports, heard):
        alone = [(await place(http, number)).channel_id for number in range(SERVERS)]
        told = [await place(http, SERVERS + number) for number in range(SERVERS)]
        for port, one in zip(ports, told, strict=True):
            await subscribe(http, one.workspace_id, port)
        without: list[Times] = []
        with_them: list[Times] = []
        for _ in range(ROUNDS + 1):
            without.append(await steady.post(target, alone, posts, SECONDS))
            with_them.append(await steady.post(target, [one.channel_id for one in told], posts, SECONDS))
            await asyncio.sleep(REST)
        report("nobody subscribed", without[1:])
        report("with subscriptions", with_them[1:])
        _report_ages(await heard())


def _report_ages(found: dict[str, float]) -> None:
    print(
        f"    age p50 {found['p50']} ms, p99 {found['p99']} ms, max {found['max']} ms; {found['count']} deliveries,"
        f" {found['silenced']} connections to silent servers",
        flush=True,
    )


@contextlib.asynccontextmanager
async def _served() -> AsyncGenerator[tuple[Server, aiohttp.ClientSession]]:
    async with server() as target, aiohttp.ClientSession(target.origin, headers=target.headers) as http:
        yield target, http


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
