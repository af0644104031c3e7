"""Durable messages a second through HTTP, beside a no-op through the same stack and the units without HTTP.

Each answer comes after its commit is on disk. The three are measured in turn, several times; medians count.
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
            rates: dict[str, list[float]] = {"post": [], "noop": [], "units": []}
            worst: list[float] = []
            for _ in range(ROUNDS):
                posted = await load(target, path, BODY, connections, SECONDS)
                worst.append(posted["p99"])
                rates["post"].append(posted["rate"])
                rates["noop"].append((await load(target, "/api/noop", BODY, connections, SECONDS))["rate"])
                rates["units"].append(await _units(connections))
            report(connections, rates, worst)


def report(connections: int, rates: dict[str, list[float]], worst: list[float]) -> None:
    post, noop, units = (statistics.median(rates[name]) for name in ("post", "noop", "units"))
    to_noop = statistics.median(p / n for p, n in zip(rates["post"], rates["noop"], strict=True))
    to_units = statistics.median(p / u for p, u in zip(rates["post"], rates["units"], strict=True))
    print(
        f"{connections:3} connections: {post:6.0f} messages/s (p99 {statistics.median(worst):.1f} ms),"
        f" no-op {noop:6.0f}/s, units {units:6.0f}/s; ratio to no-op {to_noop:.2f}, to units {to_units:.2f}",
        flush=True,
    )


async def _units(callers: int) -> float:
    """Posts by units alone, in a process of their own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, HERE / "units.py", str(callers), str(SECONDS), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("the units failed")
    return float(out)
