"""The clock of the tests."""

from clickclack.kernel.clock import SECOND


class FakeClock:
    """A clock that stands still until it is told to advance."""

    def __init__(self, start: int = 1_790_000_000 * SECOND) -> None:
        self._now = start
        self._monotonic = 0.0

    def now(self) -> int:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Moves both readings forward."""
        self._now += round(seconds * SECOND)
        self._monotonic += seconds
