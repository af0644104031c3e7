"""Messages posted at a steady rate, as people do: what each took since it was due, kept up with or not."""

import asyncio
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from processes import Server

CONNECTIONS = 64


@dataclass(frozen=True)
class Times:
    """The median and the 99th percentile of what posts took, in milliseconds, and how many there were a second."""

    p50: float
    p99: float
    rate: float


async def post(
    target: Server, channels: Sequence[str], rate: int, seconds: float, over: Callable[[], bool] = lambda: False
) -> Times:
    """Posts at the rate for so long, or until it is `over`, in turn into the channels."""
    loop, total = asyncio.get_running_loop(), int(rate * seconds)
    times: list[float] = []
    start = time.perf_counter()

    async def work(first: int) -> None:
        _, poster = await loop.create_connection(_Poster, "127.0.0.1", target.port)
        for number in range(first, total, CONNECTIONS):
            if over():
                break
            due = start + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await poster.post(target, channels[number % len(channels)], f"message number {number}")
            times.append((time.perf_counter() - due) * 1000)
        poster.close()

    await asyncio.gather(*(work(first) for first in range(CONNECTIONS)))
    taken = time.perf_counter() - start
    return Times(statistics.median(times), statistics.quantiles(times, n=100)[98], len(times) / taken)


def report(what: str, rounds: list[Times]) -> None:
    """The median of the rounds; how far they lie apart is the noise."""
    p99 = sorted(one.p99 for one in rounds)
    print(
        f"    {what}: {statistics.median(one.rate for one in rounds):.0f} posts/s,"
        f" p50 {statistics.median(one.p50 for one in rounds):.1f} ms,"
        f" p99 {statistics.median(p99):.1f} ms ({p99[0]:.1f} to {p99[-1]:.1f})",
        flush=True,
    )


class _Poster(asyncio.Protocol):
    """A connection with one request under way at a time."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._buffer = b""
        self._answer: asyncio.Future[None] | None = None

    def close(self) -> None:
        self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("the server closed the connection"))

    async def post(self, target: Server, channel_id: str, text: str) -> None:
        body = json.dumps({"body": text})
        self._answer = asyncio.get_running_loop().create_future()
        head = (
            f"POST /api/channels/{channel_id}/messages HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\n"
            f"Authorization: Bearer {target.token}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        )
        self._transport.write(f"{head}\r\n\r\n{body}".encode())
        await self._answer

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, split, rest = self._buffer.partition(b"\r\n\r\n")
        if self._answer is None or not split:
            return
        if len(rest) >= int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]):
            self._buffer = b""
            if head.startswith(b"HTTP/1.1 201"):
                self._answer.set_result(None)
            else:
                self._answer.set_exception(RuntimeError(head.decode()))
