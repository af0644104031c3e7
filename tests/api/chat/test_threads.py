"""Threads: one level, counted, windowed, told in two events (contract chat 3.7, 4.9, 6.2)."""

from typing import Any

import pytest

from tests.conftest import Server


async def reply(server: Server, root: Any, body: Any, want: int = 201, by: str = "member") -> Any:
    client = server.bearing(server.cast.people[by].token)
    return await client.post(f"/api/messages/{root['id']}/thread/replies", body, want)


async def test_a_reply_is_answered_with_the_state_and_two_events(server: Server) -> None:
    root = await server.owner.say(server.cast.general)
    server.clock.advance(1.5)
    answer = await reply(server, root, {"body": " yes ", "nonce": "r-1"})
    message, state, (created, updated) = answer["message"], answer["thread_state"], answer["events"]
    author = server.cast.people["member"].id
    assert message["body"] == "yes"
    assert (message["parent_message_id"], message["thread_root_id"]) == (root["id"], root["id"])
    assert message["thread_seq"] == 1
    assert not {"channel_seq", "route_id", "reactions", "thread_state"} & set(message)
    assert state == {
        "root_message_id": root["id"],
        "reply_count": 1,
        "last_reply_at": "2026-09-21T14:13:21.5Z",
        "last_reply_author_ids": [author],
    }
    assert (created["type"], updated["type"]) == ("thread.reply_created", "thread.state_updated")
    assert created["payload"] == {
        "message_id": message["id"],
        "root_message_id": root["id"],
        "nonce": "r-1",
        "correlation_id": created["payload"]["correlation_id"],
    }
    assert updated["payload"] == {"root_message_id": root["id"]}
    assert created["cursor"] < updated["cursor"]
    assert "seq" not in created
    assert created["channel_id"] == updated["channel_id"] == server.cast.general


async def test_the_last_three_authors_are_kept_newest_first(server: Server) -> None:
    root = await server.owner.say(server.cast.general)
    people = server.cast.people
    for name in ("owner", "member", "admin", "owner", "browser"):
        state = (await reply(server, root, {"body": name}, by=name))["thread_state"]
    assert state["last_reply_author_ids"] == [people[n].id for n in ("browser", "owner", "admin")]
    assert state["reply_count"] == 5


async def test_a_thread_without_replies_is_empty(server: Server) -> None:
    root = await server.owner.say(server.cast.general)
    thread = await server.member.get(f"/api/messages/{root['id']}/thread")
    assert thread["replies"] == []
    assert thread["thread_state"] == {"root_message_id": root["id"], "reply_count": 0, "last_reply_author_ids": []}
    assert thread["root"]["route_id"].startswith("M")


async def test_opening_or_replying_gives_the_root_its_route_for_good(server: Server) -> None:
    root = await server.owner.say(server.cast.general)
    await reply(server, root, {"body": "x"})
    path = f"/api/messages/{root['id']}"
    route_id = (await server.member.get(path))["message"]["route_id"]
    assert (await server.member.get(f"{path}/thread"))["root"]["route_id"] == route_id


@pytest.mark.parametrize(
    ("query", "seqs"),
    [
        ("", [1, 2, 3, 4, 5]),
        ("limit=2", [1, 2]),
        ("limit=2&latest=false", [1, 2]),
        ("limit=2&latest=true", [4, 5]),
        ("limit=0", [1, 2, 3, 4, 5]),
        ("limit=201&latest=true", [1, 2, 3, 4, 5]),
    ],
)
async def test_a_window_is_the_oldest_or_newest_replies_ascending(server: Server, query: str, seqs: list[int]) -> None:
    root = await server.owner.say(server.cast.general)
    for number in range(5):
        await reply(server, root, {"body": str(number)})
    thread = await server.member.get(f"/api/messages/{root['id']}/thread?{query}")
    assert [r["thread_seq"] for r in thread["replies"]] == seqs
    assert thread["thread_state"]["reply_count"] == 5


@pytest.mark.parametrize("latest", ["yes", "1", "", "True"])
async def test_latest_is_true_or_false(server: Server, latest: str) -> None:
    root = await server.owner.say(server.cast.general)
    answer = await server.member.get(f"/api/messages/{root['id']}/thread?latest={latest}", 400)
    assert answer == {"error": "latest must be true or false"}


async def test_there_are_no_threads_in_threads(server: Server) -> None:
    root = await server.owner.say(server.cast.general)
    inner = (await reply(server, root, {"body": "x"}))["message"]
    assert await reply(server, inner, {"body": "y"}, 400) == {"error": "nested thread replies are not supported"}
    answer = await server.member.get(f"/api/messages/{inner['id']}/thread", 400)
    assert answer == {"error": "thread root must be a root message"}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "reply body is required"),
        ({"body": "  "}, "reply body is required"),
        ({"body": "x", "nonce": "n" * 129}, "nonce must be at most 128 characters"),
        ({"body": 1}, "body: input should be a valid string"),
    ],
)
async def test_a_wrong_reply_leaves_nothing(server: Server, body: Any, error: str) -> None:
    root = await server.owner.say(server.cast.general)
    assert await reply(server, root, body, 400) == {"error": error}
    page = await server.member.get(f"/api/channels/{server.cast.general}/messages")
    assert page["messages"][0]["thread_state"]["reply_count"] == 0
    assert "route_id" not in page["messages"][0]


async def test_a_deleted_reply_still_counts_and_keeps_its_place(server: Server) -> None:
    root = await server.owner.say(server.cast.general)
    gone = (await reply(server, root, {"body": "x"}))["message"]
    before = (await server.member.get(f"/api/messages/{root['id']}/thread"))["thread_state"]
    answer = await server.member.delete(f"/api/messages/{gone['id']}")
    assert answer["event"]["payload"] == {"message_id": gone["id"], "root_message_id": root["id"]}
    assert "seq" not in answer["event"]
    await reply(server, root, {"body": "y"})
    thread = await server.member.get(f"/api/messages/{root['id']}/thread")
    assert [(r["thread_seq"], r["body"]) for r in thread["replies"]] == [(1, ""), (2, "y")]
    assert before["reply_count"] == 1
    assert thread["thread_state"]["reply_count"] == 2


async def test_a_reply_ignores_kinds(server: Server) -> None:
    root = await server.owner.say(server.cast.general)
    answer = await reply(server, root, {"body": "x", "kind": "agent_tool", "turn_id": "t"})
    assert answer["message"]["kind"] == "message"
