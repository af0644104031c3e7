"""Reactions: any text, once each (contract chat 6.6, 4.10, 13.2)."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.conftest import Server

ZERO_EVENT = {"id": "", "cursor": "", "type": "", "workspace_id": "", "created_at": "", "payload": None}


@pytest.fixture
async def message(server: Server) -> Any:
    return await server.member.say(server.cast.general)


async def test_a_reaction_is_added_once(server: Server, message: Any) -> None:
    path = f"/api/messages/{message['id']}/reactions"
    answer = await server.owner.post(path, {"emoji": "👍"})
    mine = [{"emoji": "👍", "count": 1, "reacted_by_me": True}]
    assert answer["reactions"] == mine
    assert (answer["event"]["type"], answer["event"]["seq"]) == ("reaction.added", 1)
    assert answer["event"]["payload"] == {
        "message_id": message["id"],
        "emoji": "👍",
        "user_id": server.cast.people["owner"].id,
        "count": 1,
    }
    assert await server.owner.post(path, {"emoji": "👍"}, 200) == {"event": ZERO_EVENT, "reactions": mine}


async def test_a_reaction_is_taken_back_once(server: Server, message: Any) -> None:
    await server.owner.react(message["id"])
    await server.member.react(message["id"])
    path = f"/api/messages/{message['id']}/reactions/{quote('👍')}"
    answer = await server.owner.delete(path)
    left = [{"emoji": "👍", "count": 1, "reacted_by_me": False}]
    assert answer["reactions"] == left
    assert (answer["event"]["type"], answer["event"]["payload"]["count"]) == ("reaction.removed", 1)
    assert await server.owner.delete(path) == {"event": ZERO_EVENT, "reactions": left}
    answer = await server.member.delete(path)
    assert (answer["reactions"], answer["event"]["payload"]["count"]) == ([], 0)


async def test_summaries_are_ordered_by_count_then_emoji(server: Server, message: Any) -> None:
    for emoji in ("b", "a", "c"):
        await server.owner.react(message["id"], emoji)
    await server.member.react(message["id"], "c")
    found = (await server.member.get(f"/api/messages/{message['id']}"))["message"]["reactions"]
    assert [(r["emoji"], r["count"], r["reacted_by_me"]) for r in found] == [
        ("c", 2, True),
        ("a", 1, False),
        ("b", 1, False),
    ]


@pytest.mark.parametrize("emoji", ["👩‍👩‍👧‍👦", " two words ", "50%", "%41", "a/b", "a?b#c", "é", ".", "..", "x" * 256])
async def test_any_text_goes_in_and_out_unchanged(server: Server, message: Any, emoji: str) -> None:
    answer = await server.owner.react(message["id"], emoji)
    assert answer["reactions"][0]["emoji"] == emoji
    escaped = quote(emoji, safe="").replace(".", "%2E")
    answer = await server.owner.call("DELETE", f"/api/messages/{message['id']}/reactions/{escaped}")
    assert answer.status == 200, answer.raw
    assert answer.json["event"]["payload"]["emoji"] == emoji
    assert answer.json["reactions"] == []


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "emoji: field required"),
        ({"emoji": None}, "emoji: field required"),
        ({"emoji": 1}, "emoji: input should be a valid string"),
        ({"emoji": "x" * 257}, "emoji is too long"),
    ],
)
async def test_a_wrong_reaction_is_refused(server: Server, message: Any, body: Any, error: str) -> None:
    assert await server.owner.post(f"/api/messages/{message['id']}/reactions", body, 400) == {"error": error}


async def test_an_empty_emoji_is_kept_as_upstream_does(server: Server, message: Any) -> None:
    answer = await server.owner.react(message["id"], "")
    assert answer["reactions"] == [{"emoji": "", "count": 1, "reacted_by_me": True}]


@pytest.mark.parametrize(
    ("escape", "error"),
    [
        ("%FF", "emoji is not valid UTF-8"),
        ("%C3%28", "emoji is not valid UTF-8"),
        ("%E2%82", "emoji is not valid UTF-8"),
        ("%G1", "emoji is not percent-encoded"),
        ("50%", "emoji is not percent-encoded"),
    ],
)
async def test_bytes_that_are_no_text_are_refused(server: Server, message: Any, escape: str, error: str) -> None:
    assert await server.owner.delete(f"/api/messages/{message['id']}/reactions/{escape}", 400) == {"error": error}


async def test_replies_and_deleted_messages_are_reacted_to(server: Server, message: Any) -> None:
    reply = await server.member.reply(message["id"])
    answer = await server.owner.react(reply["id"])
    assert "seq" not in answer["event"]
    await server.member.delete(f"/api/messages/{message['id']}")
    await server.owner.react(message["id"])
    found = (await server.owner.get(f"/api/messages/{message['id']}"))["message"]
    assert (found["body"], found["reactions"][0]["count"]) == ("", 1)
