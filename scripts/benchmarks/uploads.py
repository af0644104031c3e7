"""Large uploads while people go on posting: what they cost who posts, and how much memory they take.

Rounds without an upload and with one take turns on one server; messages are posted at a steady rate in both. The file
is sent as fast as the server takes it. An argument, `uploads=1024`, is its size in MiB.
"""

import asyncio
import statistics
import sys

import steady
from memory import resident_kib
from processes import HERE, Server, server
from steady import Times, report

SIZE = 256
RATE = 300
SECONDS = 4.0
ROUNDS = 4


async def main(argument: str = "") -> None:
    size = int(argument or SIZE)
    async with server() as target:
        channels = [target.channel_id]
        await steady.post(target, channels, RATE, SECONDS)
        start_memory = resident_kib(target.pid)
        memory = [start_memory]
        without: list[Times] = []
        during: list[Times] = []
        seconds: list[float] = []
        watching = asyncio.create_task(_watch(target.pid, memory))
        for _ in range(ROUNDS):
            without.append(await steady.post(target, channels, RATE, SECONDS))
            sending = asyncio.create_task(_send(target, size))
            while not sending.done():
                during.append(await steady.post(target, channels, RATE, SECONDS, sending.done))
            seconds.append(await sending)
        watching.cancel()
    print(
        f"  {size} MiB in {statistics.median(seconds):.1f} s ({size / statistics.median(seconds):.0f} MiB/s),"
        f" resident memory grew by {(max(memory) - start_memory) / 1024:.1f} MiB in {ROUNDS} uploads"
    )
    report("without an upload", without)
    report("during an upload", during)


async def _send(target: Server, size: int) -> float:
    """How many seconds one upload took, sent by a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, HERE / "uploader.py", str(target.port), target.token, target.workspace_id, str(size)),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    return float(out)


async def _watch(pid: int, found: list[int]) -> None:
    while True:
        found.append(resident_kib(pid))
        await asyncio.sleep(0.05)
