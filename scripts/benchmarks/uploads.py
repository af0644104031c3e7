"""Large uploads while people go on posting: what they cost who posts, and how much memory they take.

Rounds without an upload, with one, and with one to another server beside it take turns; messages are posted at a steady
rate in all. The last kind shows what an upload costs on this machine anyway: processor, disk and sender are shared, the
server is not. The file is sent as fast as it is taken. An argument, `uploads=1024`, is its size in MiB.
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
LONGEST = 120.0
ROUNDS = 4


async def main(argument: str = "") -> None:
    size = int(argument or SIZE)
    async with server() as target, server() as other:
        await _post(target, SECONDS)
        start_memory = resident_kib(target.pid)
        memory = [start_memory]
        without: list[Times] = []
        during: list[Times] = []
        beside: list[Times] = []
        seconds: list[float] = []
        watching = asyncio.create_task(_watch(target.pid, memory))
        for _ in range(ROUNDS):
            without.append(await _post(target, SECONDS))
            sending = asyncio.create_task(_send(target, size))
            during.append(await _post(target, LONGEST, sending))
            seconds.append(await sending)
            sending = asyncio.create_task(_send(other, size))
            beside.append(await _post(target, LONGEST, sending))
            await sending
        watching.cancel()
    print(
        f"  {size} MiB in {statistics.median(seconds):.1f} s ({size / statistics.median(seconds):.0f} MiB/s),"
        f" resident memory grew by {(max(memory) - start_memory) / 1024:.1f} MiB in {ROUNDS} uploads"
    )
    report("without an upload", without)
    report("during an upload", during)
    report("during an upload to another server", beside)


async def _post(target: Server, seconds: float, meanwhile: asyncio.Task[float] | None = None) -> Times:
    """Posts for so long, or until the other task is done."""
    return await steady.post(target, [target.channel_id], RATE, seconds, meanwhile.done if meanwhile else lambda: False)


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
