"""Many keep-alive connections that send one prepared request after another, in a process of its own.

Run as `load.py <port> <path> <token> <connections> <seconds>` with the body on standard input; `%d` in it becomes a
number. Prints JSON: answers a second and the 50th and 99th percentile in milliseconds. Other statuses than 201 and
202 end it.
"""

import asyncio
import json
import sys
import time


class Sender(asyncio.Protocol):
    """One connection with one request under way at a time."""

    def __init__(self, head: bytes, body: bytes, taken: list[float], until: float, done: asyncio.Future[None]) -> None:
        self._head, self._body, self._taken, self._until, self._done = head, body, taken, until, done
        self._buffer = b""
        self._started = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def _send(self) -> None:
        body = self._body.replace(b"%d", b"%d" % len(self._taken))
        self._started = time.perf_counter()
        self._transport.write(self._head % len(body) + body)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, split, rest = self._buffer.partition(b"\r\n\r\n")
        if not split:
            return
        size = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(rest) < size:
            return
        if not head.startswith((b"HTTP/1.1 201", b"HTTP/1.1 202")):
            self._finish(RuntimeError(self._buffer[:300].decode(errors="replace")))
            return
        self._buffer = b""
        now = time.perf_counter()
        self._taken.append(now - self._started)
        if now < self._until:
            self._send()
        else:
            self._finish(None)

    def _finish(self, error: Exception | None) -> None:
        self._transport.close()
        if self._done.done():
            return
        if error is None:
            self._done.set_result(None)
        else:
            self._done.set_exception(error)


async def main(port: int, path: str, token: str, connections: int, seconds: float) -> None:
    body = sys.stdin.buffer.read()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\nContent-Length: "
    ).encode() + b"%d\r\n\r\n"
    loop = asyncio.get_running_loop()
    taken: list[float] = []
    start = time.perf_counter()
    waiting: list[asyncio.Future[None]] = []
    for _ in range(connections):
        done = loop.create_future()
        waiting.append(done)
        await loop.create_connection(lambda d=done: Sender(head, body, taken, start + seconds, d), "127.0.0.1", port)
    await asyncio.wait_for(asyncio.gather(*waiting), seconds + 30)
    elapsed = time.perf_counter() - start
    taken.sort()
    percentiles = [round(taken[int(len(taken) * part)] * 1000, 2) for part in (0.5, 0.99)]
    print(json.dumps({"rate": len(taken) / elapsed, "p50": percentiles[0], "p99": percentiles[1], "count": len(taken)}))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5])))
