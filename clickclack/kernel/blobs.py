"""Content of files, kept outside the database under keys that we choose (design section 9)."""

import re
import secrets
from collections.abc import AsyncGenerator, AsyncIterable
from dataclasses import dataclass
from typing import Protocol

from clickclack.kernel.errors import NotFound
from clickclack.kernel.ids import ALPHABET

STEP = 1024 * 1024
"""Bytes that are read at once."""
LISTED = 200
"""Keys that are looked at in one step."""
_LENGTH = 26
_KEY = re.compile(f"[{ALPHABET}]{{{_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Stored:
    """What was put away: its key, its size in bytes, and its SHA-256 in lower-case hexadecimal."""

    key: str
    size: int
    sha256: str


class BlobStore(Protocol):
    """Where content is kept. What is put is whole and on disk, or is not there; it never changes.

    A row that names a key is committed after `put`; so a crash leaves at worst an orphan, which a timer finds with
    `keys_between` and deletes.
    """

    async def put(self, chunks: AsyncIterable[bytes], limit: int) -> Stored:
        """Keeps a stream; TooLarge when it is longer than `limit` bytes, StorageFull when there is no room for it."""
        ...

    async def open(self, key: str, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
        """The bytes from `start` up to `end`, which is not among them; NotFound when the key is unknown.

        A range is cut to the content. Each piece has at most 1 MiB; content that is deleted meanwhile ends in NotFound.
        """
        ...

    async def delete(self, key: str) -> None:
        """Removes content; nothing happens when it is not there."""
        ...

    def keys_between(self, start: int, end: int) -> AsyncGenerator[list[str]]:
        """The keys of what was put from `start` to before `end`, microseconds UTC by the store's own clock.

        They come in no order and in steps of at most 200, each of which looks at a bounded number of keys; what comes
        or goes meanwhile may be among them or not.
        """
        ...


def new_key() -> str:
    """130 random bits in 26 lower-case letters and digits, a good file name on every system."""
    return "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))


def is_key(text: str) -> bool:
    """Whether a text has the shape of our keys: no dot, no slash, nothing that a path could be made of."""
    return _KEY.fullmatch(text) is not None


def checked(key: str) -> str:
    """The key; NotFound when it is none of ours."""
    if not is_key(key):
        raise NotFound("file not found")
    return key
