"""Time: integer microseconds UTC inside, RFC 3339 text at the surfaces (contract chat 1.5)."""

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Where the time comes from: `now` in microseconds UTC, `monotonic` in seconds for durations."""

    def now(self) -> int: ...

    def monotonic(self) -> float: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        return time.time_ns() // 1000

    def monotonic(self) -> float:
        return time.monotonic()


@lru_cache(4096)
def _second(seconds: int) -> str:
    t = time.gmtime(seconds)
    return f"{t.tm_year:04d}-{t.tm_mon:02d}-{t.tm_mday:02d}T{t.tm_hour:02d}:{t.tm_min:02d}:{t.tm_sec:02d}"


def to_rfc3339(microseconds: int) -> str:
    """Spells a time as RFC 3339 UTC with `Z`, trailing zeros of the fraction removed, no fraction when it is zero."""
    seconds, fraction = divmod(microseconds, SECOND)
    if fraction:
        return f"{_second(seconds)}.{fraction:06d}".rstrip("0") + "Z"
    return _second(seconds) + "Z"


def from_rfc3339(text: str) -> int:
    """Reads an RFC 3339 time with an offset or `Z` into microseconds; ValueError when it is not one."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("time has no offset")
    return (moment - _EPOCH) // timedelta(microseconds=1)
