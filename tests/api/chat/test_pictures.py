"""Uploads as workspace icons and as avatars (contract chat 6.9)."""

import asyncio
from collections.abc import AsyncIterable
from typing import Any

import pytest

from clickclack.kernel import images
from clickclack.kernel.images import Inspected
from tests.conftest import Server
from tests.pictures import DOT


async def icon(server: Server, url: str, want: int = 200) -> Any:
    return await server.owner.patch(f"/api/workspaces/{server.cast.workspace}", {"icon_url": url}, want)


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://x.y/z.png", "workspace icon must be an uploaded file"),
        ("/api/uploads/", "workspace icon must be an uploaded image"),
        ("/api/uploads/upl_0/x", "workspace icon must be an uploaded image"),
        ("/api/uploads/upl_0", "workspace icon upload was not found"),
    ],
)
async def test_an_icon_is_an_upload(server: Server, url: str, text: str) -> None:
    assert await icon(server, url, 400) == {"error": text}


async def test_an_icon_is_an_image_of_the_workspace_that_its_chooser_sees(server: Server) -> None:
    foreign = (await server.owner.post("/api/workspaces", {"name": "Mine"}))["workspace"]["id"]
    cases = [
        (await server.owner.upload(foreign, content_type="image/png"), "belongs to another workspace"),
        (await server.owner.upload(server.cast.workspace), "workspace icon must be an image"),
        (await server.member.upload(server.cast.workspace, content_type="image/png"), "is not visible to the actor"),
    ]
    for upload, text in cases:
        assert text in (await icon(server, f"/api/uploads/{upload['id']}", 400))["error"]


async def test_a_visible_image_of_somebody_else_may_be_the_icon_and_stays_it(server: Server) -> None:
    upload = await server.member.upload(server.cast.workspace, content_type="image/svg+xml")
    path = f"/api/channels/{server.cast.general}/messages"
    message = (await server.member.post(path, {"upload_ids": [upload["id"]]}))["message"]
    url = f"/api/uploads/{upload['id']}"
    assert (await icon(server, url))["workspace"]["icon_url"] == url
    await server.member.delete(f"/api/messages/{message['id']}")
    assert (await icon(server, url))["workspace"]["icon_url"] == url
    answer = await server.owner.download(upload["id"])
    assert answer.headers["Content-Type"] == "application/octet-stream"


async def test_who_may_not_change_a_workspace_is_told_so_before_anything_of_the_icon(server: Server) -> None:
    path = f"/api/workspaces/{server.cast.workspace}"
    answer = await server.member.patch(path, {"icon_url": "/api/uploads/upl_0"}, 403)
    assert answer == {"error": "workspace manager permission required"}


async def test_an_icon_or_avatar_is_not_deleted(server: Server) -> None:
    upload = await server.owner.upload(server.cast.workspace, DOT, content_type="image/png")
    url = f"/api/uploads/{upload['id']}"
    await icon(server, url)
    assert "icon" in (await server.owner.delete(url, 409))["error"]
    await icon(server, "")
    await server.owner.patch("/api/me", {"avatar_url": url})
    assert "avatar" in (await server.owner.delete(url, 409))["error"]
    await server.owner.patch("/api/me", {"avatar_url": ""})
    await server.owner.delete(url, 204)


async def test_an_avatar_is_ones_own_image(server: Server) -> None:
    mine = await server.member.upload(server.cast.workspace, DOT, content_type="image/png")
    url = f"/api/uploads/{mine['id']}"
    assert (await server.member.patch("/api/me", {"avatar_url": url}))["user"]["avatar_url"] == url
    theirs = await server.owner.patch("/api/me", {"avatar_url": url}, 400)
    assert theirs == {"error": "the picture must be an upload of your own"}
    for wrong in ("/api/uploads/upl_0", "/api/uploads/", f"{url}/x", f"{url} x"):
        assert "upload of your own" in (await server.member.patch("/api/me", {"avatar_url": wrong}, 400))["error"]
    text = await server.member.upload(server.cast.workspace)
    answer = await server.member.patch("/api/me", {"avatar_url": f"/api/uploads/{text['id']}"}, 400)
    assert answer == {"error": "the picture must be an image"}


@pytest.mark.parametrize("content", [b"hello", b"", DOT[:-30], DOT[:20], b"\x89PNG\r\n\x1a\n" + bytes(100)])
async def test_what_is_no_picture_is_no_avatar(server: Server, content: bytes) -> None:
    pytest.importorskip("PIL.Image", reason="the extra `images` is not installed")
    broken = await server.member.upload(server.cast.workspace, content, content_type="image/png")
    before = (await server.member.get("/api/me"))["user"]
    wanted = {"display_name": "Else", "avatar_url": f"/api/uploads/{broken['id']}"}
    for _ in range(2):  # the second time it is known already
        answer = await server.member.patch("/api/me", wanted, 400)
        assert answer == {"error": "the picture cannot be read; choose a GIF, JPEG, PNG or WebP file"}
    assert (await server.member.get("/api/me"))["user"] == before


async def test_an_avatar_is_read_at_once_and_not_again(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    async def note(content: AsyncIterable[bytes]) -> Inspected:
        seen.append("seen")
        return Inspected("done", 1, 1)

    monkeypatch.setattr(images, "inspect", note)
    upload = await server.member.upload(server.cast.workspace, DOT, content_type="image/png")
    for name in ("A", "B"):
        wanted = {"display_name": name, "avatar_url": f"/api/uploads/{upload['id']}"}
        assert (await server.member.patch("/api/me", wanted))["user"]["display_name"] == name
    await server.settled()
    assert seen == ["seen"]


@pytest.mark.parametrize(("outcome", "text"), [("too large", "is too large"), ("killed", "could not be read in time")])
async def test_a_picture_that_cannot_be_shown_is_no_avatar_and_why_is_said(
    server: Server, monkeypatch: pytest.MonkeyPatch, outcome: str, text: str
) -> None:
    async def ended(content: AsyncIterable[bytes]) -> Inspected:
        return Inspected(outcome)

    monkeypatch.setattr(images, "inspect", ended)
    upload = await server.member.upload(server.cast.workspace, DOT, content_type="image/png")
    answer = await server.member.patch("/api/me", {"avatar_url": f"/api/uploads/{upload['id']}"}, 400)
    assert answer == {"error": f"the picture {text}; choose a smaller one"}


async def test_a_picture_that_takes_long_to_be_read_is_asked_for_again_later(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = asyncio.Event()

    async def slow(content: AsyncIterable[bytes]) -> Inspected:
        await go_on.wait()
        return Inspected("done", 1, 1)

    monkeypatch.setattr(images, "inspect", slow)
    upload = await server.member.upload(server.cast.workspace, DOT, content_type="image/png")
    wanted = {"avatar_url": f"/api/uploads/{upload['id']}"}
    with monkeypatch.context() as patch:
        patch.setattr("clickclack.chat.image_inspection.PATIENCE", 0.1)
        assert "try again" in (await server.member.patch("/api/me", wanted, 503))["error"]
    waiting = asyncio.create_task(server.member.patch("/api/me", wanted))
    await asyncio.sleep(0.1)
    go_on.set()
    assert (await waiting)["user"]["avatar_url"] == wanted["avatar_url"]


async def test_without_the_extra_a_picture_that_begins_like_one_is_an_avatar(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unavailable(content: AsyncIterable[bytes]) -> Inspected:
        return Inspected(images.UNAVAILABLE)

    monkeypatch.setattr(images, "inspect", unavailable)
    for content, status in ((DOT, 200), (b"hello", 400)):
        upload = await server.member.upload(server.cast.workspace, content, content_type="image/png")
        await server.member.patch("/api/me", {"avatar_url": f"/api/uploads/{upload['id']}"}, status)


async def test_an_avatar_of_an_upload_does_not_show_an_image_of_somebody_else(server: Server) -> None:
    upload = await server.owner.upload(server.cast.workspace, DOT, content_type="image/png")
    await server.member.patch("/api/me", {"avatar_url": f"/api/uploads/{upload['id']}"}, 400)
    await server.member.download(upload["id"], 404)


async def test_an_avatar_that_goes_with_its_workspace_is_not_named_any_more(server: Server) -> None:
    mine = (await server.member.post("/api/workspaces", {"name": "Mine"}))["workspace"]["id"]
    upload = await server.member.upload(mine, DOT, content_type="image/png")
    for _ in range(2):
        await server.member.upload(mine, DOT, content_type="image/png")
    avatar = f"/api/uploads/{upload['id']}"
    await server.member.patch("/api/me", {"avatar_url": avatar})
    kept = await server.owner.upload(server.cast.workspace, DOT, content_type="image/png")
    await server.owner.patch("/api/me", {"avatar_url": f"/api/uploads/{kept['id']}"})
    assert avatar in await avatars(server)
    await server.member.delete(f"/api/workspaces/{mine}", 204)
    await server.settled()
    named = [url for url in await avatars(server) if url.startswith("/api/uploads/")]
    assert named == [f"/api/uploads/{kept['id']}"]
    await server.member.download(kept["id"])


async def avatars(server: Server) -> list[str]:
    people = await server.member.get(f"/api/workspaces/{server.cast.workspace}/members")
    return [person["user"]["avatar_url"] for person in people["members"]]
