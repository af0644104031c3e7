"""Posting, reading, editing and deleting messages (contract chat 3.7, 4.8, 6.1, 6.5, 13.1)."""

from typing import Any

import pytest

from tests.clock import FakeClock
from tests.conftest import Server

ZERO_EVENT = {"id": "", "cursor": "", "type": "", "workspace_id": "", "created_at": "", "payload": None}


async def post(server: Server, body: Any, want: int = 201, by: str = "member") -> Any:
    client = server.bearing(server.cast.people[by].token)
    return await client.post(f"/api/channels/{server.cast.general}/messages", body, want)


async def log_types(server: Server) -> list[str]:
    log = await server.owner.get(f"/api/realtime/events?workspace_id={server.cast.workspace}&limit=500")
    return [event["type"] for event in log["events"]]


async def test_a_message_is_answered_whole_with_its_event(server: Server) -> None:
    server.clock.advance(0.12)
    author = server.cast.people["member"].id
    client = server.member.with_headers(X_Correlation_ID="corr-7")
    path = f"/api/channels/{server.cast.general}/messages"
    answer = await client.post(path, {"body": " hi @owner \n", "nonce": " n-1 ", "author_model": "x"})
    message, event = answer["message"], answer["event"]
    assert message == {
        "id": message["id"],
        "workspace_id": server.cast.workspace,
        "channel_id": server.cast.general,
        "author_id": author,
        "thread_root_id": message["id"],
        "channel_seq": 1,
        "body": "hi @owner",
        "body_format": "markdown",
        "created_at": "2026-09-21T14:13:20.12Z",
        "kind": "message",
        "author": {
            "id": author,
            "kind": "human",
            "display_name": "Member",
            "handle": "member",
            "avatar_url": message["author"]["avatar_url"],
            "created_at": "2026-09-21T14:13:20Z",
        },
        "nonce": "n-1",
    }
    assert event == {
        "id": event["id"],
        "cursor": "cur_" + event["id"][4:],
        "type": "message.created",
        "workspace_id": server.cast.workspace,
        "channel_id": server.cast.general,
        "seq": 1,
        "created_at": "2026-09-21T14:13:20.12Z",
        "payload": {
            "author_id": author,
            "correlation_id": "corr-7",
            "message_id": message["id"],
            "nonce": "n-1",
        },
        "mentioned_user_ids": [server.cast.people["owner"].id],
    }


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "message body is required"),
        ({"body": None}, "message body is required"),
        ({"body": " \n\t "}, "message body is required"),
        ({"body": "x", "kind": "shout"}, "invalid message kind"),
        ({"body": "x", "turn_id": "t"}, "turn_id is only valid for agent activity messages"),
        ({"body": "x", "nonce": "n" * 129}, "nonce must be at most 128 characters"),
        ({"body": "x", "nonce": "a\0b"}, "nonce must not contain NUL"),
        ({"body": 7}, "body: input should be a valid string"),
        ({"body": ["x"]}, "body: input should be a valid string"),
        ({"body": "x", "nonce": 7}, "nonce: input should be a valid string"),
    ],
)
async def test_a_wrong_message_is_refused_and_leaves_nothing(server: Server, body: Any, error: str) -> None:
    assert await post(server, body, 400) == {"error": error}
    assert await log_types(server) == []


async def test_null_members_are_absent_ones(server: Server) -> None:
    empty = dict.fromkeys(("nonce", "kind", "turn_id", "quoted_message_id"))
    message = (await post(server, {"body": "x", **empty}))["message"]
    assert message["kind"] == "message"
    assert "nonce" not in message


async def test_activity_is_for_bots_with_its_scope(server: Server) -> None:
    body = {"body": "thinking", "kind": "agent_commentary", "turn_id": "t1"}
    assert await post(server, body, 403) == {"error": "agent activity messages require a bot token"}
    answer = await post(server, body, 403, by="bot_admin")
    assert answer == {"error": "bot token is missing scope agent_activity:write"}
    answer = await post(server, body, 201, by="bot_active")
    assert (answer["message"]["kind"], answer["message"]["turn_id"]) == ("agent_commentary", "t1")
    assert (answer["event"]["payload"]["kind"], answer["event"]["payload"]["turn_id"]) == ("agent_commentary", "t1")


async def test_sequences_have_no_gaps_even_after_refusals_and_deletions(server: Server) -> None:
    first = (await post(server, {"body": "1"}))["message"]
    await post(server, {"body": ""}, 400)
    await server.member.delete(f"/api/messages/{first['id']}")
    assert (await post(server, {"body": "2"}))["message"]["channel_seq"] == 2


async def test_an_archived_channel_still_takes_posts(server: Server) -> None:
    await server.owner.patch(f"/api/channels/{server.cast.general}", {"archived": True})
    await post(server, {"body": "still here"})


async def test_only_the_author_edits_and_the_edit_is_stamped(
    server: Server,
) -> None:
    message = (await post(server, {"body": "one"}))["message"]
    path = f"/api/messages/{message['id']}"
    server.clock.advance(60)
    answer = await server.member.patch(path, {"body": " two "})
    edited = {**message, "body": "two", "edited_at": "2026-09-21T14:14:20Z"}
    assert answer["message"] == edited
    assert answer["event"]["type"] == "message.updated"
    assert answer["event"]["seq"] == 1
    assert answer["event"]["payload"] == {"message_id": message["id"], "root_message_id": message["id"]}
    assert await server.owner.patch(path, {"body": "x"}, 400) == {"error": "only the author can edit a message"}
    assert await server.member.patch(path, {"body": " "}, 400) == {"error": "message body is required"}
    assert (await server.member.get(path))["message"] == edited


async def test_an_edit_to_the_same_text_is_told(server: Server) -> None:
    message = (await post(server, {"body": "same"}))["message"]
    await server.member.patch(f"/api/messages/{message['id']}", {"body": "same"})
    assert await log_types(server) == ["message.created", "message.updated"]


async def test_a_deletion_empties_the_message_once(server: Server) -> None:
    message = (await post(server, {"body": "gone", "nonce": "n"}))["message"]
    path = f"/api/messages/{message['id']}"
    server.clock.advance(60)
    answer = await server.member.delete(path)
    gone = {**message, "body": "", "deleted_at": "2026-09-21T14:14:20Z"}
    assert answer["message"] == gone
    assert answer["event"]["type"] == "message.deleted"
    server.clock.advance(60)
    assert await server.owner.delete(path) == {"message": gone, "event": ZERO_EVENT}
    assert await server.member.patch(path, {"body": "back"}, 400) == {"error": "deleted messages cannot be edited"}
    assert await log_types(server) == ["message.created", "message.deleted"]


async def test_only_author_and_owner_delete(server: Server) -> None:
    message = (await post(server, {"body": "mine"}))["message"]
    path = f"/api/messages/{message['id']}"
    for client in (server.browser, server.moderator, server.admin, server.bot_admin):
        assert await client.delete(path, 403) == {"error": "message is not writable"}
    await server.owner.delete(path)


async def test_each_endpoint_hydrates_what_the_contract_says(server: Server) -> None:
    message = (await post(server, {"body": "x", "nonce": "n"}))["message"]
    await server.owner.react(message["id"])
    reply = await server.owner.reply(message["id"])
    await server.member.react(reply["id"])
    reactions = [{"emoji": "👍", "count": 1, "reacted_by_me": False}]
    path, member = f"/api/messages/{message['id']}", server.member
    routed = (await member.post(f"{path}/route", want=200))["message"]
    assert "reactions" not in routed
    paged = (await member.get(f"/api/channels/{server.cast.general}/messages"))["messages"][0]
    assert paged["reactions"] == reactions
    assert paged["thread_state"]["reply_count"] == 1
    single = {key: value for key, value in paged.items() if key != "thread_state"}
    assert (await member.get(path))["message"] == single
    by_nonce = f"/api/messages/by-nonce?workspace_id={server.cast.workspace}&nonce=n"
    assert (await member.get(by_nonce))["message"] == single
    thread = await member.get(f"{path}/thread")
    assert thread["root"] == single
    assert thread["replies"][0]["reactions"] == [{"emoji": "👍", "count": 1, "reacted_by_me": True}]
    assert thread["thread_state"] == paged["thread_state"]
    for changed in (await member.patch(path, {"body": "y"}), await member.delete(path)):
        assert not {"reactions", "thread_state"} & set(changed["message"])


async def test_a_route_is_given_once_and_to_roots_only(server: Server) -> None:
    message = (await post(server, {"body": "x"}))["message"]
    path = f"/api/messages/{message['id']}/route"
    first = (await server.member.post(path, want=200))["message"]["route_id"]
    assert (await server.owner.post(path, want=200))["message"]["route_id"] == first
    reply = await server.owner.reply(message["id"])
    answer = await server.owner.post(f"/api/messages/{reply['id']}/route", want=404)
    assert answer == {"error": "message not found"}


def test_the_clock_of_these_tests_starts_where_they_say() -> None:
    assert FakeClock().now() == 1_790_000_000_000_000
