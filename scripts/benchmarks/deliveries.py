"""What event subscriptions cost who posts, and how soon servers are told while others of them never answer.

Messages are posted at a steady rate into as many workspaces as there are subscriptions, each subscribed to by one
server: first with nobody subscribed, then with all. Ages count from the event to its arrival.
An argument, `deliveries=500`, is another rate a second than 1000.
"""

import asyncio
import contextlib
import json
import os
import statistics
import sys
import time
from collections.abc import AsyncGenerator

import aiohttp
from processes import HERE, Server, server

HEALTHY, SILENT = 40, 10
SECONDS = 12.0
WARM_UP = 2.0
CONNECTIONS = 64


async def main(rate: str = "1000") -> None:
    os.environ["CLICKCLACK_ALLOW_LOOPBACK_CALLBACKS"] = "1"
    async with server() as target, aiohttp.ClientSession(target.origin, headers=target.headers) as http:
        places = [await place(http, number) for number in range(HEALTHY + SILENT)]
        channels = [channel_id for _, channel_id in places]
        await post(target, channels, int(rate), WARM_UP)
        report("nobody subscribed", await post(target, channels, int(rate), SECONDS))
        async with receivers() as (ports, told):
            for (workspace_id, _), port in zip(places, ports, strict=True):
                await subscribe(http, workspace_id, port)
            times = await post(target, channels, int(rate), SECONDS)
            report(f"{HEALTHY} servers and {SILENT} silent ones", times)
            await asyncio.sleep(5)
            found = await told()
        wanted = len(times) * HEALTHY // (HEALTHY + SILENT)
        print(
            f"  told {found['count']} of {wanted} events: age p50 {found['p50']} ms, p99 {found['p99']} ms,"
            f" max {found['max']} ms; {found['silenced']} connections to silent servers",
            flush=True,
        )


def report(what: str, times: list[float]) -> None:
    p99 = statistics.quantiles(times, n=100)[98]
    rate = len(times) / SECONDS
    print(
        f"  {what}: {rate:.0f} posts/s, p50 {statistics.median(times) * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms",
        flush=True,
    )


async def place(http: aiohttp.ClientSession, number: int) -> tuple[str, str]:
    """A new workspace with a channel."""
    async with http.post("/api/workspaces", json={"name": f"Workspace {number}"}) as answer:
        workspace_id = (await answer.json())["workspace"]["id"]
    async with http.post(f"/api/workspaces/{workspace_id}/channels", json={"name": "general"}) as answer:
        return workspace_id, (await answer.json())["channel"]["id"]


async def subscribe(http: aiohttp.ClientSession, workspace_id: str, port: int) -> None:
    body = {"event_types": ["message.created"], "callback_url": f"http://127.0.0.1:{port}/"}
    async with http.post(f"/api/workspaces/{workspace_id}/event-subscriptions", json=body) as answer:
        answer.raise_for_status()


async def post(target: Server, channels: list[str], rate: int, seconds: float) -> list[float]:
    """Posts at the rate for so long, in turn into the channels; how long each post took since it was due."""
    loop, total = asyncio.get_running_loop(), int(rate * seconds)
    times: list[float] = []
    start = time.perf_counter()

    async def work(first: int) -> None:
        _, poster = await loop.create_connection(Poster, "127.0.0.1", target.port)
        for number in range(first, total, CONNECTIONS):
            due = start + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await poster.post(target, channels[number % len(channels)], f"message number {number}")
            times.append(time.perf_counter() - due)

    await asyncio.gather(*(work(first) for first in range(CONNECTIONS)))
    return times


class Poster(asyncio.Protocol):
    """A connection with one request under way at a time."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._buffer = b""

    async def post(self, target: Server, channel_id: str, text: str) -> None:
        body = json.dumps({"body": text})
        self._answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        head = (
            f"POST /api/channels/{channel_id}/messages HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\n"
            f"Authorization: Bearer {target.token}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        )
        self._transport.write(f"{head}\r\n\r\n{body}".encode())
        await self._answer

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, split, rest = self._buffer.partition(b"\r\n\r\n")
        if split and len(rest) >= int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]):
            self._buffer = b""
            if head.startswith(b"HTTP/1.1 201"):
                self._answer.set_result(None)
            else:
                self._answer.set_exception(RuntimeError(head.decode()))


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
