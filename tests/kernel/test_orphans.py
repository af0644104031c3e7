"""Content that no row names goes an hour after it was put away; what is named or new stays."""

import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from clickclack.kernel.blobs import LISTED
from clickclack.kernel.clock import DAY, HOUR, SECOND, SystemClock
from clickclack.kernel.database import Database
from clickclack.kernel.local_blobs import LocalBlobs
from clickclack.kernel.orphans import remove_orphans
from clickclack.kernel.transaction import Tx
from tests.clock import FakeClock
from tests.stored import keys_of


async def content() -> AsyncIterator[bytes]:
    yield b"x"


async def test_only_what_is_old_and_unnamed_is_removed(tmp_path: Path) -> None:
    clock = FakeClock(SystemClock().now())
    db = await Database.open(tmp_path / "a.db", clock)
    blobs = await LocalBlobs.open_folder(tmp_path / "uploads")
    keys = [(await blobs.put(content(), 10)).key for _ in range(LISTED * 2 + 5)]
    asked: list[int] = []

    def named(tx: Tx, some: Sequence[str]) -> set[str]:
        asked.append(len(some))
        return {key for key in some if key in keys[:3]}

    try:
        assert await remove_orphans(db, blobs, [named]) == 0
        clock.advance(HOUR / 1_000_000 + 60)
        fresh = await remove_orphans(db, blobs, [named, lambda tx, some: {keys[3]} & set(some)])
        assert fresh == len(keys) - 4
        assert await keys_of(blobs) == sorted(keys[:4])
        assert max(asked) <= LISTED
    finally:
        await db.close()


async def test_what_is_older_than_wanted_is_not_even_asked_for(tmp_path: Path) -> None:
    clock = FakeClock(SystemClock().now())
    db = await Database.open(tmp_path / "a.db", clock)
    blobs = await LocalBlobs.open_folder(tmp_path / "uploads")
    old, young = [(await blobs.put(content(), 10)).key for _ in range(2)]
    a_day_ago = clock.now() / SECOND - 24 * 3600
    os.utime(tmp_path / "uploads" / old, (a_day_ago, a_day_ago))
    clock.advance(2 * 3600)
    asked: list[str] = []

    def named(tx: Tx, some: Sequence[str]) -> set[str]:
        asked.extend(some)
        return set()

    try:
        assert await remove_orphans(db, blobs, [named], since=DAY) == 1
        assert (asked, await keys_of(blobs)) == ([young], [old])
        assert await remove_orphans(db, blobs, [named]) == 1
    finally:
        await db.close()
