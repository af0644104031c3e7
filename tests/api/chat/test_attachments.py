"""Attachments: committed with a message or put under it later, read with it, gone with it (contract chat 3.7, 4.8)."""

import asyncio
from typing import Any

import pytest

from tests.conftest import Server

CONFLICT = {"error": "client nonce was already used for a different message"}


async def files(server: Server, count: int) -> list[Any]:
    """New uploads of `member`, without their nonces."""
    return [await server.member.upload(server.cast.workspace, filename=f"{i}.txt") for i in range(count)]


def ids(uploads: list[Any]) -> list[str]:
    return [upload["id"] for upload in uploads]


async def post(server: Server, body: Any, want: int = 201) -> Any:
    return await server.member.post(f"/api/channels/{server.cast.general}/messages", body, want)


async def test_uploads_are_committed_with_the_message_in_their_order(server: Server) -> None:
    first, second = await files(server, 2)
    async with server.owner.follow(server.cast.workspace) as follower:
        made = await post(server, {"body": "look", "upload_ids": [second["id"], first["id"], second["id"]]})
        event = await follower.next()
    assert made["message"]["attachments"] == [second, first]
    assert (event["type"], event["id"]) == ("message.created", made["event"]["id"])
    page = await server.owner.get(f"/api/channels/{server.cast.general}/messages")
    assert page["messages"][0]["attachments"] == [second, first]


async def test_a_message_with_attachments_may_be_empty(server: Server) -> None:
    (upload,) = await files(server, 1)
    assert (await post(server, {"upload_ids": [upload["id"]]}))["message"]["body"] == ""
    assert await post(server, {"upload_ids": []}, 400) == {"error": "message body is required"}


async def test_every_way_to_read_a_message_shows_its_attachments_without_nonces(server: Server) -> None:
    upload = await server.member.upload(server.cast.workspace, nonce="u")
    plain = {name: value for name, value in upload.items() if name != "nonce"}
    root = (await post(server, {"body": "a", "upload_ids": [upload["id"]], "nonce": "m"}))["message"]
    replies = f"/api/messages/{root['id']}/thread/replies"
    reply = (await server.member.post(replies, {"upload_ids": [upload["id"]]}))["message"]
    await server.member.post(f"/api/channels/{server.cast.general}/pins", {"message_id": root["id"]})
    found = [
        (await server.owner.get(f"/api/channels/{server.cast.general}/messages"))["messages"][0],
        (await server.owner.get(f"/api/channels/{server.cast.general}/pins"))["messages"][0],
        (await server.owner.get(f"/api/messages/{root['id']}"))["message"],
        (await server.owner.get(f"/api/messages/{reply['id']}"))["message"],
        (await server.owner.get(f"/api/messages/{root['id']}/thread"))["root"],
        (await server.owner.get(f"/api/messages/{root['id']}/thread"))["replies"][0],
        (await server.member.get(f"/api/messages/by-nonce?workspace_id={server.cast.workspace}&nonce=m"))["message"],
    ]
    assert [message["attachments"] for message in found] == [[plain]] * len(found)


async def test_a_direct_message_carries_uploads_too(server: Server) -> None:
    (upload,) = await files(server, 1)
    body = {"workspace_id": server.cast.workspace, "member_ids": [server.cast.people["owner"].id]}
    dm = (await server.member.post("/api/dms", body))["conversation"]["id"]
    await server.member.post(f"/api/dms/{dm}/messages", {"upload_ids": [upload["id"]]})
    page = await server.owner.get(f"/api/dms/{dm}/messages")
    assert page["messages"][0]["attachments"] == [upload]


async def test_a_nonce_stands_for_its_attachments_as_well(server: Server) -> None:
    uploads = await files(server, 2)
    body = {"body": "a", "nonce": "n", "upload_ids": ids(uploads)}
    first = await post(server, body)
    assert await post(server, body, 200) == {"message": first["message"]}
    for other in ([], ids(uploads[:1]), ids(uploads[::-1])):
        assert await post(server, {**body, "upload_ids": other}, 400) == CONFLICT
    replies = f"/api/messages/{first['message']['id']}/thread/replies"
    reply = await server.member.post(replies, {**body, "nonce": "r"})
    again = await server.member.post(replies, {**body, "nonce": "r"}, 200)
    assert again["message"] == reply["message"]
    assert await server.member.post(replies, {"body": "a", "nonce": "r"}, 400) == CONFLICT


async def test_a_nonce_still_stands_for_its_reply_once_an_upload_is_deleted(server: Server) -> None:
    uploads = await files(server, 3)
    root = (await post(server, {"body": "a"}))["message"]
    replies, body = (
        f"/api/messages/{root['id']}/thread/replies",
        {"body": "b", "nonce": "r", "upload_ids": ids(uploads)},
    )
    reply = (await server.member.post(replies, body))["message"]
    await server.member.delete(f"/api/uploads/{uploads[1]['id']}", 204)
    again = (await server.member.post(replies, body, 200))["message"]
    assert (again["id"], ids(again["attachments"])) == (reply["id"], [uploads[0]["id"], uploads[2]["id"]])
    assert await server.member.post(replies, {**body, "upload_ids": ids(uploads[:2])}, 400) == CONFLICT


async def test_what_was_attached_later_does_not_change_what_a_nonce_stands_for(server: Server) -> None:
    (upload,) = await files(server, 1)
    first = (await post(server, {"body": "a", "nonce": "n"}))["message"]
    await server.member.post(f"/api/messages/{first['id']}/attachments", {"upload_id": upload["id"]}, 200)
    assert (await post(server, {"body": "a", "nonce": "n"}, 200))["message"]["id"] == first["id"]


async def test_a_message_is_posted_whole_or_not_at_all(server: Server) -> None:
    (upload,) = await files(server, 1)
    hidden = await server.owner.upload(server.cast.workspace)
    for bad in (hidden["id"], "upl_0"):
        answer = await post(server, {"body": "a", "upload_ids": [upload["id"], bad]}, 403)
        assert answer == {"error": "upload is not visible"}
    eleven = ids(await files(server, 11))
    assert (await post(server, {"body": "a", "upload_ids": eleven}, 400))["error"].endswith("at most 10 uploads")
    assert (await post(server, {"body": "a", "upload_ids": "x"}, 400))["error"].startswith("upload_ids")
    page = await server.member.get(f"/api/channels/{server.cast.general}/messages")
    assert page["messages"] == []
    assert len((await post(server, {"body": "a", "upload_ids": eleven[:10]}))["message"]["attachments"]) == 10


async def test_an_upload_of_another_workspace_cannot_be_attached(server: Server) -> None:
    other = (await server.member.post("/api/workspaces", {"name": "Mine"}))["workspace"]["id"]
    upload = await server.member.upload(other)
    answer = await post(server, {"body": "a", "upload_ids": [upload["id"]]}, 400)
    assert answer == {"error": "upload and message workspaces differ"}


async def test_a_bot_needs_the_scopes_of_both(server: Server) -> None:
    def narrow(tx: Any) -> None:
        n = server.cast.people["bot_write"].n
        tx.run("UPDATE credentials SET scopes = ? WHERE user_n = ?", '["messages:write"]', n)

    await server.db.write(narrow)
    message = await server.bot_write.say(server.cast.general)
    path = f"/api/channels/{server.cast.general}/messages"
    answer = await server.bot_write.post(path, {"upload_ids": ["upl_0"]}, 403)
    assert answer == {"error": "bot token is missing scope uploads:write"}
    await server.bot_write.post(f"/api/messages/{message['id']}/attachments", {"upload_id": "upl_0"}, 403)


async def test_attaching_later_tells_everybody_once(server: Server) -> None:
    first, second = await files(server, 2)
    message = await server.member.say(server.cast.general)
    path = f"/api/messages/{message['id']}/attachments"
    async with server.owner.follow(server.cast.workspace) as follower:
        assert (await follower.next())["type"] == "message.created"
        for upload in (first, first, second):
            assert await server.member.post(path, {"upload_id": upload["id"]}, 200) == {"ok": True}
        events = await follower.take(2)
        await server.member.react(message["id"])
        assert (await follower.next())["type"] == "reaction.added"
    assert {event["type"] for event in events} == {"message.updated"}
    assert events[0]["payload"] == {"message_id": message["id"], "root_message_id": message["id"]}
    assert events[0]["seq"] == message["channel_seq"]
    found = await server.owner.get(f"/api/messages/{message['id']}")
    assert found["message"]["attachments"] == [first, second]


@pytest.mark.parametrize(
    ("case", "status", "text"),
    [
        ("foreign", 403, "message attachments can only be changed by the message author"),
        ("deleted", 400, "deleted messages cannot have attachments"),
        ("hidden", 403, "upload is not visible"),
        ("absent", 403, "upload is not visible"),
    ],
)
async def test_attaching_is_refused_with_a_text(server: Server, case: str, status: int, text: str) -> None:
    author = server.owner if case == "foreign" else server.member
    message = await author.say(server.cast.general)
    if case == "deleted":
        await author.delete(f"/api/messages/{message['id']}")
    upload = await (server.owner if case == "hidden" else server.member).upload(server.cast.workspace)
    upload_id = "upl_0" if case == "absent" else upload["id"]
    path = f"/api/messages/{message['id']}/attachments"
    assert await server.member.post(path, {"upload_id": upload_id}, status) == {"error": text}


async def test_a_visible_upload_of_somebody_else_may_be_attached(server: Server) -> None:
    (upload,) = await files(server, 1)
    await post(server, {"upload_ids": [upload["id"]]})
    shared = await server.owner.post(f"/api/channels/{server.cast.random}/messages", {"upload_ids": [upload["id"]]})
    assert shared["message"]["attachments"] == [upload]


async def test_a_deleted_message_has_no_attachments_and_its_uploads_stay(server: Server) -> None:
    (upload,) = await files(server, 1)
    message = (await post(server, {"body": "a", "upload_ids": [upload["id"]]}))["message"]
    deleted = await server.member.delete(f"/api/messages/{message['id']}")
    assert "attachments" not in deleted["message"]
    page = await server.member.get(f"/api/channels/{server.cast.general}/messages")
    assert "attachments" not in page["messages"][0]
    assert (await server.member.download(upload["id"])).raw == b"hello"


async def test_an_edited_message_keeps_its_attachments(server: Server) -> None:
    (upload,) = await files(server, 1)
    message = (await post(server, {"body": "a", "upload_ids": [upload["id"]]}))["message"]
    await server.member.patch(f"/api/messages/{message['id']}", {"body": "b"})
    assert (await server.member.get(f"/api/messages/{message['id']}"))["message"]["attachments"] == [upload]


async def test_a_page_reads_attachments_by_one_query(server: Server) -> None:
    uploads = await files(server, 3)
    for _ in range(20):
        await post(server, {"body": "a", "upload_ids": ids(uploads)})
    page = await server.member.get(f"/api/channels/{server.cast.general}/messages")
    assert [message["attachments"] for message in page["messages"]] == [uploads] * 20


async def test_posts_at_once_with_one_upload_all_carry_it(server: Server) -> None:
    (upload,) = await files(server, 1)
    made = await asyncio.gather(*(post(server, {"upload_ids": [upload["id"]]}) for _ in range(20)))
    assert [answer["message"]["attachments"] for answer in made] == [[upload]] * 20
