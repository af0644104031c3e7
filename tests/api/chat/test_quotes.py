"""Quotes: a snapshot of what was said, within the channel or the thread (contract chat 6.3)."""

from typing import Any

from tests.conftest import Server

OUT_OF_SCOPE = {"error": "quoted message is not in this channel, conversation, or thread"}


async def quoting(server: Server, quoted: Any, want: int = 201) -> Any:
    body = {"body": "look", "quoted_message_id": quoted["id"]}
    return await server.owner.post(f"/api/channels/{server.cast.general}/messages", body, want)


async def quoting_in(server: Server, root: Any, quoted: Any, want: int = 201) -> Any:
    body = {"body": "look", "quoted_message_id": f" {quoted['id']} "}
    return await server.owner.post(f"/api/messages/{root['id']}/thread/replies", body, want)


async def test_a_quote_keeps_what_was_said_and_by_whom(server: Server) -> None:
    said = await server.member.say(server.cast.general, "ä" * 300)
    message = (await quoting(server, said))["message"]
    assert message["quoted_message_id"] == said["id"]
    assert message["quoted_author_id"] == server.cast.people["member"].id
    assert message["quoted_author"] == said["author"]
    assert message["quoted_body_snapshot"] == "ä" * 280
    await server.member.patch(f"/api/messages/{said['id']}", {"body": "changed"})
    await server.member.delete(f"/api/messages/{said['id']}")
    assert (await server.owner.get(f"/api/messages/{message['id']}"))["message"] == message


async def test_a_blank_quote_is_none(server: Server) -> None:
    message = await server.owner.say(server.cast.general, quoted_message_id="  ")
    assert not [name for name in message if name.startswith("quoted")]


async def test_roots_quote_roots_of_their_channel_only(server: Server) -> None:
    root = await server.member.say(server.cast.general)
    reply = await server.member.reply(root["id"])
    elsewhere = await server.member.say(server.cast.random)
    assert await quoting(server, reply, 400) == OUT_OF_SCOPE
    assert await quoting(server, elsewhere, 400) == OUT_OF_SCOPE
    await quoting(server, root)


async def test_replies_quote_their_own_thread_only(server: Server) -> None:
    root, other = [await server.member.say(server.cast.general) for _ in range(2)]
    reply, foreign = await server.member.reply(root["id"]), await server.member.reply(other["id"])
    assert (await quoting_in(server, root, root))["message"]["quoted_message_id"] == root["id"]
    assert (await quoting_in(server, root, reply))["message"]["quoted_message_id"] == reply["id"]
    assert await quoting_in(server, root, other, 400) == OUT_OF_SCOPE
    assert await quoting_in(server, root, foreign, 400) == OUT_OF_SCOPE


async def test_what_is_deleted_cannot_be_quoted(server: Server) -> None:
    said = await server.member.say(server.cast.general)
    await server.member.delete(f"/api/messages/{said['id']}")
    assert await quoting(server, said, 400) == OUT_OF_SCOPE


async def test_a_refused_quote_takes_no_sequence(server: Server) -> None:
    await quoting(server, {"id": "msg_0"}, 400)
    assert (await server.owner.say(server.cast.general))["channel_seq"] == 1
