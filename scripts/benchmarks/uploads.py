"""One large upload while people go on posting: what it costs them, and how much memory it takes.

`scripts/bench uploads=1024` sends so many MiB. The file is sent as fast as the server takes it.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncGenerator

import aiohttp
from memory import resident_kib
from posts import BODY
from processes import Server, load, server

MIB = 1024 * 1024
SIZE = 256
CONNECTIONS = 16
SECONDS = 2.0
ROUNDS = 3


async def main(argument: str = "") -> None:
    size = int(argument or SIZE)
    async with server() as target:
        path = f"/api/channels/{target.channel_id}/messages"
        await load(target, path, BODY, CONNECTIONS, 1.0)
        before = [(await load(target, path, BODY, CONNECTIONS, SECONDS))["p99"] for _ in range(ROUNDS)]
        start_memory = resident_kib(target.pid)
        sending = asyncio.create_task(_send(target, size))
        during, memory = list[float](), [start_memory]
        watching = asyncio.create_task(_watch(target.pid, memory))
        while not during or not sending.done():
            during.append((await load(target, path, BODY, CONNECTIONS, SECONDS))["p99"])
        watching.cancel()
        seconds = await sending
        growth = (max(memory) - start_memory) / 1024
    print(
        f"{size} MiB in {seconds:.1f} s ({size / seconds:.0f} MiB/s), resident memory grew by {growth:.1f} MiB;"
        f" p99 of posting at {CONNECTIONS} connections {statistics.median(before):.1f} ms without,"
        f" {statistics.median(during):.1f} ms (at worst {max(during):.1f}) with the upload",
        flush=True,
    )


async def _send(target: Server, size: int) -> float:
    form = aiohttp.MultipartWriter("form-data")
    part = form.append(_content(size), {"Content-Type": "application/octet-stream"})
    part.set_content_disposition("form-data", name="file", filename="large.bin")
    query = {"workspace_id": target.workspace_id}
    started = time.perf_counter()
    async with (
        aiohttp.ClientSession(target.origin, headers=target.headers) as http,
        http.post("/api/uploads", params=query, data=form) as answer,
    ):
        if answer.status != 201:
            raise RuntimeError(await answer.text())
        await answer.read()
    return time.perf_counter() - started


async def _content(size: int) -> AsyncGenerator[bytes]:
    piece = bytes(range(256)) * 1024
    for _ in range(size * MIB // len(piece)):
        yield piece


async def _watch(pid: int, found: list[int]) -> None:
    while True:
        found.append(resident_kib(pid))
        await asyncio.sleep(0.05)
