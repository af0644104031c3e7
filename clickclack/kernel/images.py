"""Looking into images without opening them here: a process of its own does, bounded in memory and time."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

from clickclack.kernel import children, image_child

COMMAND = "inspect-image"
"""The hidden command of the program that runs the child."""
KINDS = {
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/jpg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/webp": (b"RIFF",),
}
"""The types that are looked into, and how such a file begins."""
HEAD = 16
SECONDS = 30.0
ANSWER = 4 * 1024 * 1024
UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was found: `done`, `unreadable`, `too large` (measured alone), `killed`, or `unavailable` without Pillow.

    Width and height are in pixels as they are shown. The thumbnail has at most 640 of them each way, and no metadata.
    """

    outcome: str
    width: int = 0
    height: int = 0
    thumbnail: bytes = b""
    thumbnail_type: str = ""


class _Answer(BaseModel):
    """What a child may say; it has seen a stranger's file, and anything else is not believed."""

    outcome: Literal["done", "unreadable", "too large", "unavailable"]
    width: int = Field(0, ge=0, lt=2**31)
    height: int = Field(0, ge=0, lt=2**31)
    type: Literal["", "image/webp", "image/jpeg"] = ""
    size: int = Field(0, ge=0, le=ANSWER)


def is_kind(content_type: str, head: bytes) -> bool:
    """Whether a file that begins so is an image of the type that it is said to be."""
    begins = head.startswith(KINDS.get(content_type, ()))
    return begins and (content_type != "image/webp" or head[8:12] == b"WEBP")


def child_command() -> list[str]:
    """How the child is started: the frozen program is its own Python."""
    if getattr(sys, "frozen", False):
        return [sys.executable, COMMAND]
    return [sys.executable, "-I", str(Path(image_child.__file__))]


async def inspect(content: AsyncIterable[bytes]) -> Inspected:
    """Hands an image file to a child and reads its answer; a child that ends badly or takes 30 s gives `killed`."""
    child = await asyncio.create_subprocess_exec(
        *child_command(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=children.environment(),
        limit=ANSWER,
    )
    try:
        async with asyncio.timeout(SECONDS):
            return await _converse(child, content)
    except (TimeoutError, EOFError, asyncio.LimitOverrunError, ConnectionError, ValidationError):
        return Inspected("killed")
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


async def _converse(child: asyncio.subprocess.Process, content: AsyncIterable[bytes]) -> Inspected:
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("the child has no pipes")
    async for piece in content:
        child.stdin.write(piece)
        await child.stdin.drain()
    child.stdin.close()
    answer = _Answer.model_validate_json(await child.stdout.readuntil(b"\n"))
    thumbnail = await child.stdout.readexactly(answer.size)
    return Inspected(answer.outcome, answer.width, answer.height, thumbnail, answer.type)
