"""How often is too often: the generic cell rate algorithm over a bounded number of keys."""

import hashlib
from collections import OrderedDict
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


def _digest(key: str) -> bytes:
    return hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=16).digest()
