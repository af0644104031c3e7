"""Servers that are told of events: some answer at once and note how old the event is, the others never answer.

Run as `receivers.py <healthy> <silent>`; prints their ports as JSON, the healthy ones first. When its standard input
ends it prints how many events came, and the 50th and 99th percentile and the maximum of their ages in milliseconds.
"""

import asyncio
import json
import sys
import time
from datetime import datetime

_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
ages: list[float] = []
silenced = 0


class Healthy(asyncio.Protocol):
    """Answers each request on a connection that is kept."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, split, rest = self._buffer.partition(b"\r\n\r\n")
        if not split:
            return
        size = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(rest) < size:
            return
        self._buffer = b""
        made = rest.partition(b'"created_at":"')[2].partition(b'"')[0].decode()
        ages.append(time.time() - datetime.fromisoformat(made).timestamp())
        self._transport.write(_OK)


class Silent(asyncio.Protocol):
    """Takes what comes and says nothing."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        global silenced  # noqa: PLW0603
        silenced += 1


async def main(healthy: int, silent: int) -> None:
    loop = asyncio.get_running_loop()
    protocols = [Healthy] * healthy + [Silent] * silent
    servers = [await loop.create_server(protocol, "127.0.0.1", 0) for protocol in protocols]
    print(json.dumps([server.sockets[0].getsockname()[1] for server in servers]), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    ages.sort()
    p50, p99, worst = (round(ages[int((len(ages) - 1) * part)] * 1000, 1) for part in (0.5, 0.99, 1))
    print(json.dumps({"count": len(ages), "p50": p50, "p99": p99, "max": worst, "silenced": silenced}))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
