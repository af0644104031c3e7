"""Topics as a client sees them (contract chat 3.6, 3.7, 4.7, 4.11)."""

from typing import Any

import pytest

from clickclack.chat import topics
from tests.client import Client
from tests.conftest import Server


async def made(server: Server, name: str, channel_id: str = "", by: Client | None = None) -> Any:
    body = {"name": name, **({"channel_id": channel_id} if channel_id else {})}
    client = by or server.member
    return (await client.post(f"/api/workspaces/{server.cast.workspace}/topics", body))["topic"]


async def test_topics_are_listed_by_name_for_those_who_see_their_channel(server: Server) -> None:
    await made(server, " zebra ", server.cast.general)
    await made(server, "apple")
    private = await server.member.post(
        f"/api/workspaces/{server.cast.workspace}/channels", {"name": "secret", "kind": "private"}
    )
    await made(server, "hidden", private["channel"]["id"])
    path = f"/api/workspaces/{server.cast.workspace}/topics"
    assert [t["name"] for t in (await server.member.get(path))["topics"]] == ["apple", "hidden", "zebra"]
    assert [t["name"] for t in (await server.owner.get(path))["topics"]] == ["apple", "zebra"]
    assert [t["name"] for t in (await server.guest.get(path))["topics"]] == ["apple"]


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"name": " "}, 400, "topic name is required"),
        ({"name": "x" * 81}, 400, "topic name is too long"),
        ({"name": "x", "channel_id": "chn_0"}, 400, "topic channel is not in workspace"),
    ],
)
async def test_wrong_topics(server: Server, body: Any, status: int, error: str) -> None:
    path = f"/api/workspaces/{server.cast.workspace}/topics"
    assert await server.member.post(path, body, status) == {"error": error}


async def test_names_are_unique_in_a_channel_but_not_in_the_workspace(server: Server) -> None:
    path = f"/api/workspaces/{server.cast.workspace}/topics"
    await made(server, "same", server.cast.general)
    await server.member.post(path, {"name": "same", "channel_id": server.cast.general}, 400)
    await made(server, "same", server.cast.random)
    await made(server, "same")
    await made(server, "same")


async def test_topics_are_bounded_in_number(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"/api/workspaces/{server.cast.workspace}/topics"
    monkeypatch.setattr(topics, "OF_ONE", 2)
    monkeypatch.setattr(topics, "MOST", 3)
    await made(server, "one")
    await made(server, "two")
    assert await server.member.post(path, {"name": "x"}, 400) == {"error": "a member makes at most 2 topics"}
    await made(server, "three", "", server.owner)
    assert await server.owner.post(path, {"name": "x"}, 400) == {"error": "a workspace has at most 3 topics"}


async def test_a_guest_makes_topics_in_the_guest_channel_while_there_are_posts_left(server: Server) -> None:
    await made(server, "mine", server.cast.guest, server.guest)
    path = f"/api/workspaces/{server.cast.workspace}/topics"
    assert await server.guest.post(path, {"name": "all"}, 403) == {"error": "moderation restriction"}
    for name in ("second", "third"):
        await made(server, name, server.cast.guest, server.guest)
    mine = {"name": "fourth", "channel_id": server.cast.guest}
    assert await server.guest.post(path, mine, 429) == {"error": "waiting room post limit reached"}
    server.clock.advance(24 * 60 * 60)
    for _ in range(3):
        await server.guest.say(server.cast.guest)
    answer = await server.guest.post(path, {"name": "more", "channel_id": server.cast.guest}, 429)
    assert answer == {"error": "waiting room post limit reached"}


async def test_a_message_carries_its_topic_and_pages_can_be_of_one(server: Server) -> None:
    topic, other = await made(server, "one", server.cast.general), await made(server, "two")
    for number in range(1, 11):
        chosen = topic if number % 2 else other
        message = await server.member.say(server.cast.general, str(number), topic_id=chosen["id"])
        assert message["topic_id"] == chosen["id"]
    path = f"/api/channels/{server.cast.general}/messages?topic_id={topic['id']}&limit=2"

    async def window(more: str = "") -> tuple[list[int], bool, bool]:
        page = await server.member.get(path + more)
        return [m["channel_seq"] for m in page["messages"]], page["has_older"], page["has_newer"]

    assert await window() == ([7, 9], True, False)
    assert await window("&before_seq=7") == ([3, 5], True, True)
    assert await window("&after_seq=0") == ([1, 3], False, True)
    assert await window("&around_seq=5") == ([5, 7], True, True)
    assert await window("&around_seq=10") == ([7, 9], True, False)
    assert await window("&after_seq=9") == ([], False, False)
    log = await server.member.get(f"/api/realtime/events?workspace_id={server.cast.workspace}")
    assert log["events"][0]["payload"]["topic_id"] == topic["id"]


async def test_a_topic_must_be_of_this_channel(server: Server) -> None:
    elsewhere = await made(server, "there", server.cast.random)
    path = f"/api/channels/{server.cast.general}/messages"
    answer = await server.member.post(path, {"body": "x", "topic_id": elsewhere["id"]}, 400)
    assert answer == {"error": "topic is not available in this channel"}
    assert await server.member.post(path, {"body": "x", "topic_id": "top_0"}, 400) == {
        "error": "topic is not in workspace"
    }
    for wrong in (elsewhere["id"], "top_0", "", "%20"):
        await server.member.get(f"{path}?topic_id={wrong}", 400)


async def test_a_nonce_stands_for_the_topic_too(server: Server) -> None:
    topic = await made(server, "one")
    path = f"/api/channels/{server.cast.general}/messages"
    body = {"body": "x", "nonce": "n", "topic_id": topic["id"]}
    first = await server.member.post(path, body)
    assert (await server.member.post(path, body, 200))["message"] == first["message"]
    await server.member.post(path, {"body": "x", "nonce": "n"}, 400)


async def test_a_topic_that_one_may_not_see_is_as_good_as_absent(server: Server) -> None:
    kind = {"name": "secret", "kind": "private"}
    private = await server.member.post(f"/api/workspaces/{server.cast.workspace}/channels", kind)
    hidden = await made(server, "hidden", private["channel"]["id"])
    path = f"/api/channels/{server.cast.general}/messages"
    body = {"body": "x", "topic_id": hidden["id"]}
    assert await server.owner.post(path, body, 400) == {"error": "topic is not in workspace"}
    assert await server.member.post(path, body, 400) == {"error": "topic is not available in this channel"}
