"""One message to 1,000 sockets of one channel: the time to the last receiver, deliveries a second, memory a socket."""

import asyncio
import socket
import statistics
import sys
import time

import aiohttp
from memory import resident_kib
from processes import HERE, Server, load, server

SOCKETS = 1000
MESSAGES = 60
SIGNAL = '{"workspace_id": "%s", "type": "typing.started", "channel_id": "%s", "payload": {"text": "%s"}}'


class Listeners:
    """The process that listens."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, target: Server, cursor: str) -> "Listeners":
        arguments = [str(target.port), target.token, target.workspace_id, cursor, str(SOCKETS)]
        pipe = asyncio.subprocess.PIPE
        script = HERE / "listeners.py"
        listeners = cls(
            await asyncio.create_subprocess_exec(sys.executable, script, *arguments, stdin=pipe, stdout=pipe)
        )
        await listeners.line()
        return listeners

    async def line(self) -> str:
        assert self._process.stdout is not None
        return (await asyncio.wait_for(self._process.stdout.readline(), 90)).decode().strip()

    def tell(self, text: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{text}\n".encode())

    async def end(self) -> None:
        self.tell("end")
        await self._process.wait()


async def main() -> None:
    async with server() as target, aiohttp.ClientSession(target.origin, headers=target.headers) as http:
        before = resident_kib(target.pid)
        cursor = await _first_cursor(http, target)
        listeners = await Listeners.start(target, cursor)
        await asyncio.sleep(1)
        each = (resident_kib(target.pid) - before) / SOCKETS
        print(f"{SOCKETS} idle sockets: {each:.1f} KiB each; the server without them: {before / 1024:.0f} MiB")
        await _latency(http, target, listeners)
        print(f"a bare loop of send calls: {_bare_sends():,.0f} a second")
        await _rate(target, listeners, connections=1, label="one frame a write")
        await _rate(target, listeners, connections=64, label="bursts of 64 callers")
        await listeners.end()


def _bare_sends(rounds: int = 20, size: int = 400) -> float:
    """What the kernel allows: one write of a frame's size to each of as many loopback connections, and nothing else."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=SOCKETS)
    pairs = [(socket.create_connection(listener.getsockname()), listener.accept()[0]) for _ in range(SOCKETS)]
    frame = b"x" * size
    start = time.perf_counter()
    for _ in range(rounds):
        for sender, _ in pairs:
            sender.send(frame)
    elapsed = time.perf_counter() - start
    for pair in pairs:
        for end in pair:
            end.close()
    listener.close()
    return rounds * SOCKETS / elapsed


async def _first_cursor(http: aiohttp.ClientSession, target: Server) -> str:
    async with http.post(f"/api/channels/{target.channel_id}/messages", json={"body": "first"}) as answer:
        return (await answer.json())["event"]["cursor"]


async def _latency(http: aiohttp.ClientSession, target: Server, listeners: Listeners) -> None:
    taken: list[float] = []
    for number in range(MESSAGES):
        listeners.tell("1")
        start = time.monotonic()
        async with http.post(f"/api/channels/{target.channel_id}/messages", json={"body": f"message {number}"}):
            pass
        taken.append((float(await listeners.line()) - start) * 1000)
        await asyncio.sleep(0.05)
    taken.sort()
    worst = taken[int(len(taken) * 0.99)]
    print(f"from the post to the last of {SOCKETS}: p50 {statistics.median(taken):.0f} ms, p99 {worst:.0f} ms")


async def _rate(target: Server, listeners: Listeners, *, connections: int, label: str) -> None:
    body = SIGNAL % (target.workspace_id, target.channel_id, "x" * 120)
    rates: list[float] = []
    for _ in range(3):
        start = time.monotonic()
        sent = await load(target, "/api/realtime/ephemeral", body, connections, 2.0)
        listeners.tell(str(int(sent["count"])))
        rates.append(sent["count"] * SOCKETS / (float(await listeners.line()) - start))
    print(f"{label}: {statistics.median(rates):,.0f} deliveries/s (medians of 3; frames of about 400 bytes)")
