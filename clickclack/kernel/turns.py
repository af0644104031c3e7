"""One after another, by key: who comes while the same thing is under way waits for its end."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Turns(Generic[K]):
    """Remembers what is under way in this process, and nothing else."""

    def __init__(self) -> None:
        self._ends: dict[K, asyncio.Event] = {}

    @contextlib.asynccontextmanager
    async def turn(self, key: K) -> AsyncGenerator[None]:
        """Runs the block while no other one with the same key runs."""
        while (end := self._ends.get(key)) is not None:
            await end.wait()
        self._ends[key] = mine = asyncio.Event()
        try:
            yield
        finally:
            del self._ends[key]
            mine.set()
