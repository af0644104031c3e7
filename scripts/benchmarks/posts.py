"""Durable messages a second through HTTP, beside a no-op through the same stack and the units without HTTP.

Each answer comes after its commit is on disk. All are measured in turn, several times; medians count. HTTP and units
take turns on one interpreter, so the ratios to the no-op and to the units add up to about 1 at the most.
"""

import asyncio
import statistics
import sys

from processes import HERE, load, server

CONNECTIONS = (1, 16, 64)
ROUNDS = 5
SECONDS = 2.0
BODY = '{"body": "A message of the length that people write, number %d, and not much more than that."}'


async def main() -> None:
    async with server() as target:
        path = f"/api/channels/{target.channel_id}/messages"
        await load(target, path, BODY, 16, 1.0)
        for connections in CONNECTIONS:
            rates: dict[str, list[float]] = {"post": [], "noop": [], "units": [], "bare": []}
            worst: list[float] = []
            for _ in range(ROUNDS):
                posted = await load(target, path, BODY, connections, SECONDS)
                worst.append(posted["p99"])
                rates["post"].append(posted["rate"])
                rates["noop"].append((await load(target, "/api/noop", BODY, connections, SECONDS))["rate"])
                units, bare = await _units(connections)
                rates["units"].append(units)
                rates["bare"].append(bare)
            report(connections, rates, worst)


def report(connections: int, rates: dict[str, list[float]], worst: list[float]) -> None:
    post, noop, units, bare = (statistics.median(rates[name]) for name in ("post", "noop", "units", "bare"))
    print(
        f"{connections:3} connections: {post:6.0f} messages/s (p99 {statistics.median(worst):.1f} ms),"
        f" no-op {noop:6.0f}/s, units {units:6.0f}/s, in a bare loop {bare:6.0f}/s;"
        f" ratio to no-op {_ratio(rates, 'post', 'noop'):.2f}, to units {_ratio(rates, 'post', 'units'):.2f},"
        f" units to bare loop {_ratio(rates, 'units', 'bare'):.2f}",
        flush=True,
    )


def _ratio(rates: dict[str, list[float]], one: str, other: str) -> float:
    return statistics.median(a / b for a, b in zip(rates[one], rates[other], strict=True))


async def _units(callers: int) -> tuple[float, float]:
    """Posts by units alone, through the engine and in a bare loop, in a process of their own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, HERE / "units.py", str(callers), str(SECONDS), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("the units failed")
    engine, bare = map(float, out.split())
    return engine, bare
