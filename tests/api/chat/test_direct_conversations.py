"""Direct conversations as a client sees them (contract chat 3.10, 4.11, 6.1, 6.7)."""

from typing import Any

import pytest

from clickclack.chat.direct_conversations import member_set_key
from tests.client import Client
from tests.conftest import Server


async def opened(server: Server, by: Client, *names: str) -> Any:
    people = server.cast.people
    body = {"workspace_id": server.cast.workspace, "member_ids": [people[name].id for name in names]}
    return (await by.post("/api/dms", body))["conversation"]


async def listed(server: Server, client: Client) -> list[Any]:
    found: list[Any] = (await client.get(f"/api/dms?workspace_id={server.cast.workspace}"))["conversations"]
    return found


async def told(by: Client, conversation_id: str, body: str = "psst", **more: Any) -> Any:
    return await by.post(f"/api/dms/{conversation_id}/messages", {"body": body, **more})


async def events_of(server: Server, client: Client, after: str) -> list[Any]:
    path = f"/api/realtime/events?workspace_id={server.cast.workspace}&after_cursor={after}"
    found: list[Any] = (await client.get(path))["events"]
    return found


def test_the_key_of_two_members_is_that_of_the_contract() -> None:
    assert member_set_key(["usr_b", "usr_a"]) == "3e878cc012f10c9221f62737d19ffb150f752015a22f1b38efd739d5f05b1a7b"


async def test_two_people_have_one_conversation_whoever_opens_it(server: Server) -> None:
    first = await opened(server, server.member, "owner")
    again = await opened(server, server.owner, "member", "owner", "member")
    assert first["id"] == again["id"]
    assert first["id"].startswith("dm_")
    assert first["route_id"].startswith("D")
    assert [user["handle"] for user in first["members"]] == ["member", "owner"]
    counters = ("last_seq", "last_read_seq", "unread_count", "can_send")
    assert [first[name] for name in counters] == [0, 0, 0, True]


async def test_groups_are_new_each_time(server: Server) -> None:
    first = await opened(server, server.member, "owner", "admin")
    second = await opened(server, server.member, "owner", "admin")
    assert first["id"] != second["id"]
    assert len(second["members"]) == 3


@pytest.mark.parametrize(
    ("names", "status", "error"),
    [
        ((), 400, "direct conversation needs at least two members"),
        (("member",), 400, "direct conversation needs at least two members"),
        (("guest",), 403, "moderation restriction"),
        (("outsider",), 404, "member not found"),
    ],
)
async def test_with_whom_nobody_can_talk(server: Server, names: tuple[str, ...], status: int, error: str) -> None:
    members = [server.cast.people[name].id for name in names]
    body = {"workspace_id": server.cast.workspace, "member_ids": members}
    assert await server.member.post("/api/dms", body, status) == {"error": error}


async def test_a_conversation_has_at_most_32_members(server: Server) -> None:
    body = {"workspace_id": server.cast.workspace, "member_ids": [f"usr_{i}" for i in range(32)]}
    answer = await server.member.post("/api/dms", body, 400)
    assert answer == {"error": "direct conversation has too many members"}
    assert await server.member.post("/api/dms", {"member_ids": []}, 400) == {"error": "workspace_id is required"}


async def test_messages_unread_counts_and_receipts_are_each_readers_own(server: Server) -> None:
    dm = (await opened(server, server.member, "owner"))["id"]
    answer = await told(server.member, dm, "one", nonce="n")
    message = answer["message"]
    assert message["direct_conversation_id"] == dm
    assert "channel_id" not in message
    assert (message["channel_seq"], message["thread_root_id"]) == (1, message["id"])
    event = answer["event"]
    assert "channel_id" not in event
    assert (event["seq"], event["payload"]["direct_conversation_id"]) == (1, dm)
    assert "mentioned_user_ids" not in event
    assert await server.member.post(f"/api/dms/{dm}/messages", {"body": "one", "nonce": "n"}, 200) == {
        "message": message
    }
    await told(server.owner, dm, "two @member")
    assert [(c["last_seq"], c["unread_count"]) for c in await listed(server, server.member)] == [(2, 1)]
    assert [c["unread_count"] for c in await listed(server, server.owner)] == [1]
    receipt = await server.member.post(f"/api/dms/{dm}/read", {"seq": 9}, 200)
    assert (receipt["receipt"]["scope_id"], receipt["receipt"]["last_read_seq"]) == (dm, 2)
    assert [(c["last_read_seq"], c["unread_count"]) for c in await listed(server, server.member)] == [(2, 0)]
    page = await server.owner.get(f"/api/dms/{dm}/messages?limit=1")
    assert ([m["body"] for m in page["messages"]], page["has_older"]) == (["two @member"], True)


async def test_only_the_members_hear_of_it(server: Server) -> None:
    before = (await server.member.say(server.cast.guest))["id"]
    path = f"/api/realtime/events?workspace_id={server.cast.workspace}&include_tail=true&limit=1"
    tail = (await server.member.get(path))["tail_cursor"]
    dm = (await opened(server, server.member, "owner"))["id"]
    root = (await told(server.member, dm))["message"]
    reply = await server.owner.reply(root["id"], "what, @member?")
    await server.member.react(reply["id"])
    await server.owner.post(f"/api/dms/{dm}/read", {"seq": 1}, 200)
    await server.member.patch(f"/api/messages/{root['id']}", {"body": "psst!"})
    await server.member.delete(f"/api/messages/{root['id']}")
    types = [event["type"] for event in await events_of(server, server.member, tail)]
    assert types == [
        "message.created",
        "thread.reply_created",
        "thread.state_updated",
        "reaction.added",
        "message.updated",
        "message.deleted",
    ]
    found = await events_of(server, server.owner, tail)
    assert [event["type"] for event in found if event["type"] == "dm.read"] == ["dm.read"]
    assert found[1]["mentioned_user_ids"] == [server.cast.people["member"].id]
    assert {event["payload"]["direct_conversation_id"] for event in found} == {dm}
    for stranger in (server.moderator, server.guest, server.bot_admin):
        assert await events_of(server, stranger, tail) == []
        await stranger.get(f"/api/messages/{root['id']}", 404)
        await stranger.get(f"/api/messages/{reply['id']}", 404)
    await server.member.get(f"/api/messages/{before}")


async def test_a_conversation_is_no_channel_and_a_channel_no_conversation(server: Server) -> None:
    dm = (await opened(server, server.member, "owner"))["id"]
    await server.member.get(f"/api/channels/{dm}/messages", 404)
    await server.member.post(f"/api/channels/{dm}/messages", {"body": "x"}, 404)
    await server.member.post(f"/api/channels/{dm}/read", {"seq": 1}, 404)
    await server.member.get(f"/api/dms/{server.cast.general}/messages", 404)
    await server.owner.patch(f"/api/channels/{dm}", {"archived": True}, 404)
    names = (await server.member.get(f"/api/workspaces/{server.cast.workspace}/channels"))["channels"]
    assert dm not in [channel["id"] for channel in names]
    root = (await told(server.member, dm))["message"]
    await server.member.post(f"/api/messages/{root['id']}/route", None, 404)
    thread = await server.member.get(f"/api/messages/{root['id']}/thread")
    route = thread["root"]["route_id"]
    target = (await server.owner.get(f"/api/routes/{server.cast.workspace_route}/{route}"))["route"]
    assert (target["target_type"], target["parent_type"], target["parent_id"]) == ("thread", "direct", dm)


async def test_hiding_is_ones_own_and_ends_when_somebody_writes(server: Server) -> None:
    dm = (await opened(server, server.member, "owner"))["id"]
    assert await server.member.delete(f"/api/dms/{dm}") == {"ok": True}
    assert await listed(server, server.member) == []
    assert len(await listed(server, server.owner)) == 1
    assert (await server.member.get(f"/api/dms/{dm}"))["conversation"]["id"] == dm
    await server.member.post(f"/api/dms/{dm}/open", None, 200)
    assert len(await listed(server, server.member)) == 1
    for client in (server.member, server.owner):
        await client.delete(f"/api/dms/{dm}")
    await told(server.owner, dm)
    assert [len(await listed(server, client)) for client in (server.member, server.owner)] == [1, 1]
    await server.member.delete(f"/api/dms/{dm}")
    await opened(server, server.member, "owner")
    assert len(await listed(server, server.member)) == 1


async def test_without_an_active_peer_nothing_can_be_sent(server: Server) -> None:
    dm = (await opened(server, server.member, "bot_write"))["id"]
    root = (await told(server.member, dm))["message"]
    bot = server.cast.people["bot_write"]
    await server.db.write(lambda tx: tx.run("DELETE FROM memberships WHERE user_n = ?", bot.n))
    assert not (await listed(server, server.member))[0]["can_send"]
    body = {"error": "direct conversation has no active recipient"}
    typing = {"workspace_id": server.cast.workspace, "type": "typing.started", "direct_conversation_id": dm}
    assert await server.member.post("/api/realtime/ephemeral", typing, 409) == body
    assert await server.member.post(f"/api/dms/{dm}/messages", {"body": ""}, 409) == body
    assert await server.member.post(f"/api/messages/{root['id']}/thread/replies", {"body": "x"}, 409) == body
    assert len((await server.member.get(f"/api/dms/{dm}/messages"))["messages"]) == 1


async def test_a_bot_needs_its_scopes_for_what_is_direct(server: Server) -> None:
    dm = (await opened(server, server.member, "bot_write", "bot_read"))["id"]
    root = (await told(server.member, dm))["message"]
    assert len((await server.bot_read.get(f"/api/dms/{dm}/messages"))["messages"]) == 1
    refusal = {"error": "bot token is missing scope dms:write"}
    assert await server.bot_read.post(f"/api/dms/{dm}/messages", {"body": "x"}, 403) == refusal
    await told(server.bot_write, dm, "beep")
    sql = "UPDATE credentials SET scopes = ? WHERE user_n = ?"
    scopes = '["messages:read","messages:write","threads:read","threads:write"]'
    bot = server.cast.people["bot_write"]

    await server.db.write(lambda tx: tx.run(sql, scopes, bot.n))
    await server.db.write(lambda tx: tx.emit("credential.revoked", 0, {"credential_n": 0}, recipients=()))
    await server.bot_write.get(f"/api/messages/{root['id']}", 403)
    await server.bot_write.post(f"/api/messages/{root['id']}/reactions", {"emoji": "+"}, 403)
    await server.bot_write.post(f"/api/messages/{root['id']}/thread/replies", {"body": "x"}, 403)


async def test_typing_reaches_the_other_member_alone(server: Server) -> None:
    dm = (await opened(server, server.member, "owner"))["id"]
    workspace = server.cast.workspace
    async with server.owner.follow(workspace) as owner, server.admin.follow(workspace) as admin:
        signal = {"workspace_id": workspace, "type": "typing.started", "direct_conversation_id": dm}
        await server.member.post("/api/realtime/ephemeral", signal, 202)
        event = await owner.next()
        assert event["payload"] == {"user_id": server.cast.people["member"].id, "direct_conversation_id": dm}
        await told(server.member, dm)
        await server.member.say(server.cast.general, "for all")
        assert (await owner.next())["payload"]["direct_conversation_id"] == dm
        assert (await admin.next())["channel_id"] == server.cast.general
    await server.admin.post("/api/realtime/ephemeral", signal, 404)


async def test_why_somebody_else_is_held_back_is_not_told(server: Server) -> None:
    path = f"/api/workspaces/{server.cast.workspace}/moderation/members/{server.cast.people['browser'].id}"
    await server.owner.patch(path, {"timeout_minutes": 5})
    body = {"workspace_id": server.cast.workspace, "member_ids": [server.cast.people["browser"].id]}
    assert await server.member.post("/api/dms", body, 403) == {"error": "moderation restriction"}
