"""The process that opens images of strangers: confined first, it reads one from its input and describes it.

It imports nothing of ours and runs as a file of its own, or as a hidden command of the frozen program. The answer is a
line of JSON (`outcome`, `width`, `height`, `type`, `size`), followed by `size` bytes of thumbnail.
"""

import contextlib
import io
import json
import os
import sys
from typing import Any

MEMORY = 768 * 1024 * 1024
CPU_SECONDS = 10
PIXELS = 50_000_000
"""What is decoded at most: 200 MB. Larger images are measured, not opened."""
SIDE = 640
QUALITY = 80
FORMATS = ("GIF", "JPEG", "PNG", "WEBP")


def confine() -> None:
    """Bounds memory, processor time and what may be written, where the system can."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on every system

    bounds = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
    }
    for kind, most in bounds.items():
        with contextlib.suppress(ValueError, OSError):  # the system has a lower bound already, or none of the kind
            resource.setrlimit(kind, (most, most))
    with contextlib.suppress(OSError):  # a service manager may forbid it
        os.nice(10)


def describe(content: bytes) -> tuple[dict[str, Any], bytes]:
    """The answer for an image file, and its thumbnail; an `outcome` other than `done` says why there is none."""
    try:
        from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415 - an extra, loaded when confined
    except ImportError:
        return {"outcome": "unavailable"}, b""
    Image.MAX_IMAGE_PIXELS = None  # ours counts
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            width, height = image.size
            if width * height > PIXELS:
                return {"outcome": "too large", "width": width, "height": height}, b""
            image.draft("RGB", (SIDE * 2, SIDE * 2))
            image.load()
            if image.getexif().get(0x0112, 1) >= 5:  # turned by a quarter, EXIF 2.32 section 4.6.4
                width, height = height, width
            small = image.convert("RGBA" if image.has_transparency_data else "RGB")
            small.thumbnail((SIDE, SIDE))
            turned = ImageOps.exif_transpose(small)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, OverflowError):
        return {"outcome": "unreadable"}, b""
    kind, thumbnail = _encoded(turned)
    return {"outcome": "done", "width": width, "height": height, "type": kind, "size": len(thumbnail)}, thumbnail


def _encoded(image: Any) -> tuple[str, bytes]:
    """WebP, or where it cannot be written JPEG, without what the original told about camera and place."""
    from PIL import features  # noqa: PLC0415

    image.info.clear()
    out = io.BytesIO()
    if features.check("webp"):
        image.save(out, "WEBP", quality=QUALITY)
        return "image/webp", out.getvalue()
    image.convert("RGB").save(out, "JPEG", quality=QUALITY)
    return "image/jpeg", out.getvalue()


def main() -> None:
    """Reads a file from the input and writes the answer; too much memory or time ends the process."""
    confine()
    answer, thumbnail = describe(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + thumbnail)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
