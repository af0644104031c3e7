"""How fast deliveries begin: a few at a time, and while the loop is busy with other work no more than half of it.

What people wait for goes first; a delivery may be some seconds old.
"""

import asyncio
from collections.abc import Callable

AT_ONCE = 8
BUSY = 0.002
"""Seconds that one round of the loop takes when there is much else to do."""


class Pace:
    """Has deliveries begun while there are any. `begin` begins as many as it is told, at most, and says how many."""

    def __init__(self, begin: Callable[[int], int]) -> None:
        self._begin = begin
        self._next: asyncio.Handle | None = None

    def go(self) -> None:
        """Begins some, and the others in later rounds of the loop."""
        if self._next is None:
            self._round()

    def stop(self) -> None:
        """Begins no more."""
        if self._next is not None:
            self._next.cancel()

    def _round(self) -> None:
        self._next = None
        if self._begin(AT_ONCE) == AT_ONCE:
            loop = asyncio.get_running_loop()
            self._next = loop.call_soon(self._look, loop.time())

    def _look(self, since: float) -> None:
        """Waits as long as the last round took, if that was long."""
        loop = asyncio.get_running_loop()
        taken = loop.time() - since
        if taken > BUSY:
            self._next = loop.call_later(taken, self._round)
        else:
            self._round()
