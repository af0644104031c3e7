"""Which part of a content a request asks for, and whether its copy is still good (RFC 9110 sections 13 and 14)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from clickclack.kernel.clock import SECOND
from clickclack.kernel.errors import OutOfRange

_UNIT = "bytes="
_RANGE = re.compile(r"([0-9]{0,18})-([0-9]{0,18})")
MOST = 32
"""Ranges that are sent one by one; who asks for more gets the whole."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What tells one state of a content from another: a strong `etag` with its quotes, and a time in microseconds.

    None for a time that tells nothing, as where one address stands for one content after another.
    """

    etag: str
    modified_at: int | None

    @property
    def last_modified(self) -> str | None:
        """The time as a header says it."""
        if self.modified_at is None:
            return None
        return format_datetime(datetime.fromtimestamp(self.modified_at // SECOND, UTC), usegmt=True)


@dataclass(frozen=True, slots=True)
class Slice:
    """The bytes from `start` up to `end`, which is not among them."""

    start: int
    end: int


def is_unchanged(headers: Mapping[str, str], of: Validators) -> bool:
    """Whether the caller's copy is good, so that 304 is the answer; `If-None-Match` counts more than the time."""
    tags = headers.get("If-None-Match")
    if tags is not None:
        given = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in given or of.etag in given
    since = _seconds(headers.get("If-Modified-Since", ""))
    return since is not None and of.modified_at is not None and of.modified_at // SECOND <= since


def asked_slices(headers: Mapping[str, str], size: int, of: Validators) -> list[Slice]:
    """The ranges that are asked for, as they stand; none when the whole is.

    The whole is also the answer to another unit, to another state in `If-Range`, where there is nothing to take a range
    of, and where the ranges are more than 32 or together more than the whole. Raises OutOfRange for what is no list of
    ranges, and when the content has no byte of any of them.
    """
    asked = headers.get("Range", "").strip()
    if not asked or not _is_same(headers.get("If-Range"), of):
        return []
    if asked[: len(_UNIT)].lower() != _UNIT:
        return []
    matches = [_RANGE.fullmatch(text) for part in asked[len(_UNIT) :].split(",") if (text := part.strip())]
    if not matches:
        raise OutOfRange(size)
    slices = [_slice(match, size) for match in matches]
    held = [part for part in slices if part.start < part.end]
    if not held and size:
        raise OutOfRange(size)
    if len(held) > MOST or sum(part.end - part.start for part in held) > size:
        return []
    return held


def _slice(match: re.Match[str] | None, size: int) -> Slice:
    """What of the content one range has, perhaps nothing; OutOfRange when it is none."""
    if match is None or match[1] == match[2] == "":
        raise OutOfRange(size)
    if match[1] == "":
        return Slice(size - min(int(match[2]), size), size)
    start, end = int(match[1]), size if match[2] == "" else int(match[2]) + 1
    if end <= start and match[2] != "":
        raise OutOfRange(size)
    return Slice(start, min(end, size))


def _is_same(condition: str | None, of: Validators) -> bool:
    if condition is None:
        return True
    text = condition.strip()
    if text.startswith(('"', "W/")):
        return text == of.etag
    return of.modified_at is not None and _seconds(text) == of.modified_at // SECOND


def _seconds(date: str) -> int | None:
    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
