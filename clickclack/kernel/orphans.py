"""Removing content that no row names: what a crash left between putting it away and committing its row."""

from collections.abc import Callable, Sequence
from contextlib import aclosing

from clickclack.kernel.blobs import BlobStore
from clickclack.kernel.clock import HOUR
from clickclack.kernel.database import Database
from clickclack.kernel.transaction import Tx

AGE = HOUR
"""Time that a row has to be committed after its content was put away; nothing takes nearly as long."""

Named = Callable[[Tx, Sequence[str]], set[str]]
"""Which of these keys the rows of an area name."""


async def remove_orphans(db: Database, blobs: BlobStore, owners: Sequence[Named], since: int = 0) -> int:
    """Deletes what is older than an hour and named by no `owners`, 200 keys asked for at once; says how many.

    With `since`, only what was put away within so many microseconds; 0 for whatever its age.
    """
    removed, now = 0, db.clock.now()
    async with aclosing(blobs.keys_between(now - since if since else 0, now - AGE)) as steps:
        async for keys in steps:
            named = await db.read(_named, owners, keys)
            for key in keys:
                if key not in named:
                    await blobs.delete(key)
                    removed += 1
    return removed


def _named(tx: Tx, owners: Sequence[Named], keys: Sequence[str]) -> set[str]:
    return {key for named in owners for key in named(tx, keys)}
