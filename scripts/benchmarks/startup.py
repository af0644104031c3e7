"""From the start to the first answer, and memory when idle: from source, and from the directory build."""

import asyncio
import contextlib
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
from memory import resident_kib

ROOT = Path(__file__).parents[2]
RUNS = 5


async def main() -> None:
    await _measure("from source", [sys.executable, "-m", "clickclack"])
    built = ROOT / "dist/clickclack/clickclack"
    if built.exists():
        await _measure("from the directory build", [str(built)])
    else:
        print("no directory build: scripts/build makes one")


async def _measure(label: str, command: list[str]) -> None:
    first: list[float] = []
    again: list[float] = []
    memory: list[int] = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            first.append((await _start(command, folder))[0])
            seconds, kib = await _start(command, folder)
            again.append(seconds)
            memory.append(kib)
    print(
        f"{label}: first answer after {statistics.median(again):.2f} s ({statistics.median(first):.2f} s with a new"
        f" data directory), {statistics.median(memory) / 1024:.0f} MiB idle; medians of {RUNS}",
        flush=True,
    )


async def _start(command: list[str], data: str) -> tuple[float, int]:
    port = 20_000 + os.getpid() % 20_000
    arguments = ["serve", "--dev-bootstrap", "--data", data, "--addr", f"127.0.0.1:{port}"]
    start = time.perf_counter()
    process = await asyncio.create_subprocess_exec(*command, *arguments, stderr=asyncio.subprocess.DEVNULL)
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
            await _first_answer(http, start)
            seconds = time.perf_counter() - start
            await asyncio.sleep(1)
            return seconds, resident_kib(process.pid)
    finally:
        process.terminate()
        await process.wait()


async def _first_answer(http: aiohttp.ClientSession, start: float) -> None:
    while time.perf_counter() - start < 30:
        with contextlib.suppress(aiohttp.ClientConnectorError):
            async with http.get("/api/me") as answer:
                if answer.status == 200:
                    return
        await asyncio.sleep(0.005)
    raise RuntimeError("no answer in 30 s")
