"""How often is too often: by the generic cell rate algorithm or in a sliding window, over a bounded number of keys."""

import hashlib
import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from clickclack.kernel.clock import Clock


@dataclass(slots=True)
class RateLimit:
    """`times` in `seconds`, as a burst or spread out, for each key.

    A key of any length takes the same room: its digest is kept. Where there are too many keys, those with the least to
    wait for are forgotten first: many names do not make a spent one good again.
    """

    clock: Clock
    times: int
    seconds: float
    keys: int = 4096
    _due: dict[bytes, float] = field(default_factory=lambda: dict[bytes, float]())

    def take(self, key: str) -> float | None:
        """Counts one use; returns None when it is within the limit, else the seconds to wait, and counts nothing."""
        kept, now = _digest(key), self.clock.monotonic()
        step = self.seconds / self.times
        due = max(self._due.pop(kept, now), now)
        wait = due + step - self.seconds - now
        if wait > 1e-9:
            self._keep(kept, due)
            return wait
        self._keep(kept, due + step)
        return None

    def give_back(self, key: str) -> None:
        """Takes back the last use that was counted."""
        kept = _digest(key)
        if kept in self._due:
            self._due[kept] -= self.seconds / self.times

    def forget(self, key: str) -> None:
        """Starts the key anew."""
        self._due.pop(_digest(key), None)

    def _keep(self, key: bytes, due: float) -> None:
        self._due[key] = due
        if len(self._due) > self.keys:
            _drop_least(self._due)


@dataclass(slots=True)
class SlidingWindow:
    """At most `times` in any stretch of `seconds`, for each key.

    The times of the last uses are kept, so a key takes room for `times` numbers and its digest. Where there are too
    many keys, those with the fewest uses that still count are forgotten first.
    """

    clock: Clock
    times: int
    seconds: float
    keys: int = 4096
    _uses: dict[bytes, deque[float]] = field(default_factory=lambda: dict[bytes, deque[float]]())

    def take(self, key: str) -> float | None:
        """Counts one use; returns None when it is within the limit, else the seconds to wait, and counts nothing."""
        kept, now = _digest(key), self.clock.monotonic()
        uses = self._uses.pop(kept, None) or deque[float](maxlen=self.times)
        self._uses[kept] = uses
        wait = uses[0] + self.seconds - now if len(uses) == self.times else 0.0
        if wait > 0:
            return wait
        uses.append(now)
        if len(self._uses) > self.keys:
            _drop_least(self._uses, lambda uses: sum(at > now - self.seconds for at in uses))
        return None


def _drop_least(kept: dict[bytes, Any], weight: Callable[[Any], float] = float) -> None:
    """Forgets the eighth of the keys that weighs least, so that this is seldom done; of equals the oldest."""
    for key in heapq.nsmallest(max(1, len(kept) // 8), kept, key=lambda key: weight(kept[key])):
        del kept[key]


def _digest(key: str) -> bytes:
    return hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=16).digest()
