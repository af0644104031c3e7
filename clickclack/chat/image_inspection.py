"""Measuring uploaded images and making their thumbnails, after the upload and beside the server."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace

from clickclack.chat.attachments import Carrier, tell_carriers
from clickclack.chat.upload_records import Upload, upload_by_n
from clickclack.kernel import images, jobs
from clickclack.kernel.blobs import BlobStore, Stored
from clickclack.kernel.database import Database
from clickclack.kernel.errors import Invalid, Unavailable
from clickclack.kernel.images import Inspected
from clickclack.kernel.jobs import Job, NewJob
from clickclack.kernel.media_types import bare_type
from clickclack.kernel.transaction import Tx

LARGEST = 64 * 1024 * 1024
"""Bytes of a file that is looked into."""
PATIENCE = 10.0
"""Seconds that a request waits until an image that was just uploaded has been looked into."""
OTHER = "other type"
_UNFIT = {
    "too large": "the picture is too large; choose a smaller one",
    "killed": "the picture could not be read in time; choose a smaller one",
}
TELL = "upload.tell"
"""The kind of job that tells more messages than go into one unit of what is known of an image."""


class ImageInspector:
    """Looks into uploads, one at a time: does `uploads.INSPECT`, and tells how that ended to who waits for it."""

    def __init__(self, db: Database, blobs: BlobStore) -> None:
        self._db = db
        self._blobs = blobs
        self._one = asyncio.Lock()
        self._next = asyncio.Event()
        self._is_blind = False

    async def work(self, job: Job) -> None:
        """Looks into the upload `upload_n` and notes how that ended, so that no image is tried again and again."""
        async with self._one:
            upload = await self._db.read(upload_by_n, job.data["upload_n"])
            if upload is not None:
                found = await self._inspect(upload)
                self._is_blind = found.outcome == images.UNAVAILABLE
                await self._note(upload, found)
        self._next.set()
        self._next = asyncio.Event()

    async def require_picture(self, upload: Upload) -> None:
        """Raises Invalid for what cannot be shown as a picture, Unavailable while that is not known after 10 s."""
        outcome = await self._outcome(upload)
        if outcome not in ("done", images.UNAVAILABLE):
            raise Invalid(_UNFIT.get(outcome, "the picture cannot be read; choose a GIF, JPEG, PNG or WebP file"))

    async def _outcome(self, upload: Upload) -> str:
        """How looking into it ended, or does while one waits; without Pillow `unavailable` for what begins well."""
        if bare_type(upload.content_type) not in images.KINDS:
            return OTHER
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while not upload.inspection and not self._is_blind:
                    turn = self._next
                    upload = await self._db.read(upload_by_n, upload.n) or replace(upload, inspection=OTHER)
                    if not upload.inspection:
                        await turn.wait()
        if upload.inspection:
            return upload.inspection
        if self._is_blind:
            return images.UNAVAILABLE if await self._begins_well(upload) else OTHER
        raise Unavailable("the picture is still being looked at, try again in a moment")

    async def _begins_well(self, upload: Upload) -> bool:
        head = b"".join([piece async for piece in await self._blobs.open(upload.blob_key, 0, images.HEAD)])
        return images.is_kind(bare_type(upload.content_type), head)

    async def _inspect(self, upload: Upload) -> Inspected:
        if not await self._begins_well(upload):
            return Inspected(OTHER)
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
