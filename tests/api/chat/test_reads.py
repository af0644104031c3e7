"""Read pointers and unread counts (contract chat 4.6, 6.7)."""

from typing import Any

import pytest

from tests.client import Client
from tests.conftest import Server


async def counters(server: Server, client: Client) -> tuple[int, int, int]:
    listed = (await client.get(f"/api/workspaces/{server.cast.workspace}/channels"))["channels"]
    channel = next(c for c in listed if c["id"] == server.cast.general)
    return channel["last_seq"], channel["last_read_seq"], channel["unread_count"]


async def read(server: Server, seq: Any, want: int = 200, by: str = "member") -> Any:
    client = server.bearing(server.cast.people[by].token)
    return await client.post(f"/api/channels/{server.cast.general}/read", {"seq": seq}, want)


async def private_events(server: Server, by: str) -> list[Any]:
    client = server.bearing(server.cast.people[by].token)
    log = await client.get(f"/api/realtime/events?workspace_id={server.cast.workspace}&limit=500")
    return [event for event in log["events"] if event["type"] == "channel.read"]


async def test_others_messages_are_unread_until_they_are_read(server: Server) -> None:
    assert await counters(server, server.member) == (0, 0, 0)
    for _ in range(3):
        await server.owner.say(server.cast.general)
    await server.member.say(server.cast.general)
    assert await counters(server, server.member) == (4, 0, 3)
    assert await counters(server, server.owner) == (4, 0, 1)
    server.clock.advance(2)
    assert await read(server, 2) == {
        "receipt": {
            "scope_id": server.cast.general,
            "user_id": server.cast.people["member"].id,
            "last_read_seq": 2,
            "last_read_at": "2026-09-21T14:13:22Z",
        }
    }
    assert await counters(server, server.member) == (4, 2, 1)
    assert await counters(server, server.owner) == (4, 0, 1)


async def test_a_pointer_never_goes_back_nor_past_the_end(server: Server) -> None:
    for _ in range(3):
        await server.owner.say(server.cast.general)
    assert (await read(server, 99))["receipt"]["last_read_seq"] == 3
    server.clock.advance(5)
    again = (await read(server, 1))["receipt"]
    assert (again["last_read_seq"], again["last_read_at"]) == (3, "2026-09-21T14:13:20Z")
    assert len(await private_events(server, "member")) == 1


async def test_an_empty_channel_is_read_without_an_event(server: Server) -> None:
    receipt = (await read(server, 5))["receipt"]
    assert (receipt["last_read_seq"], receipt["last_read_at"]) == (0, "")
    assert await private_events(server, "member") == []


async def test_a_receipt_is_told_to_its_reader_alone(server: Server) -> None:
    await server.owner.say(server.cast.general)
    await read(server, 1)
    (event,) = await private_events(server, "member")
    assert event["seq"] == 1
    assert event["payload"] == {"channel_id": server.cast.general, "user_id": server.cast.people["member"].id}
    assert await private_events(server, "owner") == []


async def test_replies_deletions_and_activity_do_not_change_what_is_unread(server: Server) -> None:
    root = await server.owner.say(server.cast.general)
    await server.owner.reply(root["id"])
    await server.bot_active.say(server.cast.general, kind="agent_commentary")
    await server.owner.delete(f"/api/messages/{root['id']}")
    assert await counters(server, server.member) == (2, 0, 1)
    await read(server, 1)
    assert await counters(server, server.member) == (2, 1, 0)


async def test_posting_does_not_move_the_authors_pointer(server: Server) -> None:
    await server.owner.say(server.cast.general)
    await server.member.say(server.cast.general)
    assert await counters(server, server.member) == (2, 0, 1)


@pytest.mark.parametrize(
    ("seq", "error"),
    [
        (-1, "seq must be non-negative"),
        ("1", "seq: input should be a valid integer"),
        (1.5, "seq: input should be a valid integer"),
        (True, "seq: input should be a valid integer"),
        (None, "seq: field required"),
    ],
)
async def test_a_wrong_sequence_is_refused(server: Server, seq: Any, error: str) -> None:
    await server.owner.say(server.cast.general)
    assert await read(server, seq, 400) == {"error": error}
    assert await counters(server, server.member) == (1, 0, 1)


@pytest.mark.parametrize("seq", [2**63 - 1, 2**63, 10**30])
async def test_a_huge_sequence_is_the_end(server: Server, seq: int) -> None:
    await server.owner.say(server.cast.general)
    path = f"/api/channels/{server.cast.general}/read"
    answer = await server.member.call("POST", path, raw=b'{"seq":%d}' % seq)
    if answer.status == 200:
        assert answer.json["receipt"]["last_read_seq"] == 1
    else:
        assert (answer.status, seq >= 2**64) == (400, True)
