"""Followed threads and their unread counts (an addition to the contract)."""

from typing import Any

from tests.client import Client
from tests.conftest import Server


async def followed(server: Server, client: Client) -> list[tuple[str, int, int]]:
    """Body, replies and unread replies of each followed thread."""
    found = (await client.get(f"/api/workspaces/{server.cast.workspace}/threads"))["threads"]
    return [(t["root"]["body"], t["thread_state"]["reply_count"], t["read"]["unread_count"]) for t in found]


async def test_who_writes_in_a_thread_follows_it_and_so_does_its_author(server: Server) -> None:
    root = await server.member.say(server.cast.general, "question")
    await server.owner.reply(root["id"])
    await server.admin.reply(root["id"])
    assert await followed(server, server.member) == [("question", 2, 2)]
    assert await followed(server, server.owner) == [("question", 2, 1)]
    assert await followed(server, server.admin) == [("question", 2, 0)]
    assert await followed(server, server.moderator) == []


async def test_reading_moves_forward_alone(server: Server) -> None:
    root = await server.member.say(server.cast.general)
    for _ in range(3):
        await server.owner.reply(root["id"])
    path = f"/api/messages/{root['id']}/thread/read"

    async def read(seq: int) -> Any:
        return (await server.member.post(path, {"seq": seq}, 200))["read"]

    assert (await read(2))["unread_count"] == 1
    assert (await read(1))["last_read_seq"] == 2
    assert await read(99) == {
        "root_message_id": root["id"],
        "following": True,
        "last_read_seq": 3,
        "unread_count": 0,
        "last_read_at": "2026-09-21T14:13:20Z",
    }
    assert await server.member.post(path, {"seq": -1}, 400) == {"error": "seq must be non-negative"}


async def test_following_and_unfollowing(server: Server) -> None:
    root = await server.member.say(server.cast.general, "question")
    await server.member.reply(root["id"])
    path = f"/api/messages/{root['id']}/thread/follow"
    assert (await server.owner.post(path, None, 200))["read"]["unread_count"] == 0
    await server.member.reply(root["id"])
    assert await followed(server, server.owner) == [("question", 2, 1)]
    assert (await server.owner.delete(path))["read"]["following"] is False
    assert await followed(server, server.owner) == []
    await server.owner.reply(root["id"])
    assert await followed(server, server.owner) == [("question", 3, 0)]
    await server.member.delete(path)
    await server.admin.reply(root["id"])
    assert await followed(server, server.member) == [], "others' replies bring nobody back"


async def test_the_thread_with_the_newest_reply_comes_first_and_hidden_ones_do_not(server: Server) -> None:
    kind = {"name": "secret", "kind": "private"}
    made = await server.member.post(f"/api/workspaces/{server.cast.workspace}/channels", kind)
    private = made["channel"]["id"]
    await server.member.post(f"/api/channels/{private}/members", {"user_id": server.cast.people["owner"].id})
    for place, body in ((server.cast.general, "old"), (private, "hidden"), (server.cast.random, "new")):
        server.clock.advance(1)
        root = await server.member.say(place, body)
        await server.owner.reply(root["id"])
    assert [body for body, _, _ in await followed(server, server.owner)] == ["new", "hidden", "old"]
    await server.owner.delete(f"/api/channels/{private}/members/{server.cast.people['owner'].id}")
    assert [body for body, _, _ in await followed(server, server.owner)] == ["new", "old"]


async def test_a_reply_is_no_thread(server: Server) -> None:
    root = await server.member.say(server.cast.general)
    reply = await server.member.reply(root["id"])
    await server.member.post(f"/api/messages/{reply['id']}/thread/follow", None, 400)
    await server.member.delete(f"/api/messages/{reply['id']}/thread/follow", 400)


async def test_a_bot_follows_nothing_by_itself_and_sees_no_direct_thread_without_its_scope(server: Server) -> None:
    bot = server.cast.people["bot_write"]
    body = {"workspace_id": server.cast.workspace, "member_ids": [bot.id]}
    dm = (await server.member.post("/api/dms", body))["conversation"]["id"]
    root = (await server.member.post(f"/api/dms/{dm}/messages", {"body": "secret"}))["message"]
    await server.bot_write.reply(root["id"])
    assert await followed(server, server.bot_write) == []
    await server.bot_write.post(f"/api/messages/{root['id']}/thread/follow", None, 200)
    assert await followed(server, server.bot_write) == [("secret", 1, 0)]
    scopes = '["threads:read","workspaces:read","channels:read"]'
    await server.db.write(lambda tx: tx.run("UPDATE credentials SET scopes = ? WHERE user_n = ?", scopes, bot.n))
    await server.db.write(lambda tx: tx.emit("credential.revoked", 0, {"credential_n": 0}, recipients=()))
    assert await followed(server, server.bot_write) == []
