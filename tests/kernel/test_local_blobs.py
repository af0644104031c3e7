"""Content in a folder: whole or not there, under keys that lead nowhere else."""

import asyncio
import errno
import gc
import hashlib
import os
import stat
import threading
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from clickclack.kernel import blobs, local_blobs
from clickclack.kernel.blobs import STEP, BlobStore, is_key, new_key
from clickclack.kernel.clock import SECOND
from clickclack.kernel.errors import NotFound, StorageFull, TooLarge
from clickclack.kernel.local_blobs import LONGEST_REST, PIECE, LocalBlobs
from tests.stored import keys_of

ESCAPES = [
    "",
    ".",
    "..",
    "../secret",
    "..\\secret",
    "/etc/passwd",
    "a/b",
    "a" * 25,
    "a" * 27,
    "a" * 25 + "/",
    "a" * 25 + ".",
    "a" * 26 + "\n",
    "A" * 26,
    "a" * 26 + ".part",
    "\x00" * 26,
    "１" * 26,
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture
async def store(folder: Path) -> BlobStore:
    return await LocalBlobs.open_folder(folder)


async def stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def read(store: BlobStore, key: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([piece async for piece in await store.open(key, start, end)])


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_what_is_put_is_read_back_whole(store: BlobStore, folder: Path):
    stored = await store.put(stream(b"hel", b"", b"lo"), 5)
    assert (stored.size, stored.sha256) == (5, hashlib.sha256(b"hello").hexdigest())
    assert await read(store, stored.key) == b"hello"
    assert files(folder) == [stored.key]


async def test_nothing_is_content_too(store: BlobStore):
    stored = await store.put(stream(), 5)
    assert (stored.size, await read(store, stored.key)) == (0, b"")


async def test_equal_content_has_keys_of_its_own(store: BlobStore):
    first, second = await store.put(stream(b"x"), 5), await store.put(stream(b"x"), 5)
    assert first.key != second.key
    assert is_key(first.key)


async def test_large_content_goes_in_and_out_in_steps(store: BlobStore):
    content = os.urandom(3 * STEP + 7)
    parts = [content[at : at + 300_000] for at in range(0, len(content), 300_000)]
    stored = await store.put(stream(*parts), 4 * STEP)
    pieces = [piece async for piece in await store.open(stored.key)]
    assert [len(piece) for piece in pieces] == [STEP, STEP, STEP, 7]
    assert b"".join(pieces) == content
    assert stored.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.skipif(os.name != "posix", reason="modes are a thing of POSIX")
async def test_files_and_folder_are_for_this_user_alone(store: BlobStore, folder: Path):
    stored = await store.put(stream(b"x"), 5)
    assert (mode(folder / stored.key), mode(folder)) == (0o600, 0o700)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, None, b"0123456789"),
        (0, 1, b"0"),
        (3, 7, b"3456"),
        (9, None, b"9"),
        (10, None, b""),
        (4, 4, b""),
        (7, 3, b""),
        (5, 99, b"56789"),
        (-3, 2, b"01"),
    ],
)
async def test_a_range_is_cut_to_the_content(store: BlobStore, start: int, end: int | None, expected: bytes):
    stored = await store.put(stream(b"0123456789"), 10)
    assert await read(store, stored.key, start, end) == expected


async def test_more_than_the_limit_leaves_nothing(store: BlobStore, folder: Path):
    with pytest.raises(TooLarge):
        await store.put(stream(b"x" * 10, b"x"), 10)
    with pytest.raises(TooLarge):
        await store.put(stream(b"x" * STEP, b"x" * STEP, b"x"), 2 * STEP)
    assert files(folder) == []


async def test_a_stream_that_breaks_leaves_nothing(store: BlobStore, folder: Path):
    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * STEP
        assert [name for name in files(folder) if is_key(name)] == []
        raise ConnectionResetError("the caller has left")

    with pytest.raises(ConnectionResetError):
        await store.put(broken(), 2 * STEP)
    assert files(folder) == []


async def test_a_put_that_is_cancelled_leaves_nothing(store: BlobStore, folder: Path):
    begun = asyncio.Event()

    async def stalled() -> AsyncIterator[bytes]:
        yield b"x" * STEP
        begun.set()
        await asyncio.Event().wait()

    putting = asyncio.create_task(store.put(stalled(), 2 * STEP))
    await begun.wait()
    putting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting
    assert files(folder) == []


async def test_a_put_that_is_cancelled_while_it_is_made_durable_leaves_nothing(
    store: BlobStore, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    syncing, go_on, fsync = threading.Event(), threading.Event(), os.fsync

    def slow(fd: int) -> None:
        syncing.set()
        go_on.wait(5)
        fsync(fd)

    monkeypatch.setattr(os, "fsync", slow)
    putting = asyncio.create_task(store.put(stream(b"x"), 5))
    await asyncio.to_thread(syncing.wait, 5)
    putting.cancel()
    asyncio.get_running_loop().call_later(0.05, go_on.set)
    with pytest.raises(asyncio.CancelledError):
        await putting
    assert files(folder) == []


async def test_content_has_its_name_only_once_it_is_on_disk(
    store: BlobStore, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    synced: list[tuple[str, list[str]]] = []

    def noted(fd: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(fd).st_mode) else "file"
        synced.append((kind, [Path(name).suffix for name in files(folder)]))

    monkeypatch.setattr(os, "fsync", noted)
    await store.put(stream(b"x"), 5)
    assert synced == [("file", [".part"]), ("folder", [""])]


@pytest.mark.parametrize("takes_hints", [True, False])
async def test_a_large_file_is_made_durable_while_it_comes_in(
    store: BlobStore, folder: Path, monkeypatch: pytest.MonkeyPatch, *, takes_hints: bool
):
    def refuse(*_: object) -> None:
        raise OSError(errno.EINVAL, "no hints here")

    def noted(fd: int) -> None:
        sizes.append(os.fstat(fd).st_size)

    sizes: list[int] = []
    monkeypatch.setattr(local_blobs, "UNSYNCED", STEP)
    monkeypatch.setattr(os, "fsync", noted)
    if not takes_hints:
        monkeypatch.setattr(os, "posix_fadvise", refuse, raising=False)
    content = os.urandom(2 * STEP + 5)
    stored = await store.put(stream(content[:STEP], content[STEP:-5], content[-5:]), len(content))
    assert sizes[:3] == [STEP, 2 * STEP, len(content)]
    assert (folder / stored.key).read_bytes() == content


async def test_the_disk_begins_with_each_piece_and_the_upload_rests(store: BlobStore, monkeypatch: pytest.MonkeyPatch):
    hints: list[tuple[int, int]] = []
    rests: list[float] = []
    sleep = asyncio.sleep

    def hinted(_: int, start: int, length: int, __: int) -> None:
        hints.append((start, length))

    async def rested(seconds: float) -> None:
        rests.append(seconds)
        await sleep(0)

    monkeypatch.setattr(os, "POSIX_FADV_DONTNEED", 4, raising=False)
    monkeypatch.setattr(os, "posix_fadvise", hinted, raising=False)
    monkeypatch.setattr(local_blobs.asyncio, "sleep", rested)
    await store.put(stream(b"x" * PIECE, b"x" * (PIECE - 1), b"xy", b"z"), 3 * PIECE)
    assert hints == [(0, PIECE), (PIECE, PIECE + 1), (2 * PIECE + 1, 1)]
    assert len(rests) == 2
    assert all(0 < seconds <= LONGEST_REST for seconds in rests)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
async def test_a_full_disk_is_said_and_leaves_nothing(
    store: BlobStore, folder: Path, monkeypatch: pytest.MonkeyPatch, code: int
):
    def full(*_: object) -> int:
        raise OSError(code, "full")

    monkeypatch.setattr(local_blobs.os, "write", full)
    with pytest.raises(StorageFull):
        await store.put(stream(b"x"), 5)
    assert files(folder) == []


async def test_short_writes_are_gone_on_with(store: BlobStore, monkeypatch: pytest.MonkeyPatch):
    write = os.write

    def short(fd: int, content: memoryview) -> int:
        return write(fd, content[:3])

    with monkeypatch.context() as patch:
        patch.setattr(local_blobs.os, "write", short)
        stored = await store.put(stream(b"0123456789"), 10)
    assert await read(store, stored.key) == b"0123456789"


async def test_deleted_content_is_gone_and_may_be_deleted_again(store: BlobStore):
    stored = await store.put(stream(b"x"), 5)
    await store.delete(stored.key)
    await store.delete(stored.key)
    with pytest.raises(NotFound):
        await store.open(stored.key)


async def test_a_reader_of_content_that_is_deleted_meanwhile_is_told(store: BlobStore):
    stored = await store.put(stream(b"x" * (2 * STEP)), 2 * STEP)
    pieces = await store.open(stored.key)
    assert len(await anext(pieces)) == STEP
    await store.delete(stored.key)
    with pytest.raises(NotFound):
        await anext(pieces)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files as Linux does")
async def test_a_reader_that_leaves_holds_nothing(store: BlobStore):
    stored = await store.put(stream(b"x" * (2 * STEP)), 2 * STEP)
    before = open_files()
    pieces = await store.open(stored.key)
    await anext(pieces)
    assert open_files() == before
    await pieces.aclose()


@pytest.mark.parametrize("key", ESCAPES)
async def test_a_key_that_is_none_of_ours_leads_nowhere(store: BlobStore, folder: Path, key: str):
    (folder.parent / "secret").write_text("secret")
    with pytest.raises(NotFound):
        await store.open(key)
    with pytest.raises(NotFound):
        await store.delete(key)
    assert (folder.parent / "secret").exists()


async def test_an_unknown_key_is_not_found(store: BlobStore):
    with pytest.raises(NotFound):
        await store.open(new_key())


async def test_old_keys_are_told_from_new_ones_and_from_strange_files(store: BlobStore, folder: Path):
    old, new = await store.put(stream(b"x"), 5), await store.put(stream(b"x"), 5)
    os.utime(folder / old.key, (1000, 1000))
    for strange in ("README", new_key() + ".part"):
        (folder / strange).touch()
        os.utime(folder / strange, (1000, 1000))
    assert await keys_of(store, end=1000 * SECOND) == []
    assert await keys_of(store, end=1001 * SECOND) == [old.key]
    assert set(await keys_of(store, end=10_000_000_000 * SECOND)) == {old.key, new.key}
    assert await keys_of(store, start=1000 * SECOND + 1) == [new.key]


async def test_keys_are_listed_in_bounded_steps_while_some_go(store: BlobStore):
    kept = {(await store.put(stream(b"x"), 5)).key for _ in range(blobs.LISTED * 2 + 5)}
    listed: list[list[str]] = []
    async for keys in store.keys_between(0, 2**62):
        listed.append(keys)
        await store.delete(keys[0])
        await store.delete(next(iter(kept.difference(*listed)), keys[0]))
    found = [key for keys in listed for key in keys]
    assert max(map(len, listed)) <= blobs.LISTED
    assert kept > set(found) > set(await keys_of(store))
    assert len(found) == len(set(found))


async def test_a_listing_that_is_left_is_closed(store: BlobStore, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(local_blobs, "LISTED", 1)  # else the one step ends it
    for _ in range(3):
        await store.put(stream(b"x"), 5)
    async with aclosing(store.keys_between(0, 2**62)) as steps:
        async for _ in steps:
            break
    gc.collect()


async def test_half_written_files_of_an_earlier_process_are_cleared_away(store: BlobStore, folder: Path):
    stored = await store.put(stream(b"x"), 5)
    (folder / (new_key() + ".part")).touch()
    (folder / "mine.part").touch()
    await LocalBlobs.open_folder(folder)
    assert files(folder) == sorted([stored.key, "mine.part"])


async def test_many_streams_at_once_do_not_mix(store: BlobStore):
    contents = [bytes([number]) * (STEP // 4) for number in range(20)]
    stored = await asyncio.gather(*(store.put(stream(c, c, c, c, c), 2 * STEP) for c in contents))
    assert [await read(store, s.key) for s in stored] == [c * 5 for c in contents]
