"""Sends one large file as fast as the server takes it, with as little work of its own as can be.

Run as `uploader.py <port> <token> <workspace id> <MiB>`; prints the seconds that it took.
"""

import socket
import sys
import time

MIB = 1024 * 1024
BOUNDARY = "----clickclackBenchmarkBoundary0123"
PIECE = bytes(range(256)) * 1024
HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n'
    "Content-Type: application/octet-stream\r\n\r\n"
).encode()
TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()


def main(port: int, token: str, workspace_id: str, size: int) -> None:
    length = len(HEAD) + size * MIB + len(TAIL)
    request = (
        f"POST /api/uploads?workspace_id={workspace_id} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
        f"Content-Length: {length}\r\nConnection: close\r\n\r\n"
    )
    started = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request.encode() + HEAD)
        for _ in range(size * MIB // len(PIECE)):
            connection.sendall(PIECE)
        connection.sendall(TAIL)
        answer = connection.recv(65_536)
    if not answer.startswith(b"HTTP/1.1 201"):
        raise RuntimeError(answer.decode(errors="replace"))
    print(time.perf_counter() - started)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
