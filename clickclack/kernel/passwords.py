"""Password hashing with argon2id, away from the event loop and never more than a few at once.

Parameters: 19 MiB, two passes, one lane (OWASP password storage).
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from clickclack.kernel.errors import TooMany

T = TypeVar("T")

DECOY = "$argon2id$v=19$m=19456,t=2,p=1$UbqSDux1WzmwtJKcf6y3yw$jwb3Ga0WL0zHXxLhQWcvCOINbhsikQI5wnbLAC4A8NM"
"""The hash of a password that nobody knows, of the cost of a real one: what an unknown account is checked against."""

WORKERS = 2
WAITING = 32


class Passwords:
    """Hashes and checks passwords. `close` ends what waits, and waits for what is running."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="passwords")
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """The argon2id text to store; TooMany (429) when more than 32 wait."""
        return await self._run(self._hasher.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password is right; without a stored hash it takes as long and is False."""
        if stored is None:
            await self._run(self._check, DECOY, password)
            return False
        return await self._run(self._check, stored, password)

    def outdated(self, stored: str) -> bool:
        """Whether the hash was made with other parameters and should be made anew."""
        return self._hasher.check_needs_rehash(stored)

    async def close(self) -> None:
        await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)

    def _check(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[..., T], *args: str) -> T:
        if self._waiting >= WAITING:
            raise TooMany("too many sign-ins at once, try again", retry_after=1)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, *args)
        finally:
            self._waiting -= 1
