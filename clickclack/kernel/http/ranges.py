"""Which part of a content a request asks for, and whether its copy is still good (RFC 9110 sections 13 and 14)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from clickclack.kernel.clock import SECOND
from clickclack.kernel.errors import OutOfRange

_RANGE = re.compile(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t]*", re.IGNORECASE)


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
    """The bytes from `start` up to `end`, which is not among them, and the status of an answer that holds them."""

    status: int
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


def asked_slice(headers: Mapping[str, str], size: int, of: Validators) -> Slice:
    """One range as 206; the whole as 200 for none, several, a malformed one, or another state in `If-Range`.

    Raises OutOfRange when the content has no byte of the range.
    """
    whole = Slice(200, 0, size)
    match = _RANGE.fullmatch(headers.get("Range", "").strip())
    if match is None or match[1] == match[2] == "" or not _is_same(headers.get("If-Range"), of):
        return whole
    if match[1] == "":
        length = min(int(match[2]), size)
        start, end = size - length, size
    else:
        start, end = int(match[1]), size if match[2] == "" else min(int(match[2]) + 1, size)
        if match[2] != "" and int(match[2]) < start:
            return whole
    if start >= size or start >= end:
        raise OutOfRange(size)
    return Slice(206, start, end)


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
