"""WebSockets that cannot slow anybody down: whole frames written at once, a bounded buffer, a close that always ends.

Limits (contract chat 1.7, 5.6; design section 5): client frames of 64 KiB, a ping after 25 s of silence and 12.5 s for
its answer, 10 s to take a close, 128 KiB waiting in the server beside a 64 KiB socket buffer.
"""

import asyncio
import contextlib
import socket
import struct
import time

from aiohttp import WSCloseCode, WSMsgType, web

from clickclack.kernel.http.headers import sign
from clickclack.kernel.hub import OVERFLOW

BUFFER_LIMIT = 128 * 1024
SEND_BUFFER = 64 * 1024
CLOSE_SECONDS = 10.0
LEAVING_SECONDS = 1.0
SILENT_SECONDS = 25.0
PONG_SECONDS = 12.5
PING = b"\x89\x00"
_ENDS = frozenset({WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR})


def text_frame(payload: bytes) -> bytes:
    """One unmasked, final text frame (RFC 6455 section 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65_536:
        return struct.pack("!BBH", 0x81, 126, size) + payload
    return struct.pack("!BBQ", 0x81, 127, size) + payload


class Socket:
    """The server side of one WebSocket. `send` and `close` never wait; `listen` returns when the connection is over."""

    __slots__ = ("_ending", "_heard", "_pinged", "_response", "_transport", "_until")

    def __init__(self, response: web.WebSocketResponse, transport: asyncio.Transport) -> None:
        self._response = response
        self._transport = transport
        self._ending: asyncio.Task[None] | None = None
        self._heard = time.monotonic()
        self._pinged = False
        self._until: float | None = None

    @classmethod
    async def accept(cls, request: web.Request, protocol: str | None = None) -> "Socket":
        """Answers the upgrade, echoing `protocol` when the client offered it; 400 when it is no upgrade."""
        response = web.WebSocketResponse(
            protocols=(protocol,) if protocol else (),
            autoping=False,
            timeout=CLOSE_SECONDS,
            max_msg_size=64 * 1024,
            compress=False,
        )
        sign(request, response)
        await response.prepare(request)
        transport = request.transport
        if transport is None:
            raise ConnectionResetError("the client left during the upgrade")
        raw: socket.socket | None = transport.get_extra_info("socket")
        if raw is not None:
            with contextlib.suppress(OSError):  # a smaller buffer only makes a stalled reader show sooner
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        return cls(response, transport)

    @property
    def response(self) -> web.WebSocketResponse:
        return self._response

    def send(self, frames: bytes) -> None:
        """Writes whole frames, or closes with 1013 when the reader is too far behind.

        A reader that keeps up, with 64 KiB or less waiting, may be sent more than the buffer's bound at once.
        """
        if self._ending is not None or self._transport.is_closing():
            return
        waiting = self._transport.get_write_buffer_size()
        if waiting > SEND_BUFFER and waiting + len(frames) > BUFFER_LIMIT:
            self.close(*OVERFLOW)
            return
        self._transport.write(frames)

    def offer(self, frames: bytes) -> None:
        """Writes whole frames that nobody misses, or leaves them out while more than 64 KiB wait."""
        if self._transport.get_write_buffer_size() <= SEND_BUFFER:
            self.send(frames)

    def close(self, code: int, reason: str) -> None:
        """Starts the closing handshake; the connection is dropped when it is not done in 10 s.

        With 1001 in 1 s: the server ends and waits for no one.
        """
        if self._ending is None:
            self._ending = asyncio.create_task(self._end(code, reason), name="socket close")

    async def _end(self, code: int, reason: str) -> None:
        seconds = LEAVING_SECONDS if code == WSCloseCode.GOING_AWAY else CLOSE_SECONDS
        try:
            async with asyncio.timeout(seconds):
                await self._response.close(code=code, message=reason.encode())
        except (TimeoutError, ConnectionError):
            self._transport.abort()

    async def drained(self) -> None:
        """Waits until the reader has taken enough to be sent more; drops a reader that takes nothing for 10 s."""
        deadline = time.monotonic() + CLOSE_SECONDS
        while self._transport.get_write_buffer_size() > SEND_BUFFER and not self._transport.is_closing():
            if time.monotonic() > deadline:
                self._transport.abort()
                return
            await asyncio.sleep(0.01)

    def end_after(self, seconds: float | None) -> None:
        """Has the socket closed with 1008 after so long; None is never."""
        self._until = None if seconds is None else time.monotonic() + seconds

    def beat(self, now: float) -> None:
        """Pings a reader that is silent, drops one that stays silent, closes one whose time is over.

        `now` is of the monotonic clock; whoever owns the socket calls this about once a second.
        """
        silent = now - self._heard
        if self._ending is not None:
            return
        if self._until is not None and now >= self._until:
            self.close(1008, "session expired")
        elif silent > SILENT_SECONDS + PONG_SECONDS:
            self._transport.abort()
        elif silent > SILENT_SECONDS and not self._pinged:
            self._pinged = True
            self.send(PING)

    async def listen(self) -> None:
        """Reads what the client says until it leaves; answers pings and ignores the rest."""
        try:
            while (message := await self._response.receive()).type not in _ENDS:
                self._heard, self._pinged = time.monotonic(), False
                if message.type is WSMsgType.PING:
                    await self._response.pong(message.data)
        finally:
            if self._ending is not None:
                await self._ending
