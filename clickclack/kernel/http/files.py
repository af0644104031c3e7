"""Content from a blob store as an answer that can do no harm as a page of our origin (contract chat 6.9)."""

import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from urllib.parse import quote

from aiohttp import web

from clickclack.kernel.blobs import BlobStore
from clickclack.kernel.http.ranges import Slice, Validators, asked_slices, is_unchanged
from clickclack.kernel.media_types import UNKNOWN, bare_type

SHOWN = frozenset(
    {
        "application/pdf",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/plain",
        "video/mp4",
        "video/webm",
    }
)
"""Types that a browser may show itself, and every `audio/…`; anything else is a download without a type."""
_AUDIO = re.compile(r"audio/[a-z0-9][a-z0-9!#$&^_.+-]*")


@dataclass(frozen=True, slots=True)
class Served:
    """What is sent: where it lies, its size in bytes, name and type in the sender's words, and its state."""

    key: str
    size: int
    filename: str
    content_type: str
    state: Validators


def disposition(kind: str, filename: str) -> str:
    """`inline` or `attachment` with the name; beside a plain one, the true one of RFC 5987 where they differ."""
    plain = re.sub(r'[^\x20-\x7e]|["\\%]', "_", filename)
    header = f'{kind}; filename="{plain}"'
    return header if plain == filename else f"{header}; filename*=UTF-8''{quote(filename, safe='')}"


async def serve(headers: Mapping[str, str], blobs: BlobStore, served: Served) -> web.Response:
    """The content, a range of it, or 304; NotFound when it is not there, OutOfRange for a range that it has not.

    It is read piece by piece as fast as the reader takes it. `sandbox` keeps it from acting as a page of ours.
    """
    known = bare_type(served.content_type)
    shown = known in SHOWN or _AUDIO.fullmatch(known) is not None
    answer = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": disposition("inline" if shown else "attachment", served.filename),
        "Content-Security-Policy": "sandbox",
        "ETag": served.state.etag,
        "X-Content-Type-Options": "nosniff",
    }
    if served.state.last_modified is not None:
        answer["Last-Modified"] = served.state.last_modified
    if is_unchanged(headers, served.state):
        return web.Response(status=304, headers=answer)
    slices = asked_slices(headers, served.size, served.state)
    answer["Content-Type"] = known if shown else UNKNOWN
    if len(slices) > 1:
        return await _several(answer, blobs, served, slices)
    part = slices[0] if slices else Slice(0, served.size)
    answer["Content-Length"] = str(part.end - part.start)
    if slices:
        answer["Content-Range"] = _content_range(part, served.size)
    content = await blobs.open(served.key, part.start, part.end)
    return web.Response(status=206 if slices else 200, headers=answer, body=content)


def _content_range(part: Slice, size: int) -> str:
    return f"bytes {part.start}-{part.end - 1}/{size}"


async def _several(answer: dict[str, str], blobs: BlobStore, served: Served, slices: Sequence[Slice]) -> web.Response:
    """Several ranges, each behind a head of its own (RFC 9110 section 14.6)."""
    boundary = token_hex(16)
    heads = [
        f"\r\n--{boundary}\r\nContent-Type: {answer['Content-Type']}\r\n"
        f"Content-Range: {_content_range(part, served.size)}\r\n\r\n".encode()
        for part in slices
    ]
    end = f"\r\n--{boundary}--\r\n".encode()
    length = sum(map(len, heads)) + sum(part.end - part.start for part in slices) + len(end)
    answer |= {"Content-Type": f"multipart/byteranges; boundary={boundary}", "Content-Length": str(length)}
    await blobs.open(served.key, 0, 0)  # what is not there is told before an answer has begun

    async def body() -> AsyncGenerator[bytes]:
        for head, part in zip(heads, slices, strict=True):
            yield head
            async for piece in await blobs.open(served.key, part.start, part.end):
                yield piece
        yield end

    return web.Response(status=206, headers=answer, body=body())
