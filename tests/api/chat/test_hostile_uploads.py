"""Uploads of people who mean no good, or whose line is bad: nothing half shows, nothing is left (contract chat 6.9)."""

import asyncio
import errno
import os
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest

from clickclack.api.chat.parts import UPLOADING
from clickclack.chat.upload_removal import named_keys
from clickclack.kernel import local_blobs
from clickclack.kernel.http import multipart
from clickclack.kernel.orphans import remove_orphans
from clickclack.kernel.transaction import Tx
from tests.client import FormPart
from tests.conftest import Serve, Server
from tests.stored import keys_of

END = b"--frontier--\r\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "uploads"


def form(content: bytes) -> bytes:
    return FormPart("file", content, "a.bin").encoded("frontier") + END


async def connection(
    server: Server, length: int | None, more: str = ""
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A bare connection on which an upload has begun."""
    reader, writer = await asyncio.open_connection(server.base.host, server.base.port)
    size = "" if length is None else f"Content-Length: {length}\r\n"
    head = (
        f"POST /api/uploads?workspace_id={server.cast.workspace} HTTP/1.1\r\nHost: {server.base.authority}\r\n"
        f"Authorization: Bearer {server.cast.people['member'].token}\r\n"
        f"Content-Type: multipart/form-data; boundary=frontier\r\n{size}{more}\r\n"
    )
    writer.write(head.encode())
    return reader, writer


async def until(true: Callable[[], bool]) -> None:
    """Waits until something is so."""
    async with asyncio.timeout(10):
        while True:
            if await asyncio.to_thread(true):
                return
            await asyncio.sleep(0.01)


async def nothing_is_left(server: Server, folder: Path) -> None:
    """Waits until the folder is empty."""
    await until(lambda: not any(folder.iterdir()))
    page = await server.member.get(f"/api/uploads?workspace_id={server.cast.workspace}")
    assert (page["uploads"], page["used_bytes"]) == ([], 0)


@pytest.mark.parametrize("tenth", range(1, 10))
async def test_a_connection_that_is_cut_leaves_nothing(server: Server, folder: Path, tenth: int) -> None:
    raw = form(bytes(3_000_000))
    _, writer = await connection(server, len(raw))
    writer.write(raw[: len(raw) * tenth // 10])
    await writer.drain()
    await asyncio.sleep(0.02)
    writer.transport.abort()
    await nothing_is_left(server, folder)


async def test_a_connection_that_is_cut_after_the_file_leaves_nothing(server: Server, folder: Path) -> None:
    raw = form(bytes(3_000_000))
    _, writer = await connection(server, len(raw))
    writer.write(raw[: -len(END) + 2])
    await writer.drain()
    await until(lambda: any(folder.iterdir()))
    writer.transport.abort()
    await nothing_is_left(server, folder)


async def test_a_body_longer_than_its_form_or_without_its_end_is_no_upload(server: Server, folder: Path) -> None:
    for raw in (form(b"x")[: -len(END)], b"", b"--frontier", form(b"x")[:40]):
        reader, writer = await connection(server, len(raw))
        writer.write(raw)
        assert (await reader.readline()).split()[1] == b"400"
        writer.close()
    await nothing_is_left(server, folder)


async def test_a_wrong_length_cuts_the_body_where_it_says(server: Server, folder: Path) -> None:
    raw = form(b"x" * 1000)
    reader, writer = await connection(server, len(raw) - 100)
    writer.write(raw)
    assert (await reader.readline()).split()[1] == b"400"
    writer.close()
    await nothing_is_left(server, folder)


async def test_an_upload_without_a_length_is_bounded_while_it_comes_in(serve: Serve, folder: Path) -> None:
    server = await serve(upload_limit=100_000)
    reader, writer = await connection(server, None, "Transfer-Encoding: chunked\r\n")
    piece = form(bytes(200_000))
    writer.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(piece), piece))
    assert (await reader.readline()).split()[1] == b"413"
    writer.close()
    await nothing_is_left(server, folder)


async def test_a_sender_who_is_too_slow_is_sent_away(
    server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multipart, "WINDOW", 0.2)
    raw = form(bytes(100_000))
    reader, writer = await connection(server, len(raw))
    writer.write(raw[:200])
    for position in range(200, 230):
        await asyncio.sleep(0.02)
        writer.write(raw[position : position + 1])
    assert (await reader.readline()).split()[1] == b"408"
    writer.close()
    await nothing_is_left(server, folder)


async def test_a_full_disk_is_a_507_and_leaves_nothing(
    server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(local_blobs.os, "write", full)
        answer = await server.member.send_form(
            f"/api/uploads?workspace_id={server.cast.workspace}", FormPart("file", bytes(3_000_000), "a")
        )
    assert (answer.status, answer.error) == (507, "the server's disk is full; nothing was saved")
    await nothing_is_left(server, folder)
    await server.member.upload(server.cast.workspace)


async def test_a_crash_between_content_and_row_is_cleared_away_after_an_hour(server: Server, folder: Path) -> None:
    async def content() -> AsyncGenerator[bytes]:
        yield b"left behind"

    blobs = server.app[UPLOADING].blobs
    kept = await server.member.upload(server.cast.workspace)
    await blobs.put(content(), 100)
    for hours, left in ((0.9, 2), (1.1, 1)):
        _age(folder, server.clock.now() / 1_000_000 - hours * 3600)
        await remove_orphans(server.db, blobs, [named_keys])
        assert len(await keys_of(blobs)) == left
    assert (await server.member.download(kept["id"])).raw == b"hello"


def _age(folder: Path, seconds: float) -> None:
    for path in folder.iterdir():
        os.utime(path, (seconds, seconds))


async def test_a_deleted_workspace_leaves_its_content_to_the_timer(server: Server, folder: Path) -> None:
    made = (await server.member.post("/api/workspaces", {"name": "Mine"}))["workspace"]["id"]
    upload = await server.member.upload(made)
    await server.member.delete(f"/api/workspaces/{made}", 204)
    await server.member.download(upload["id"], 404)
    await server.settled()
    assert await server.db.read(Tx.value, "SELECT COUNT(*) FROM uploads") == 0
    _age(folder, server.clock.now() / 1_000_000 - 3601)
    await remove_orphans(server.db, server.app[UPLOADING].blobs, [named_keys])
    await nothing_is_left(server, folder)


async def test_a_workspace_that_is_deleted_during_an_upload_keeps_nothing(server: Server, folder: Path) -> None:
    made = (await server.member.post("/api/workspaces", {"name": "Mine"}))["workspace"]["id"]
    raw = form(bytes(3_000_000))
    reader, writer = await asyncio.open_connection(server.base.host, server.base.port)
    head = (
        f"POST /api/uploads?workspace_id={made} HTTP/1.1\r\nHost: {server.base.authority}\r\n"
        f"Authorization: Bearer {server.cast.people['member'].token}\r\nContent-Length: {len(raw)}\r\n"
        "Content-Type: multipart/form-data; boundary=frontier\r\n\r\n"
    )
    writer.write(head.encode() + raw[:1_500_000])
    await writer.drain()
    await server.member.delete(f"/api/workspaces/{made}", 204)
    writer.write(raw[1_500_000:])
    assert (await reader.readline()).split()[1] == b"404"
    writer.close()
    await nothing_is_left(server, folder)


async def test_removing_an_upload_takes_it_out_of_messages_and_off_the_disk(server: Server, folder: Path) -> None:
    upload = await server.member.upload(server.cast.workspace)
    path = f"/api/channels/{server.cast.general}/messages"
    message = (await server.member.post(path, {"body": "a", "upload_ids": [upload["id"]]}))["message"]
    await server.owner.post(path, {"upload_ids": [upload["id"]]})
    await server.owner.delete(f"/api/uploads/{upload['id']}", 404)
    async with server.owner.follow(server.cast.workspace) as follower:
        await follower.take(2)
        await server.member.delete(f"/api/uploads/{upload['id']}", 204)
        events: list[Any] = await follower.take(2)
    assert [event["type"] for event in events] == ["message.updated"] * 2
    assert events[0]["payload"]["message_id"] == message["id"]
    assert all("attachments" not in m for m in (await server.owner.get(path))["messages"])
    await server.member.download(upload["id"], 404)
    await server.member.delete(f"/api/uploads/{upload['id']}", 404)
    await server.settled()
    await nothing_is_left(server, folder)


async def test_an_upload_on_many_messages_is_removed_in_steps(
    server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clickclack.chat.attachments.AT_ONCE", 2)
    upload = await server.member.upload(server.cast.workspace)
    path = f"/api/channels/{server.cast.general}/messages"
    for _ in range(7):
        await server.member.post(path, {"upload_ids": [upload["id"]]})
    await server.member.delete(f"/api/uploads/{upload['id']}", 204)
    assert all("attachments" not in m for m in (await server.member.get(path))["messages"])
    await server.settled()
    await nothing_is_left(server, folder)
    sql = "SELECT COUNT(*) FROM events WHERE type = 'message.updated'"
    assert await server.db.read(Tx.value, sql) == 7
