"""Moderation, time-outs, blocks and the waiting room (contract chat 3.5, 4.12, 6.10, 10)."""

from typing import Any

import pytest

from clickclack.kernel.clock import to_rfc3339
from tests.client import Client
from tests.conftest import Server


def path_of(server: Server, name: str) -> str:
    return f"/api/workspaces/{server.cast.workspace}/moderation/members/{server.cast.people[name].id}"


async def ruled(server: Server, name: str, body: Any, by: Client | None = None) -> Any:
    return await (by or server.moderator).patch(path_of(server, name), body)


async def test_the_roster_orders_by_role_and_name_and_counts_posts(server: Server) -> None:
    await server.guest.say(server.cast.guest)
    path = f"/api/workspaces/{server.cast.workspace}/moderation/members"
    members = (await server.moderator.get(path))["members"]
    roles = [member["role"] for member in members]
    assert roles[:5] == ["owner", "moderator", "moderator", "member", "member"]
    by_handle = {member["user"]["handle"]: member for member in members}
    assert (by_handle["guest"]["posts_remaining"], by_handle["guest"]["post_limit"]) == (2, 3)
    assert (by_handle["member"]["posts_remaining"], by_handle["member"]["post_limit"]) == (0, 0)


async def test_a_guest_is_approved_and_told(server: Server) -> None:
    async with (
        server.guest.follow(server.cast.workspace) as guest,
        server.member.follow(server.cast.workspace) as other,
    ):
        answer = await ruled(server, "guest", {"role": "member"})
        assert (answer["member"]["role"], answer["member"]["post_limit"]) == ("member", 0)
        event = await guest.next()
        assert event["type"] == "member.moderation_updated"
        assert event["payload"] == {"user_id": server.cast.people["guest"].id, "role": "member"}
        await server.owner.say(server.cast.general, "welcome")
        assert (await guest.next())["channel_id"] == server.cast.general
        assert (await other.next())["type"] == "message.created", "it is private to the target and the managers"
    await server.guest.say(server.cast.general)


@pytest.mark.parametrize(
    ("ruling", "reason"),
    [
        ({"blocked": True}, "moderation restriction: member is blocked"),
        ({"timeout_minutes": 60}, "moderation restriction: member is timed out until 2026-09-21T15:13:20Z"),
        (
            {"timeout_until": "2026-09-22T00:00:00+02:00", "timeout_minutes": 1},
            "moderation restriction: member is timed out until 2026-09-21T22:00:00Z",
        ),
    ],
)
async def test_who_is_held_back_reads_but_changes_nothing(server: Server, ruling: Any, reason: str) -> None:
    cast, member = server.cast, server.member
    message = await member.say(cast.general, nonce="n")
    body = {"workspace_id": cast.workspace, "member_ids": [cast.people["owner"].id]}
    dm = (await member.post("/api/dms", body))["conversation"]["id"]
    await ruled(server, "member", ruling)
    refused = {"error": reason}
    for method, path, given in (
        ("POST", f"/api/channels/{cast.general}/messages", {"body": "x"}),
        ("POST", f"/api/messages/{message['id']}/thread/replies", {"body": "x"}),
        ("PATCH", f"/api/messages/{message['id']}", {"body": "x"}),
        ("DELETE", f"/api/messages/{message['id']}", None),
        ("POST", f"/api/messages/{message['id']}/reactions", {"emoji": "+"}),
        ("POST", f"/api/channels/{cast.general}/pins", {"message_id": message["id"]}),
        ("POST", f"/api/workspaces/{cast.workspace}/channels", {"name": "new"}),
        ("POST", f"/api/workspaces/{cast.workspace}/topics", {"name": "new"}),
        ("POST", "/api/dms", body),
        ("POST", f"/api/dms/{dm}/messages", {"body": "x"}),
        ("POST", f"/api/hooks/mattermost/{cast.general}", {"text": "x"}),
        (
            "POST",
            "/api/realtime/ephemeral",
            {"workspace_id": cast.workspace, "type": "typing.started", "channel_id": cast.general},
        ),
        ("POST", "/api/realtime/ephemeral", {"workspace_id": cast.workspace, "type": "presence.changed"}),
    ):
        answer = await member.call(method, path, given)
        assert (path, answer.status, answer.json) == (path, 403, refused)
    await member.get(f"/api/channels/{cast.general}/messages")
    await member.post(f"/api/channels/{cast.general}/read", {"seq": 1}, 200)
    await member.patch(f"/api/channels/{cast.general}/notification-settings", {"preference": "muted"})
    await member.patch("/api/me", {"display_name": "Still me"})
    replay = {"body": "hello", "nonce": "n"}
    await member.post(f"/api/channels/{cast.general}/messages", replay, 200)
    await server.owner.post("/api/dms", {**body, "member_ids": [cast.people["member"].id]}, 403)


async def test_a_time_out_ends_by_itself_or_is_cleared(server: Server) -> None:
    await ruled(server, "member", {"timeout_minutes": 1})
    await server.member.post(f"/api/channels/{server.cast.general}/messages", {"body": "x"}, 403)
    server.clock.advance(61)
    await server.member.say(server.cast.general)
    answer = await ruled(server, "member", {"timeout_minutes": 5, "moderation_note": " rude "})
    member = answer["member"]
    assert member["timeout_until"] == to_rfc3339(server.clock.now() + 300_000_000)
    assert (member["moderation_note"], member["moderation_by"]) == ("rude", server.cast.people["moderator"].id)
    assert (await ruled(server, "member", {"timeout_until": ""}))["member"]["timeout_until"]
    cleared = (await ruled(server, "member", {"clear_timeout": True, "moderation_note": ""}))["member"]
    assert cleared.keys().isdisjoint({"timeout_until", "moderation_note"})
    await server.member.say(server.cast.general)


async def test_unblocking(server: Server) -> None:
    assert (await ruled(server, "member", {"blocked": True}))["member"]["blocked_at"] == "2026-09-21T14:13:20Z"
    assert "blocked_at" not in (await ruled(server, "member", {"blocked": False}))["member"]
    await server.member.say(server.cast.general)


@pytest.mark.parametrize(
    ("who", "body", "error"),
    [
        ("moderator", {"blocked": True}, "moderators cannot moderate themselves"),
        ("owner", {"blocked": True}, "owners cannot be moderated"),
        ("admin", {"blocked": True}, "target role is too high for this moderator"),
        ("bot_read", {"blocked": True}, "target role is too high for this moderator"),
        ("member", {"role": "moderator"}, "role is too high for this moderator"),
        ("member", {"role": "owner"}, "owner role cannot be assigned here"),
        ("member", {"role": "king"}, 'invalid workspace role "king"'),
        ("member", {"timeout_until": "soon"}, "timeout_until: "),
        ("member", {"moderation_note": "x" * 2001}, "the note is too long (maximum 2000 characters)"),
    ],
)
async def test_what_a_moderator_cannot_rule(server: Server, who: str, body: Any, error: str) -> None:
    answer = await server.moderator.patch(path_of(server, who), body, 400)
    assert answer["error"].startswith(error)


async def test_who_is_no_member_is_not_found(server: Server) -> None:
    await server.moderator.patch(path_of(server, "outsider"), {"blocked": True}, 404)


async def test_the_owner_rules_moderators_and_bots(server: Server) -> None:
    assert (await ruled(server, "member", {"role": "moderator"}, server.owner))["member"]["role"] == "moderator"
    await ruled(server, "bot_write", {"blocked": True}, server.owner)
    await server.bot_write.post(f"/api/channels/{server.cast.general}/messages", {"body": "x"}, 403)
    await ruled(server, "moderator", {"timeout_minutes": 5}, server.owner)
    path = f"/api/workspaces/{server.cast.workspace}/moderation/members"
    assert (await server.moderator.get(path, 403))["error"].startswith("moderation restriction")


async def test_a_guest_has_three_messages_a_day_replies_and_deleted_ones_too(server: Server) -> None:
    root = await server.guest.say(server.cast.guest, "one")
    await server.guest.reply(root["id"])
    await server.guest.delete(f"/api/messages/{root['id']}")
    server.clock.advance(3600)
    await server.guest.say(server.cast.guest, "three")
    limit = {"error": "waiting room post limit reached"}
    path = f"/api/channels/{server.cast.guest}/messages"
    assert await server.guest.post(path, {"body": "four"}, 429) == limit
    signal = {"workspace_id": server.cast.workspace, "type": "typing.started", "channel_id": server.cast.guest}
    assert await server.guest.post("/api/realtime/ephemeral", signal, 429) == limit
    await server.member.say(server.cast.guest, "members have no limit")
    server.clock.advance(23 * 3600 - 1)
    await server.guest.post(path, {"body": "four"}, 429)
    server.clock.advance(1)
    await server.guest.post(path, {"body": "four"})
    await server.guest.post(path, {"body": "five"})
    await server.guest.post(path, {"body": "six"}, 429)


async def test_whoever_becomes_the_owner_is_held_back_no_more(server: Server) -> None:
    await ruled(server, "member", {"blocked": True})
    path = f"/api/workspaces/{server.cast.workspace}/transfer-ownership"
    await server.owner.post(path, {"user_id": server.cast.people["member"].id}, 200)
    await server.member.say(server.cast.general)


async def test_the_first_guest_of_a_workspace_finds_a_waiting_room(server: Server) -> None:
    owner, workspace = server.outsider, server.cast.other_workspace
    channels = f"/api/workspaces/{workspace}/channels"

    async def joined(role: str) -> tuple[Client, str]:
        invitation = await owner.post(f"/api/workspaces/{workspace}/invitations", {"role": role})
        newcomer = {"token": invitation["token"], "display_name": role, "email": f"{role}@new.example"}
        answer = await server.anonymous.post("/api/invitations/accept", newcomer | {"password": "correct horse"})
        return server.bearing(answer["token"]), answer["user"]["id"]

    member, member_id = await joined("member")
    async with owner.follow(workspace) as socket:
        moderation = f"/api/workspaces/{workspace}/moderation/members/{member_id}"
        ruled = await owner.patch(moderation, {"role": "guest"})
        assert await socket.next() == ruled["event"]
        created = await socket.next()
        assert created["type"] == "channel.created"
        (seen,) = (await member.get(channels))["channels"]
        assert (seen["id"], seen["name"]) == (created["channel_id"], "guest")
        await member.say(seen["id"])
    await owner.patch(moderation, {"role": "member"})
    await owner.patch(moderation, {"role": "guest"})
    guest, _ = await joined("guest")
    assert [channel["id"] for channel in (await guest.get(channels))["channels"]] == [seen["id"]]
