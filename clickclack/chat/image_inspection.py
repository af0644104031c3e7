"""Measuring uploaded images and making their thumbnails, after the upload and beside the server."""

import asyncio
from collections.abc import AsyncIterator

from clickclack.chat.attachments import Carrier, tell_carriers
from clickclack.chat.upload_records import Upload, upload_by_n
from clickclack.kernel import images, jobs
from clickclack.kernel.blobs import BlobStore, Stored
from clickclack.kernel.database import Database
from clickclack.kernel.images import Inspected
from clickclack.kernel.jobs import Job, NewJob
from clickclack.kernel.media_types import bare_type
from clickclack.kernel.transaction import Tx

LARGEST = 64 * 1024 * 1024
"""Bytes of a file that is looked into."""
SHOWN = frozenset({"done", "too large", images.UNAVAILABLE})
"""How looking into a picture ends: without Pillow its beginning alone is looked at."""
TELL = "upload.tell"
"""The kind of job that tells more messages than go into one unit of what is known of an image."""


class ImageInspector:
    """Looks into uploads, one at a time: does `uploads.INSPECT`, and at once for who must know."""

    def __init__(self, db: Database, blobs: BlobStore) -> None:
        self._db = db
        self._blobs = blobs
        self._one = asyncio.Lock()

    async def work(self, job: Job) -> None:
        """Looks into the upload `upload_n` and notes how that ended, so that no image is tried again and again."""
        await self.is_picture(job.data["upload_n"])

    async def is_picture(self, upload_n: int) -> bool:
        """Whether an upload is an image that can be shown; looks into it when that was not done yet."""
        async with self._one:
            upload = await self._db.read(upload_by_n, upload_n)
            if upload is None:
                return False
            if upload.inspection:
                return upload.inspection in SHOWN
            found = await self._inspect(upload)
            await self._note(upload, found)
            return found.outcome in SHOWN

    async def _inspect(self, upload: Upload) -> Inspected:
        head = b"".join([piece async for piece in await self._blobs.open(upload.blob_key, 0, images.HEAD)])
        if not images.is_kind(bare_type(upload.content_type), head):
            return Inspected("other type")
        if upload.byte_size > LARGEST:
            return Inspected("too large")
        return await images.inspect(await self._blobs.open(upload.blob_key))

    async def _note(self, upload: Upload, found: Inspected) -> None:
        if found.outcome == images.UNAVAILABLE:
            return
        stored = None
        if found.thumbnail:
            stored = await self._blobs.put(_whole(found.thumbnail), images.ANSWER)
        if not await self._db.write(_keep, upload, found, stored) and stored is not None:
            await self._blobs.delete(stored.key)


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _keep(tx: Tx, upload: Upload, found: Inspected, stored: Stored | None) -> bool:
    """Writes the outcome the first time, over the size that the sender gave; False when the upload is gone."""
    key, kind, size = (stored.key, found.thumbnail_type, stored.size) if stored else (None, "", 0)
    known = "width = ?, height = ?, " if found.width and found.height else ""
    before, measures = (upload.width, upload.height), (found.width, found.height) if known else ()
    changed = tx.run(
        f"UPDATE uploads SET {known}inspection = ?, thumbnail_key = ?, thumbnail_type = ?, thumbnail_size = ?"
        " WHERE n = ? AND inspection = '' AND deleted_at IS NULL",
        *(*measures, found.outcome, key, kind, size, upload.n),
    )
    if changed and known and measures != before:
        told = tell_carriers(tx, upload.n)
        if told is not None:
            jobs.add(tx, NewJob(TELL, {"upload_n": upload.n, "after": told}, lane=TELL))
    return changed > 0


async def tell_others(db: Database, job: Job) -> None:
    """The work of `TELL`: goes on in units of 100 after the messages that were told."""
    channel_n, n = job.data["after"]
    after: Carrier | None = (channel_n, n)
    while after is not None:
        after = await db.write(tell_carriers, job.data["upload_n"], after)
