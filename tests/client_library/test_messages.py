"""Messages, threads and files through the client: sent once whatever breaks, read to the end."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from clickclack.client import ApiError, Client, Unreachable
from tests.client_library.conftest import Connect
from tests.client_library.proxy import Proxy
from tests.conftest import Server


async def bodies(client: Client, place_id: str) -> list[str]:
    return [message["body"] async for message in client.messages.forward(place_id)]


async def test_a_message_is_sent_read_edited_and_deleted(server: Server, connect: Connect):
    member = await connect("member")
    sent = await member.messages.send(server.cast.general, "hello", correlation_id="corr-7")
    assert sent["message"]["author"]["handle"] == "member"
    assert "event" in sent
    assert sent["event"]["payload"]["correlation_id"] == "corr-7"
    await member.messages.edit(sent["message"]["id"], "hello all")
    assert (await member.messages.get(sent["message"]["id"]))["body"] == "hello all"
    await member.messages.delete(sent["message"]["id"])
    assert await bodies(member, server.cast.general) == [""]


@pytest.mark.parametrize("lost", [1, 3])
async def test_a_message_whose_answer_is_lost_is_found_and_not_doubled(
    lost: int, server: Server, connect: Connect, proxy: Proxy
):
    member = await connect("member", over=proxy)
    proxy.swallow = lost
    sent = await member.messages.send(server.cast.general, "once")
    assert sent["message"]["body"] == "once"
    assert "event" not in sent
    assert await bodies(member, server.cast.general) == ["once"]


async def test_a_reply_and_a_file_are_not_doubled_either(
    server: Server, connect: Connect, proxy: Proxy, tmp_path: Path
):
    member = await connect("member", over=proxy)
    root = (await member.messages.send(server.cast.general, "root"))["message"]
    proxy.swallow = 1
    replied = await member.threads.reply(root["id"], "once")
    assert (replied["events"], replied["thread_state"]["reply_count"]) == (None, 1)
    (tmp_path / "a.txt").write_bytes(b"content")
    proxy.swallow = 1
    upload = await member.uploads.send(server.cast.workspace, tmp_path / "a.txt", content_type="text/plain")
    assert (upload["filename"], upload["byte_size"]) == ("a.txt", 7)
    listed = await server.member.get(f"/api/uploads?workspace_id={server.cast.workspace}")
    assert len(listed["uploads"]) == 1
    await member.uploads.attach(root["id"], upload["id"])
    assert b"".join([piece async for piece in member.uploads.download(upload["id"])]) == b"content"
    await member.uploads.delete(upload["id"])
    with pytest.raises(ApiError, match="404 Not Found"):
        _ = [piece async for piece in member.uploads.download(upload["id"])]


async def test_a_lost_answer_stays_lost_where_the_server_does_not_know_nonces():
    posts = 0

    async def drop(request: web.Request) -> web.Response:
        nonlocal posts
        posts += 1
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def unknown(request: web.Request) -> web.Response:
        return web.json_response({"error": "route not found"}, status=404)

    app = web.Application()
    app.add_routes([web.post("/api/channels/{id}/messages", drop), web.get("/api/messages/by-nonce", unknown)])
    async with TestServer(app) as old, Client(str(old.make_url("/"))) as client:
        with pytest.raises(Unreachable):
            await client.messages.send("chn_x", "perhaps")
    assert posts == 1


async def test_a_nonce_finds_its_message_or_nothing(server: Server, connect: Connect):
    member = await connect("member")
    sent = await member.messages.send(server.cast.general, "hello", nonce="n-1")
    found = await member.messages.by_nonce(server.cast.workspace, "n-1")
    assert found is not None
    assert found["id"] == sent["message"]["id"]
    assert await member.messages.by_nonce(server.cast.workspace, "n-2") is None
    with pytest.raises(ApiError, match="400 Bad Request: client nonce was already used for a different message"):
        await member.messages.send(server.cast.general, "other", nonce="n-1")


async def test_history_is_paged_through_in_both_directions(server: Server, connect: Connect):
    member = await connect("member")
    await asyncio.gather(*(member.messages.send(server.cast.general, str(count)) for count in range(205)))
    forward = [message["id"] async for message in member.messages.forward(server.cast.general)]
    backward = [message["id"] async for message in member.messages.backward(server.cast.general)]
    assert len(set(forward)) == 205
    assert backward == forward[::-1]
    behind = [message.get("channel_seq") async for message in member.messages.forward(server.cast.general, 203)]
    assert behind == [204, 205]
    page = await member.messages.page(server.cast.general, around_seq=100, limit=2)
    assert [message.get("channel_seq") for message in page["messages"]] == [100, 101]


async def test_a_direct_conversation_is_a_place_like_a_channel(server: Server, connect: Connect):
    member, owner = await connect("member"), await connect("owner")
    people = server.cast.people
    conversation = await member.direct_conversations.open(server.cast.workspace, [people["owner"].id])
    await member.messages.send(conversation["id"], "psst")
    assert await bodies(owner, conversation["id"]) == ["psst"]
    await owner.messages.mark_read(conversation["id"], 1)
    listed = await owner.direct_conversations.list(server.cast.workspace)
    assert [(one["id"], one["unread_count"]) for one in listed] == [(conversation["id"], 0)]


async def test_threads_and_reactions(server: Server, connect: Connect):
    member = await connect("member")
    root = (await member.messages.send(server.cast.general, "root"))["message"]["id"]
    for body in ("one", "two", "three"):
        await member.threads.reply(root, body)
    thread = await member.threads.read(root, limit=2, latest=True)
    assert [reply["body"] for reply in thread["replies"]] == ["two", "three"]
    assert (await member.reactions.add(root, "50%/👍"))["reactions"][0]["emoji"] == "50%/👍"
    assert (await member.reactions.remove(root, "50%/👍"))["reactions"] == []


async def test_members_and_hits_are_paged_through(server: Server, connect: Connect):
    member = await connect("member")
    names = [one["user"]["handle"] async for one in member.workspaces.members(server.cast.workspace, role="bot")]
    assert sorted(names) == ["bot_active", "bot_admin", "bot_read", "bot_write"]
    await asyncio.gather(*(member.messages.send(server.cast.general, f"needle {count}") for count in range(55)))
    hits = [hit["id"] async for hit in member.workspaces.search(server.cast.workspace, "needle", sort="newest")]
    assert len(set(hits)) == 55
