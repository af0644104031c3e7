"""What goes on after uploads were deleted: their rows and content go, piece by piece (contract chat 6.9)."""

from collections.abc import Sequence

from clickclack.chat.attachments import detach_some
from clickclack.kernel.blobs import BlobStore
from clickclack.kernel.database import Database
from clickclack.kernel.jobs import Job
from clickclack.kernel.transaction import Tx, marks


async def finish_removal(db: Database, blobs: BlobStore, job: Job) -> None:
    """The work of `uploads.REMOVE`: takes the upload `upload_n` off what it is still attached to, then away."""
    upload_n: int = job.data["upload_n"]
    while await db.write(detach_some, upload_n):
        pass
    for key in await db.read(_keys_of, upload_n):
        await blobs.delete(key)
    await db.write(_drop, upload_n)


def _keys_of(tx: Tx, upload_n: int) -> list[str]:
    row = tx.one("SELECT blob_key, thumbnail_key FROM uploads WHERE n = ? AND deleted_at IS NOT NULL", upload_n)
    return [] if row is None else [key for key in row if key]


def _drop(tx: Tx, upload_n: int) -> None:
    tx.run("DELETE FROM uploads WHERE n = ? AND deleted_at IS NOT NULL", upload_n)


def named_keys(tx: Tx, keys: Sequence[str]) -> set[str]:
    """Which of these keys an upload names, as its content or its thumbnail."""
    rows = tx.all(
        f"SELECT blob_key FROM uploads WHERE blob_key IN ({marks(keys)})"
        f" UNION ALL SELECT thumbnail_key FROM uploads WHERE thumbnail_key IN ({marks(keys)})",
        *(*keys, *keys),
    )
    return {key for (key,) in rows}
