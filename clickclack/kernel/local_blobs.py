"""The blob store in a folder of this machine: a file for each key, written aside, made durable, then renamed."""

import asyncio
import contextlib
import errno
import hashlib
import itertools
import os
import threading
from collections.abc import AsyncGenerator, AsyncIterable
from pathlib import Path

from clickclack.kernel.blobs import LISTED, STEP, Stored, checked, is_key, new_key
from clickclack.kernel.errors import NotFound, StorageFull, TooLarge
from clickclack.kernel.folders import sync_folder

PARTIAL = ".part"
PIECE = 256 * 1024
"""Bytes that are written at once: few enough that whoever waits for the loop meanwhile does not notice."""
UNSYNCED = 16 * 1024 * 1024
"""Bytes that are written before they are made durable: a commit of the database waits behind all that is not yet."""
LONGEST_REST = 0.01
"""Seconds that an upload rests at most after each piece: what comes in meanwhile fits into the system's buffers."""
_FULL = {errno.ENOSPC, errno.EDQUOT}


class LocalBlobs:
    """A `BlobStore` in one folder, which no other process writes to. All file access happens on threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    async def open_folder(cls, folder: Path) -> "LocalBlobs":
        """Makes the folder when it is missing, and clears away what an earlier process left half written."""
        await asyncio.to_thread(_prepare, folder)
        return cls(folder)

    async def put(self, chunks: AsyncIterable[bytes], limit: int) -> Stored:
        """Streams to a partial file that gets its name once it is whole and on disk; else nothing remains."""
        partial = _Partial(self._folder, new_key())
        try:
            return await _receive(partial, chunks, limit)
        except BaseException as error:
            await asyncio.shield(asyncio.to_thread(partial.discard))
            if isinstance(error, OSError) and error.errno in _FULL:
                raise StorageFull("the server's disk is full; nothing was saved") from error
            raise

    async def open(self, key: str, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
        """Holds no file open between two pieces, so that a reader who leaves has nothing to give back."""
        path = self._folder / checked(key)
        size = await asyncio.to_thread(_size, path)
        return _pieces(path, max(0, start), size if end is None else min(end, size))

    async def delete(self, key: str) -> None:
        """Removes the file."""
        await asyncio.to_thread((self._folder / checked(key)).unlink, missing_ok=True)

    async def keys_between(self, start: int, end: int) -> AsyncGenerator[list[str]]:
        """Goes by the time the content was last written."""
        listing = await asyncio.to_thread(_Listing, self._folder)
        try:
            while (entries := await asyncio.to_thread(listing.step)) is not None:
                keys = [key for key, written_at in entries if start <= written_at < end]
                if keys:
                    yield keys
        finally:
            await asyncio.shield(asyncio.to_thread(listing.close))


class _Partial:
    """A file while it is written. Each step runs on a thread; `discard` waits for the step that is under way."""

    def __init__(self, folder: Path, key: str) -> None:
        self.key = key
        self._final = folder / key
        self._path = folder / f"{key}{PARTIAL}"
        self._lock = threading.Lock()
        self._hash = hashlib.sha256()
        self._fd = -1
        self._size = self._unsynced = 0
        self._discarded = False

    def open(self) -> None:
        with self._lock:
            if not self._discarded:
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
                self._fd = os.open(self._path, flags, 0o600)

    def write(self, content: bytearray) -> None:
        with self._lock:
            if not self._discarded:
                self._write(content)

    def finish(self, content: bytearray) -> str:
        """Writes the rest, gives the file its name, and returns its SHA-256."""
        with self._lock:
            if not self._discarded:
                self._write(content)
                os.fsync(self._fd)
                self._close()
                self._path.rename(self._final)
                sync_folder(self._final.parent)
        return self._hash.hexdigest()

    def discard(self) -> None:
        with self._lock:
            self._discarded = True
            self._close()
            self._path.unlink(missing_ok=True)
            self._final.unlink(missing_ok=True)

    def _write(self, content: bytearray) -> None:
        self._hash.update(content)
        with memoryview(content) as rest:
            done = 0
            while done < len(rest):
                done += os.write(self._fd, rest[done:])
        self._unsynced += len(content)
        _begin_syncing(self._fd, self._size, len(content))
        self._size += len(content)
        if self._unsynced >= UNSYNCED:
            os.fsync(self._fd)
            self._unsynced = 0

    def _close(self) -> None:
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)


class _Listing:
    """A folder while it is read. Each step runs on a thread; `close` waits for the step that is under way."""

    def __init__(self, folder: Path) -> None:
        self._entries = os.scandir(folder)
        self._lock = threading.Lock()

    def step(self) -> list[tuple[str, int]] | None:
        """The keys among the next entries, with the time of their last change; None when there are no more entries."""
        with self._lock:
            entries = list(itertools.islice(self._entries, LISTED))
        found: list[tuple[str, int]] = []
        for entry in entries:
            if is_key(entry.name):
                with contextlib.suppress(FileNotFoundError):  # deleted meanwhile
                    found.append((entry.name, entry.stat().st_mtime_ns // 1000))
        return found if entries else None

    def close(self) -> None:
        with self._lock:
            self._entries.close()


async def _receive(partial: _Partial, chunks: AsyncIterable[bytes], limit: int) -> Stored:
    """Rests after each piece as long as it took to come and be written, but not for long.

    So what comes in fast takes no more than half of the loop from others.
    """
    loop = asyncio.get_running_loop()
    size, waiting = 0, bytearray()
    await asyncio.to_thread(partial.open)
    begun = loop.time()
    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise TooLarge(f"the file is larger than {limit} bytes")
        waiting += chunk
        if len(waiting) >= PIECE:
            await asyncio.to_thread(partial.write, waiting)
            waiting = bytearray()
            await asyncio.sleep(min(loop.time() - begun, LONGEST_REST))
            begun = loop.time()
    return Stored(partial.key, size, await asyncio.to_thread(partial.finish, waiting))


async def _pieces(path: Path, start: int, end: int) -> AsyncGenerator[bytes]:
    while start < end:
        piece = await asyncio.to_thread(_read, path, start, min(STEP, end - start))
        if not piece:
            raise NotFound("file not found")
        yield piece
        start += len(piece)


def _begin_syncing(fd: int, start: int, length: int) -> None:
    """Has the system put these bytes on the disk from now on, where it takes such a hint."""
    if hasattr(os, "posix_fadvise"):
        with contextlib.suppress(OSError):
            os.posix_fadvise(fd, start, length, os.POSIX_FADV_DONTNEED)


def _prepare(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in folder.glob(f"*{PARTIAL}"):
        if is_key(path.stem):
            path.unlink(missing_ok=True)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        raise NotFound("file not found") from None


def _read(path: Path, start: int, length: int) -> bytes:
    try:
        with path.open("rb", buffering=0) as file:
            file.seek(start)
            return file.read(length)
    except FileNotFoundError:
        raise NotFound("file not found") from None
