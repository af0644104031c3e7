"""How often is too often: by the generic cell rate algorithm or in a sliding window, over a bounded number of keys."""

import hashlib
from collections import OrderedDict, deque
from dataclasses import dataclass, field

from clickclack.kernel.clock import Clock


@dataclass(slots=True)
class RateLimit:
    """`times` in `seconds`, as a burst or spread out, for each key; the keys unused for longest are forgotten first.

    A key of any length takes the same room: its digest is kept.
    """

    clock: Clock
    times: int
    seconds: float
    keys: int = 4096
    _due: OrderedDict[bytes, float] = field(default_factory=lambda: OrderedDict[bytes, float]())

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

    def forget(self, key: str) -> None:
        """Starts the key anew."""
        self._due.pop(_digest(key), None)

    def _keep(self, key: bytes, due: float) -> None:
        self._due[key] = due
        if len(self._due) > self.keys:
            self._due.popitem(last=False)


@dataclass(slots=True)
class SlidingWindow:
    """At most `times` in any stretch of `seconds`, for each key; the keys unused for longest are forgotten first.

    The times of the last uses are kept, so a key takes room for `times` numbers and its digest.
    """

    clock: Clock
    times: int
    seconds: float
    keys: int = 4096
    _uses: OrderedDict[bytes, deque[float]] = field(default_factory=lambda: OrderedDict[bytes, deque[float]]())

    def take(self, key: str) -> float | None:
        """Counts one use; returns None when it is within the limit, else the seconds to wait, and counts nothing."""
        kept, now = _digest(key), self.clock.monotonic()
        uses = self._uses.pop(kept, None) or deque[float](maxlen=self.times)
        self._uses[kept] = uses
        if len(self._uses) > self.keys:
            self._uses.popitem(last=False)
        wait = uses[0] + self.seconds - now if len(uses) == self.times else 0.0
        if wait > 0:
            return wait
        uses.append(now)
        return None


def _digest(key: str) -> bytes:
    return hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=16).digest()
