"""Uploaded images get their size and a thumbnail after the upload, once, whatever they are."""

import asyncio
import io
from typing import Any

import pytest

from clickclack.api.chat.parts import UPLOADING
from clickclack.chat import attachments, uploads
from clickclack.kernel import images
from clickclack.kernel.images import Inspected
from clickclack.kernel.transaction import Tx
from tests.conftest import Serve, Server
from tests.pictures import bomb, picture
from tests.stored import keys_of

Image: Any = pytest.importorskip("PIL.Image", reason="the extra `images` is not installed")


async def outcome(server: Server, upload: Any) -> str:
    await server.settled()
    return await server.db.read(Tx.value, "SELECT inspection FROM uploads WHERE id = ?", upload["id"])


async def listed(server: Server) -> Any:
    page = await server.member.get(f"/api/uploads?workspace_id={server.cast.workspace}")
    return page["uploads"][0]


async def test_an_image_gets_its_true_size_and_a_thumbnail(server: Server) -> None:
    content = picture((1600, 800), "PNG")
    upload = await server.member.upload(server.cast.workspace, content, filename="a.png", content_type="Image/PNG")
    assert await outcome(server, upload) == "done"
    seen = await listed(server)
    assert (seen["width"], seen["height"]) == (1600, 800)
    small = await server.member.download(f"{upload['id']}?thumbnail=1")
    assert (small.headers["Content-Type"], small.headers["Content-Disposition"]) == (
        "image/webp",
        'inline; filename="a.png.webp"',
    )
    assert Image.open(io.BytesIO(small.raw)).size == (640, 320)
    whole = await server.member.download(upload["id"])
    assert whole.raw == content
    assert whole.headers["ETag"] != small.headers["ETag"]
    since = {"If-Modified-Since": whole.headers["Last-Modified"]}
    assert (await server.member.download(f"{upload['id']}?thumbnail=1", 200, **since)).raw == small.raw
    await server.owner.download(f"{upload['id']}?thumbnail=1", 404)


async def test_messages_that_carry_the_image_are_told_of_its_size(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted = asyncio.Event()

    async def late(_: Any) -> Inspected:
        await posted.wait()
        return Inspected("done", 20, 10)

    monkeypatch.setattr(images, "inspect", late)
    upload = await server.member.upload(server.cast.workspace, picture((20, 10), "PNG"), content_type="image/png")
    path = f"/api/channels/{server.cast.general}/messages"
    message = (await server.member.post(path, {"upload_ids": [upload["id"]]}))["message"]
    async with server.owner.follow(server.cast.workspace) as follower:
        assert (await follower.next())["type"] == "message.created"
        posted.set()
        event = await follower.next()
    assert (event["type"], event["payload"]["message_id"]) == ("message.updated", message["id"])
    (seen,) = (await server.owner.get(f"/api/messages/{message['id']}"))["message"]["attachments"]
    assert (seen["width"], seen["height"]) == (20, 10)


async def test_more_carriers_than_one_unit_tells_are_all_told(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    posted = asyncio.Event()

    async def late(_: Any) -> Inspected:
        await posted.wait()
        return Inspected("done", 20, 10)

    monkeypatch.setattr(images, "inspect", late)
    monkeypatch.setattr(attachments, "AT_ONCE", 2)
    upload = await server.member.upload(server.cast.workspace, picture((20, 10), "PNG"), content_type="image/png")
    path = f"/api/channels/{server.cast.general}/messages"
    made = [(await server.member.post(path, {"upload_ids": [upload["id"]]}))["message"]["id"] for _ in range(5)]
    posted.set()
    await server.settled()
    told = "SELECT COUNT(*) FROM events WHERE type = 'message.updated'"
    assert await server.db.read(Tx.value, told) == len(made)


@pytest.mark.parametrize(
    ("content", "content_type", "ends"),
    [
        (bomb(50_000, 50_000), "image/png", "too large"),
        (picture((20, 20), "PNG"), "image/gif", "other type"),
        (picture((20, 20), "PNG"), "text/html", ""),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", ""),
        (b"\x89PNG\r\n\x1a\n<script>", "image/png", "unreadable"),
    ],
)
async def test_what_is_no_fit_image_is_served_as_it_is_and_tried_once(
    server: Server, content: bytes, content_type: str, ends: str
) -> None:
    upload = await server.member.upload(server.cast.workspace, content, content_type=content_type)
    assert await outcome(server, upload) == ends
    assert (await server.member.download(f"{upload['id']}?thumbnail=1")).raw == content
    waiting = "SELECT COUNT(*) FROM jobs WHERE kind = ? AND state <> 'done'"
    assert await server.db.read(Tx.value, waiting, uploads.INSPECT) == 0


async def test_a_child_that_is_killed_is_noted_and_the_server_goes_on(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "child_command", lambda: ["/bin/sh", "-c", "kill -9 $$"])
    upload = await server.member.upload(server.cast.workspace, picture((20, 20), "PNG"), content_type="image/png")
    assert await outcome(server, upload) == "killed"
    await server.member.say(server.cast.general)


async def test_without_pillow_nothing_is_noted_and_the_image_is_served(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    says = 'cat >/dev/null; echo \'{"outcome":"unavailable"}\''
    monkeypatch.setattr(images, "child_command", lambda: ["/bin/sh", "-c", says])
    content = picture((20, 20), "PNG")
    upload = await server.member.upload(server.cast.workspace, content, content_type="image/png")
    assert await outcome(server, upload) == ""
    assert (await server.member.download(f"{upload['id']}?thumbnail=1")).raw == content


async def test_an_inspection_that_was_cut_off_is_taken_up_at_the_next_start(serve: Serve) -> None:
    server = await serve()
    upload = await server.member.upload(server.cast.workspace, picture((20, 20), "PNG"), content_type="image/png")
    assert await outcome(server, upload) == "done"

    def cut_off(tx: Tx) -> None:
        tx.run("UPDATE uploads SET inspection = '', thumbnail_key = NULL, width = 0")
        tx.run("UPDATE jobs SET state = 'running', attempts = 1 WHERE kind = ?", uploads.INSPECT)

    await server.db.write(cut_off)
    again = await serve()
    assert await outcome(again, upload) == "done"
    assert (await listed(again))["width"] == 20


async def test_a_thumbnail_of_an_upload_that_was_deleted_meanwhile_is_not_kept(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def late(_: Any) -> Inspected:
        await server.member.delete(f"/api/uploads/{await sent}", 204)
        return Inspected("done", 20, 20, b"small", "image/webp")

    monkeypatch.setattr(images, "inspect", late)
    upload = await server.member.upload(server.cast.workspace, picture((20, 20), "PNG"), content_type="image/png")
    sent.set_result(upload["id"])
    await server.settled()
    assert await keys_of(server.app[UPLOADING].blobs) == []
