"""Many WebSockets in one process that only count: `listeners.py <port> <token> <workspace> <after cursor> <count>`.

Prints `ready`; then for each line `<n>` on standard input waits until every socket has n more frames and prints the
time of the last one, in seconds of the machine's monotonic clock; `end` ends it.
"""

import os
import selectors
import socket
import sys
import time

KEY = "AAAAAAAAAAAAAAAAAAAAAA=="


class Listener:
    """One socket and the frames it has got."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.sendall(request)
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.socket.recv(4096)
        if not head.startswith(b"HTTP/1.1 101"):
            raise RuntimeError(head.decode(errors="replace"))
        self.buffer = head.partition(b"\r\n\r\n")[2]
        self.frames = 0
        self.socket.setblocking(False)

    def receive(self) -> None:
        data = self.buffer + self.socket.recv(32_768)
        at, end = 0, len(data)
        while end - at >= 4:
            size, head = data[at + 1], 2
            if size == 126:
                size, head = int.from_bytes(data[at + 2 : at + 4]), 4
            if end - at < head + size:
                break
            if data[at] == 0x81:
                self.frames += 1
            elif data[at] == 0x88:
                raise RuntimeError(f"closed: {data[at + head : at + head + size]!r}")
            at += head + size
        self.buffer = data[at:]


def main(port: int, token: str, workspace: str, cursor: str, count: int) -> None:
    request = (
        f"GET /api/realtime/ws?workspace_id={workspace}&after_cursor={cursor} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Authorization: Bearer {token}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {KEY}\r\n\r\n"
    ).encode()
    listeners = [Listener(port, request) for _ in range(count)]
    selector = selectors.DefaultSelector()
    for listener in listeners:
        selector.register(listener.socket, selectors.EVENT_READ, listener)
    selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
    print("ready", flush=True)
    expected = 0
    while True:
        for key, _ in selector.select():
            if key.data is not None:
                key.data.receive()
                continue
            line = os.read(sys.stdin.fileno(), 100).decode().strip()
            if not line or line == "end":
                return
            expected += int(line)
            catch_up(selector, [x for x in listeners if x.frames < expected], expected)
            print(time.monotonic(), flush=True)
            break  # what else was ready has been read meanwhile


def catch_up(selector: selectors.BaseSelector, behind: list[Listener], expected: int) -> None:
    """Reads until each of these has `expected` frames; gives up after a minute."""
    waiting = {id(listener) for listener in behind}
    give_up = time.monotonic() + 60
    while waiting:
        if time.monotonic() > give_up:
            raise RuntimeError(f"{len(waiting)} sockets did not get {expected} frames")
        for key, _ in selector.select(1.0):
            if key.data is not None:
                key.data.receive()
                if key.data.frames >= expected:
                    waiting.discard(id(key.data))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]))
