"""How many bytes a person may keep in a workspace, and how many are on their way (design section 13)."""

from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterable
from dataclasses import dataclass, field

from clickclack.kernel.errors import TooLarge
from clickclack.kernel.transaction import Tx

Account = tuple[int, int]
"""Whose bytes in which workspace: the rows of both, the owner's first."""


def used_bytes(tx: Tx, account: Account) -> int:
    """The true sizes of what the owner keeps in the workspace, together."""
    sql = "SELECT COALESCE(SUM(byte_size), 0) FROM uploads WHERE owner_n = ? AND workspace_n = ? AND deleted_at IS NULL"
    return tx.value(sql, *account)


def require_room(tx: Tx, account: Account, size: int, allowed: int) -> None:
    """Raises TooLarge when `size` more bytes would be more than the owner may keep."""
    if used_bytes(tx, account) + size > allowed:
        raise exceeded()


def exceeded() -> TooLarge:
    """The answer to bytes for which there is no room."""
    return TooLarge("upload quota exceeded")


@dataclass(slots=True)
class Arrivals:
    """Counts the bytes that are being received, so that many uploads at once do not fill the disk with what must go."""

    _bytes: Counter[Account] = field(default_factory=lambda: Counter[Account]())

    async def metered(self, content: AsyncIterable[bytes], account: Account, room: int) -> AsyncGenerator[bytes]:
        """The content, as long as all that is under way for the account fits into `room` bytes; else TooLarge."""
        received = 0
        try:
            async for piece in content:
                received += len(piece)
                self._bytes[account] += len(piece)
                if self._bytes[account] > room:
                    raise exceeded()
                yield piece
        finally:
            self._bytes[account] -= received
            if not self._bytes[account]:
                del self._bytes[account]
