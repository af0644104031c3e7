"""Image files for tests; they need the extra `images`."""

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

    def chunk(name: bytes, content: bytes) -> bytes:
        body = name + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", content) + chunk(b"IEND", b"")
