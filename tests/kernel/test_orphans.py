"""Content that no row names goes an hour after it was put away; what is named or new stays."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from clickclack.kernel import orphans
from clickclack.kernel.clock import HOUR, SystemClock
from clickclack.kernel.database import Database
from clickclack.kernel.local_blobs import LocalBlobs
from clickclack.kernel.orphans import remove_orphans
from clickclack.kernel.transaction import Tx
from tests.clock import FakeClock


async def content() -> AsyncIterator[bytes]:
    yield b"x"


async def test_only_what_is_old_and_unnamed_is_removed(tmp_path: Path) -> None:
    clock = FakeClock(SystemClock().now())
    db = await Database.open(tmp_path / "a.db", clock)
    blobs = await LocalBlobs.open_folder(tmp_path / "uploads")
    keys = [(await blobs.put(content(), 10)).key for _ in range(orphans.AT_ONCE * 2 + 5)]
    asked: list[int] = []

    def named(tx: Tx, some: Sequence[str]) -> set[str]:
        asked.append(len(some))
        return {key for key in some if key in keys[:3]}

    try:
        assert await remove_orphans(db, blobs, [named]) == 0
        clock.advance(HOUR / 1_000_000 + 60)
        fresh = await remove_orphans(db, blobs, [named, lambda tx, some: {keys[3]} & set(some)])
        assert fresh == len(keys) - 4
        assert await blobs.keys_older_than(2**62) == sorted(keys[:4])
        assert max(asked) == orphans.AT_ONCE
    finally:
        await db.close()
