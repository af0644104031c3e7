"""The event log over HTTP, and signals that are never stored (contract chat 3.3, 3.11, 5.2, 5.5, 5.7)."""

import re
from typing import Any

import pytest

from tests.answers import check_event
from tests.conftest import Server


async def log(server: Server, query: str = "", by: str = "member", want: int = 200) -> Any:
    client = server.bearing(server.cast.people[by].token)
    return await client.get(f"/api/realtime/events?workspace_id={server.cast.workspace}&{query}", want)


async def signal(server: Server, body: Any, want: int = 202, by: str = "member") -> Any:
    client = server.bearing(server.cast.people[by].token)
    content = {"workspace_id": server.cast.workspace, **body}
    return await client.post("/api/realtime/ephemeral", content, want)


async def test_the_vocabulary_is_served_sorted(server: Server) -> None:
    assert (await server.bot_foreign.get("/api/event-types"))["event_types"] == [
        "channel.created",
        "channel.read",
        "channel.updated",
        "dm.read",
        "member.moderation_updated",
        "message.created",
        "message.deleted",
        "message.updated",
        "pin.added",
        "pin.removed",
        "reaction.added",
        "reaction.removed",
        "thread.reply_created",
        "thread.state_updated",
        "workspace.ownership_transferred",
        "workspace.updated",
    ]


async def test_the_log_is_what_the_changes_answered(server: Server) -> None:
    member, general = server.member, server.cast.general
    created = await member.post(f"/api/channels/{general}/messages", {"body": "x"})
    path = f"/api/messages/{created['message']['id']}"
    replied = await member.post(f"{path}/thread/replies", {"body": "y"})
    reacted = await member.react(created["message"]["id"])
    removed = await member.delete(f"{path}/reactions/%F0%9F%91%8D")
    edited, deleted = await member.patch(path, {"body": "z"}), await member.delete(path)
    channel = await member.post(f"/api/workspaces/{server.cast.workspace}/channels", {"name": "new"})
    answers = [created, reacted, removed, edited, deleted, channel]
    told = {event["id"]: event for answer in answers for event in [answer["event"]]}
    told |= {event["id"]: event for event in replied["events"]}
    events = (await log(server))["events"]
    assert events == sorted(told.values(), key=lambda event: event["cursor"])
    for event in events:
        check_event(event)


async def test_pages_follow_the_cursor(server: Server) -> None:
    for number in range(7):
        await server.owner.say(server.cast.general, str(number))
    whole = (await log(server))["events"]
    assert (await log(server, "limit=3"))["events"] == whole[:3]
    assert (await log(server, f"limit=3&after_cursor={whole[2]['cursor']}"))["events"] == whole[3:6]
    assert (await log(server, f"after_cursor={whole[6]['cursor']}"))["events"] == []
    for limit in ("0", "501", "x", ""):
        assert (await log(server, f"limit={limit}"))["events"] == whole


async def test_an_unknown_cursor_yields_what_sorts_after_it(server: Server) -> None:
    await server.owner.say(server.cast.general)
    whole = (await log(server))["events"]
    assert (await log(server, "after_cursor=cur_00000000000000000000000000"))["events"] == whole
    assert (await log(server, "after_cursor=cur_7zzzzzzzzzzzzzzzzzzzzzzzzz"))["events"] == []
    theirs = await server.outsider.post(f"/api/channels/{server.cast.other_channel}/messages", {"body": "x"})
    await server.owner.say(server.cast.general)
    after = await log(server, f"after_cursor={theirs['event']['cursor']}")
    assert len(after["events"]) == 1


async def test_the_tail_is_the_newest_event_one_may_see(server: Server) -> None:
    assert (await log(server, "include_tail=true"))["tail_cursor"] == ""
    await server.owner.say(server.cast.guest)
    await server.owner.say(server.cast.general)
    whole = (await log(server))["events"]
    assert (await log(server, "include_tail=true&limit=1"))["tail_cursor"] == whole[1]["cursor"]
    assert (await log(server, "include_tail=true", by="guest"))["tail_cursor"] == whole[0]["cursor"]
    assert "tail_cursor" not in await log(server, "include_tail=1")


async def test_guests_read_the_log_of_their_channel_alone(server: Server) -> None:
    await server.owner.say(server.cast.general)
    await server.owner.say(server.cast.guest)
    await server.owner.patch(f"/api/workspaces/{server.cast.workspace}", {"name": "New"})
    types = [(event["type"], event.get("channel_id")) for event in (await log(server, by="guest"))["events"]]
    assert types == [("message.created", server.cast.guest), ("workspace.updated", None)]


async def test_the_log_belongs_to_a_workspace(server: Server) -> None:
    answer = await server.member.get("/api/realtime/events", 400)
    assert answer == {"error": "workspace_id is required"}


async def test_typing_reaches_who_sees_the_channel_and_the_sender_too(server: Server) -> None:
    body = {"type": "typing.started", "channel_id": server.cast.general, "payload": {"user_id": "usr_x", "n": 1}}
    said = (await server.owner.post(f"/api/channels/{server.cast.general}/messages", {"body": "x"}))["event"]
    async with server.owner.follow(server.cast.workspace) as other, server.member.follow(server.cast.workspace) as mine:
        assert await other.next() == await mine.next() == said
        event = (await signal(server, body))["event"]
        assert await other.next() == await mine.next() == event
    assert re.fullmatch(r"eph_20260921141320\.000000000", event["id"])
    assert event == {
        "id": event["id"],
        "cursor": "",
        "type": "typing.started",
        "workspace_id": server.cast.workspace,
        "channel_id": server.cast.general,
        "created_at": "2026-09-21T14:13:20Z",
        "payload": {
            "n": 1,
            "user_id": server.cast.people["member"].id,
            "channel_id": server.cast.general,
        },
    }
    assert (await log(server))["events"] == [said]


async def test_presence_may_be_for_the_whole_workspace(server: Server) -> None:
    await server.owner.say(server.cast.guest)
    async with server.guest.follow(server.cast.workspace) as socket:
        await socket.next()
        body = {"type": "presence.changed", "payload": {"channel_id": "chn_x", "direct_conversation_id": "dm_x"}}
        event = (await signal(server, body))["event"]
        assert await socket.next() == event
    assert event["payload"] == {"user_id": server.cast.people["member"].id}
    assert "channel_id" not in event


async def test_progress_is_what_a_bot_says_of_its_work(server: Server) -> None:
    payload = {"turn_id": "t", "op": "append", "line": {"id": "1", "kind": "text"}}
    body = {"type": "agent.progress", "channel_id": server.cast.general, "payload": payload}
    event = (await signal(server, body, by="bot_write"))["event"]
    assert event["payload"].items() >= payload.items()


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"type": "shouting"}, 400, "unsupported ephemeral event type"),
        ({}, 400, "unsupported ephemeral event type"),
        ({"type": "message.created"}, 400, "unsupported ephemeral event type"),
        ({"type": "typing.started"}, 400, "typing events require channel_id or direct_conversation_id"),
        ({"type": "typing.stopped"}, 400, "typing events require channel_id or direct_conversation_id"),
        (
            {"type": "typing.started", "channel_id": "a", "direct_conversation_id": "b"},
            400,
            "channel_id and direct_conversation_id are mutually exclusive",
        ),
        ({"type": "agent.progress", "channel_id": "a"}, 403, "agent.progress requires a bot token"),
        ({"type": "presence.changed", "workspace_id": ""}, 400, "workspace_id is required"),
        ({"type": "presence.changed", "workspace_id": "wsp_0"}, 404, "workspace not found"),
        ({"type": "typing.started", "channel_id": "chn_0"}, 404, "channel not found"),
        ({"type": "typing.started", "direct_conversation_id": "dm_0"}, 404, "direct conversation not found"),
        ({"type": "presence.changed", "payload": []}, 400, "payload: input should be a valid dictionary"),
        ({"type": 1}, 400, "type: input should be a valid string"),
        ({"type": "presence.changed", "payload": {"x": "y" * 65_536}}, 413, None),
    ],
)
async def test_a_wrong_signal_is_refused(server: Server, body: Any, status: int, error: str | None) -> None:
    answer = await signal(server, body, status)
    assert error is None or answer == {"error": error}


async def test_a_bots_progress_needs_a_target(server: Server) -> None:
    answer = await signal(server, {"type": "agent.progress"}, 400, by="bot_write")
    assert answer == {"error": "agent.progress requires channel_id or direct_conversation_id"}


async def test_a_channel_of_ones_other_workspace_is_not_in_this_one(server: Server) -> None:
    made = (await server.member.post("/api/workspaces", {"name": "Mine"}))["workspace"]
    channel = (await server.member.post(f"/api/workspaces/{made['id']}/channels", {"name": "here"}))["channel"]
    answer = await signal(server, {"type": "typing.started", "channel_id": channel["id"]}, 403)
    assert answer == {"error": "channel is not in this workspace"}
