"""A nonce posts once, however often and however fast it is sent (contract chat 6.1, 1.9, 13.1)."""

import asyncio
from typing import Any

import pytest

from tests.conftest import Server

CONFLICT = {"error": "client nonce was already used for a different message"}


async def post(server: Server, body: Any, want: int) -> Any:
    return await server.member.post(f"/api/channels/{server.cast.general}/messages", body, want)


async def test_a_repeated_nonce_answers_with_the_message_and_no_event(server: Server) -> None:
    first = await post(server, {"body": "hi", "nonce": "n"}, 201)
    assert await post(server, {"body": " hi ", "nonce": " n "}, 200) == {"message": first["message"]}


@pytest.mark.parametrize(
    "other",
    [{"body": "other"}, {"body": "hi", "quoted_message_id": "{first}"}],
)
async def test_a_nonce_for_something_else_is_refused(server: Server, other: dict[str, str]) -> None:
    first = (await post(server, {"body": "hi", "nonce": "n"}, 201))["message"]
    body = {name: value.format(first=first["id"]) for name, value in other.items()}
    assert await post(server, {**body, "nonce": "n"}, 400) == CONFLICT


async def test_a_nonce_of_another_channel_thread_or_kind_is_refused(server: Server) -> None:
    first = (await post(server, {"body": "hi", "nonce": "n"}, 201))["message"]
    elsewhere = f"/api/channels/{server.cast.random}/messages"
    assert await server.member.post(elsewhere, {"body": "hi", "nonce": "n"}, 400) == CONFLICT
    replies = f"/api/messages/{first['id']}/thread/replies"
    assert await server.member.post(replies, {"body": "hi", "nonce": "n"}, 400) == CONFLICT
    await server.member.post(replies, {"body": "hi", "nonce": "r"})
    assert await post(server, {"body": "hi", "nonce": "r"}, 400) == CONFLICT


async def test_nonces_belong_to_their_author(server: Server) -> None:
    mine = (await post(server, {"body": "hi", "nonce": "n"}, 201))["message"]
    theirs = await server.owner.say(server.cast.general, "hi", nonce="n")
    assert mine["id"] != theirs["id"]


async def test_messages_without_nonce_are_all_posted(server: Server) -> None:
    for nonce in ("", "  "):
        await post(server, {"body": "hi", "nonce": nonce}, 201)
        await post(server, {"body": "hi", "nonce": nonce}, 201)


async def test_the_same_nonce_at_once_posts_one_message(server: Server) -> None:
    path = f"/api/channels/{server.cast.general}/messages"
    body = {"body": "once", "nonce": "race"}
    answers = await asyncio.gather(*(server.member.call("POST", path, body) for _ in range(40)))
    assert sorted(answer.status for answer in answers) == [200] * 39 + [201]
    assert len({answer.json["message"]["id"] for answer in answers}) == 1
    page = await server.member.get(path)
    assert len(page["messages"]) == 1
    assert page["newest_seq"] == 1


async def test_the_same_nonce_at_once_replies_once(server: Server) -> None:
    root = await server.owner.say(server.cast.general)
    path = f"/api/messages/{root['id']}/thread/replies"
    body = {"body": "once", "nonce": "race"}
    answers = await asyncio.gather(*(server.member.call("POST", path, body) for _ in range(20)))
    assert sorted(answer.status for answer in answers) == [200] * 19 + [201]
    assert [a.json["events"] for a in answers if a.status == 200] == [None] * 19
    thread = await server.member.get(f"/api/messages/{root['id']}/thread")
    assert (len(thread["replies"]), thread["thread_state"]["reply_count"]) == (1, 1)


async def test_an_edited_message_is_no_longer_what_its_nonce_stood_for(server: Server) -> None:
    first = (await post(server, {"body": "hi", "nonce": "n"}, 201))["message"]
    await server.member.patch(f"/api/messages/{first['id']}", {"body": "ho"})
    assert await post(server, {"body": "hi", "nonce": "n"}, 400) == CONFLICT
    assert (await post(server, {"body": "ho", "nonce": "n"}, 200))["message"]["id"] == first["id"]


async def test_by_nonce_finds_ones_own_message(server: Server) -> None:
    message = (await post(server, {"body": "hi", "nonce": "a b&c"}, 201))["message"]
    path = f"/api/messages/by-nonce?workspace_id={server.cast.workspace}&nonce=%20a%20b%26c%20"
    assert (await server.member.get(path))["message"] == message
    assert await server.owner.get(path, 404) == {"error": "message not found"}


@pytest.mark.parametrize(
    ("query", "status", "error"),
    [
        ("", 400, "workspace_id is required"),
        ("nonce=n", 400, "workspace_id is required"),
        ("workspace_id={workspace}", 400, "nonce is required"),
        ("workspace_id={workspace}&nonce=%20", 400, "nonce is required"),
        ("workspace_id={workspace}&nonce=absent", 404, "message not found"),
        ("workspace_id=wsp_0&nonce=n", 404, "workspace not found"),
    ],
)
async def test_by_nonce_says_what_is_wrong(server: Server, query: str, status: int, error: str) -> None:
    query = query.format(workspace=server.cast.workspace)
    answer = await server.member.call("GET", f"/api/messages/by-nonce?{query}")
    assert (answer.status, answer.error) == (status, error)
    assert answer.headers["X-ClickClack-Message-Nonce"] == "supported"


async def test_the_capability_is_shown_to_everybody(server: Server) -> None:
    answer = await server.anonymous.call("GET", "/api/messages/by-nonce")
    assert (answer.status, answer.headers["X-ClickClack-Message-Nonce"]) == (401, "supported")
    assert "X-ClickClack-Message-Nonce" not in (await server.anonymous.call("GET", "/api/me")).headers
