"""Removing content that no row names: what a crash left between putting it away and committing its row."""

from collections.abc import Callable, Sequence

from clickclack.kernel.blobs import BlobStore
from clickclack.kernel.clock import HOUR
from clickclack.kernel.database import Database
from clickclack.kernel.transaction import Tx

AT_ONCE = 200
AGE = HOUR
"""Time that a row has to be committed after its content was put away; nothing takes nearly as long."""

Named = Callable[[Tx, Sequence[str]], set[str]]
"""Which of these keys the rows of an area name."""


async def remove_orphans(db: Database, blobs: BlobStore, owners: Sequence[Named]) -> int:
    """Deletes what is older than an hour and named by no `owners`, 200 keys asked for at once; says how many."""
    removed = 0
    keys = await blobs.keys_older_than(db.clock.now() - AGE)
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        named = await db.read(_named, owners, some)
        for key in some:
            if key not in named:
                await blobs.delete(key)
                removed += 1
    return removed


def _named(tx: Tx, owners: Sequence[Named], keys: Sequence[str]) -> set[str]:
    return {key for named in owners for key in named(tx, keys)}
