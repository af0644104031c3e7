"""What a file is called and what its sender says it is, made safe to keep and to send on (contract chat 6.9)."""

import re
import unicodedata

from clickclack.kernel.errors import Invalid
from clickclack.kernel.media_types import UNKNOWN

NAME_BYTES = 255
TYPE_BYTES = 255
NAMELESS = "file"
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"
"""Invisible, but parts of words and of emoji; every other such character can make a name look like another one."""
_PRINTABLE = re.compile(r"[\x20-\x7e]+")


def file_name(given: str | None) -> str:
    """The last part of a path, without control characters and marks that turn the direction of writing.

    At most 255 bytes of UTF-8, the ending kept where that is possible; `file` when nothing is left.
    """
    base = re.split(r"[/\\]", given or "")[-1]
    name = "".join(c for c in base if c in _JOINERS or unicodedata.category(c) not in _UNSEEN).strip()
    if name.strip(".") == "":
        return NAMELESS
    stem, dot, ending = name.rpartition(".")
    room = NAME_BYTES - len(f"{dot}{ending}".encode())
    if stem and room > NAME_BYTES // 2:
        return _cut(stem, room) + dot + ending
    return _cut(name, NAME_BYTES)


def _cut(text: str, limit: int) -> str:
    return text.encode()[:limit].decode(errors="ignore")


def content_type(given: str) -> str:
    """The type as it was sent; Invalid when it is longer than 255 bytes or not plain ASCII text."""
    text = given.strip()
    if not text:
        return UNKNOWN
    if len(text) > TYPE_BYTES or not _PRINTABLE.fullmatch(text):
        raise Invalid("the content type of the file must be at most 255 printable ASCII characters")
    return text


def measure(given: str) -> int:
    """A width, height or duration: 0, which is unknown, unless it is a whole number from 0 to 2 147 483 647."""
    text = given.strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else 0
    return number if number < 2**31 else 0
