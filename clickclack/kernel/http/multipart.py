"""A form with files, read as it comes in: part after part, nothing held but one piece (RFC 7578, RFC 2046 5.1).

The HTTP library's own reader opens parts within parts, which forms do not have, and so cannot read a file whose type is
itself `multipart/…`.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

from aiohttp import web

from clickclack.kernel.errors import Invalid, Problem, TooLarge
from clickclack.kernel.http.header_parameters import extended_value, header_field

HEADER_LIMIT = 4 * 1024
"""Bytes before a part's content; a file's name of 255 characters takes less than 3 KiB, however it is written."""
PARTS = 100
WINDOW = 30.0
FEWEST = 32 * 1024
"""Bytes that must come within each window of 30 s; a sender who is slower holds a connection for nothing."""
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]")
_CUT = "request body was cut short"


class TooSlow(Problem):
    """The body comes in too slowly: 408."""

    status = 408


@dataclass(frozen=True, slots=True)
class Part:
    """What stands before a part's content: its `name`, the file's name or None, its type in the sender's words."""

    name: str
    filename: str | None
    content_type: str


def form_boundary(content_type: str) -> bytes:
    """The boundary that a `multipart/form-data` header names; Invalid when it is no such header."""
    header = header_field(content_type)
    boundary = header.parameters.get("boundary")
    if header.value != "multipart/form-data" or boundary is None:
        raise Invalid("request Content-Type isn't multipart/form-data")
    if not _BOUNDARY.fullmatch(boundary):
        raise Invalid("the boundary of multipart/form-data is malformed")
    return boundary.encode()


async def paced(request: web.Request, limit: int) -> AsyncGenerator[bytes]:
    """The body in pieces; TooLarge above `limit` bytes, TooSlow below 32 KiB in 30 s, Invalid when it is cut short."""
    if request.content_length is not None and request.content_length > limit:
        raise TooLarge("http: request body too large")
    loop = asyncio.get_running_loop()
    size, counted, deadline = 0, 0, loop.time() + WINDOW
    while True:
        try:
            async with asyncio.timeout_at(deadline):
                piece = await request.content.readany()
        except TimeoutError:
            raise TooSlow("request body took too long") from None
        except (ConnectionError, web.RequestPayloadError):
            raise Invalid(_CUT) from None
        if not piece:
            return
        size += len(piece)
        if size > limit:
            raise TooLarge("http: request body too large")
        yield piece
        if size - counted >= FEWEST:
            counted, deadline = size, loop.time() + WINDOW


class FormReader:
    """The parts of a form in their order: `next`, then `content` or `text` of that part, or neither to pass it over."""

    def __init__(self, body: AsyncIterator[bytes], boundary: bytes) -> None:
        self._body = body
        self._mark = b"\r\n--" + boundary
        self._buffer = bytearray(b"\r\n")
        self._count = 0
        self._inside = True

    async def next(self) -> Part | None:
        """The next part, or None after the last; Invalid for a body that is no form."""
        async for _ in self.content():
            pass
        await self._hold(2)
        if self._buffer.startswith(b"--"):
            return None
        self._count += 1
        if self._count > PARTS:
            raise Invalid(f"a form has at most {PARTS} parts")
        padding = await self._line()
        if padding.strip(b" \t"):
            raise Invalid("malformed multipart form")
        part = _part_of(await self._header())
        self._inside = True
        return part

    async def content(self) -> AsyncGenerator[bytes]:
        """What is left of the part's content."""
        keep = len(self._mark) - 1
        while self._inside:
            end = self._buffer.find(self._mark)
            if end >= 0:
                piece = bytes(self._buffer[:end])
                del self._buffer[: end + len(self._mark)]
                self._inside = False
            else:
                piece = bytes(self._buffer[:-keep])
                del self._buffer[: len(piece)]
            if piece:
                yield piece
            if self._inside:
                await self._more()

    async def text(self, limit: int) -> str:
        """The first `limit` bytes of the part's content as text; the rest of it is passed over."""
        found = bytearray()
        async for piece in self.content():
            found += piece[: limit - len(found)]
        return found.decode(errors="replace")

    async def _header(self) -> bytes:
        lines: list[bytes] = []
        size = 0
        while line := await self._line():
            lines.append(line)
            size += len(line)
            if size > HEADER_LIMIT:
                raise Invalid("the header of a part is too long")
        return b"\n".join(lines)

    async def _line(self) -> bytes:
        searched = 0
        while (end := self._buffer.find(b"\r\n", searched)) < 0:
            if len(self._buffer) > HEADER_LIMIT:
                raise Invalid("the header of a part is too long")
            searched = max(0, len(self._buffer) - 1)
            await self._more()
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line

    async def _hold(self, count: int) -> None:
        while len(self._buffer) < count:
            await self._more()

    async def _more(self) -> None:
        piece = await anext(self._body, b"")
        if not piece:
            raise Invalid(_CUT)
        self._buffer += piece


def _part_of(header: bytes) -> Part:
    fields: dict[str, str] = {}
    for line in header.decode(errors="replace").split("\n"):
        name, _, value = line.partition(":")
        fields.setdefault(name.lower(), value.strip())
    said = header_field(fields.get("content-disposition", "")).parameters
    extended = said.get("filename*")
    filename = _unescaped(said.get("filename")) if extended is None else extended_value(extended)
    return Part(said.get("name", ""), filename, fields.get("content-type", ""))


def _unescaped(name: str | None) -> str | None:
    """The name as browsers mean it: they write these three so, and nothing else (WHATWG HTML, multipart/form-data)."""
    return name and name.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
