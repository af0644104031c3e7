"""Image files for tests; those of `picture` need the extra `images`."""

import io
import struct
import zlib
from typing import Any


def picture(size: tuple[int, int], kind: str, mode: str = "RGB", **options: Any) -> bytes:
    """An image of one colour, transparent where the mode has that."""
    from PIL import Image  # noqa: PLC0415 - an extra

    out = io.BytesIO()
    Image.new(mode, size, (200, 0, 0, 0)[: len(mode)]).save(out, kind, **options)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is large."""
    return _png(width, height, bytes(1_000_000))


def _png(width: int, height: int, content: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(content)) + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    body = name + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


DOT = _png(1, 1, b"\0\xc8\0\0")
"""A red PNG of one pixel, which needs no extra."""
