"""Private channels (an addition): who is not in one cannot tell that it is there."""

from typing import Any

import pytest

from tests.client import Client
from tests.conftest import Server


async def made(server: Server, by: Client, name: str = "secret") -> str:
    body = {"name": name, "kind": "private"}
    answer = await by.post(f"/api/workspaces/{server.cast.workspace}/channels", body)
    identifier: str = answer["channel"]["id"]
    return identifier


async def names(server: Server, client: Client) -> set[str]:
    listed = await client.get(f"/api/workspaces/{server.cast.workspace}/channels")
    return {channel["name"] for channel in listed["channels"]}


def id_of(server: Server, name: str) -> str:
    return server.cast.people[name].id


async def test_it_is_seen_by_those_who_are_in_it_alone(server: Server) -> None:
    private = await made(server, server.member)
    message = await server.member.say(private, "hello @owner @member")
    assert "secret" in await names(server, server.member)
    for other in (server.owner, server.admin, server.guest, server.bot_admin):
        assert "secret" not in await names(server, other)
        await other.get(f"/api/channels/{private}/messages", 404)
        await other.get(f"/api/messages/{message['id']}", 404)
        await other.get(f"/api/channels/{private}/members", 404)
        page = await other.get(f"/api/realtime/events?workspace_id={server.cast.workspace}")
        assert private not in str(page)


async def test_a_mention_of_who_is_not_in_it_is_none(server: Server) -> None:
    private = await made(server, server.member)
    answer = await server.member.post(f"/api/channels/{private}/messages", {"body": "@owner and @member"})
    assert answer["event"]["mentioned_user_ids"] == [id_of(server, "member")]


async def test_who_comes_in_sees_all_of_it_and_who_leaves_nothing(server: Server) -> None:
    private = await made(server, server.member)
    await server.member.say(private, "before")
    async with server.owner.follow(server.cast.workspace) as socket:
        for status in (201, 200):
            change = await server.member.post(
                f"/api/channels/{private}/members", {"user_id": id_of(server, "owner")}, status
            )
            assert change["member"]["handle"] == "owner"
        assert (change["event"]["type"], (await socket.next())["type"]) == ("", "channel.updated")
        await server.member.say(private, "after")
        assert (await socket.next())["type"] == "message.created"
        page = await server.owner.get(f"/api/channels/{private}/messages")
        assert [message["body"] for message in page["messages"]] == ["before", "after"]
        members = (await server.owner.get(f"/api/channels/{private}/members"))["members"]
        assert [member["handle"] for member in members] == ["member", "owner"]
        await server.owner.delete(f"/api/channels/{private}/members/{id_of(server, 'owner')}")
        assert await socket.next() | {"payload": None, "id": "", "cursor": ""} == {
            "id": "",
            "cursor": "",
            "type": "channel.updated",
            "workspace_id": server.cast.workspace,
            "channel_id": private,
            "created_at": "2026-09-21T14:13:20Z",
            "payload": None,
        }
        await server.member.say(private, "alone")
        await server.member.say(server.cast.general, "for all")
        assert (await socket.next())["channel_id"] == server.cast.general
    await server.owner.get(f"/api/channels/{private}/messages", 404)


@pytest.mark.parametrize(
    ("who", "status", "error"),
    [
        ("guest", 400, "guests cannot be in private channels"),
        ("outsider", 400, "user_id must be a member of the workspace"),
    ],
)
async def test_who_cannot_come_in(server: Server, who: str, status: int, error: str) -> None:
    private = await made(server, server.member)
    body = {"user_id": id_of(server, who)}
    assert await server.member.post(f"/api/channels/{private}/members", body, status) == {"error": error}


async def test_members_take_nobody_out_but_themselves_and_managers_who_are_in_it_do(server: Server) -> None:
    private = await made(server, server.member)
    for name in ("browser", "moderator"):
        await server.member.post(f"/api/channels/{private}/members", {"user_id": id_of(server, name)})
    await server.member.delete(f"/api/channels/{private}/members/{id_of(server, 'browser')}", 403)
    await server.moderator.delete(f"/api/channels/{private}/members/{id_of(server, 'browser')}")
    await server.moderator.delete(f"/api/channels/{private}/members/{id_of(server, 'browser')}", 404)
    await server.member.delete(f"/api/channels/{private}/members/{id_of(server, 'member')}")
    await server.moderator.delete(f"/api/channels/{private}/members/{id_of(server, 'moderator')}", 400)


async def test_a_public_channel_has_no_list_of_its_own(server: Server) -> None:
    answer = await server.member.get(f"/api/channels/{server.cast.general}/members", 400)
    assert answer == {"error": "everybody in the workspace is in a public channel"}


async def test_a_channel_that_becomes_private_is_gone_for_the_others_who_are_told(server: Server) -> None:
    async with server.member.follow(server.cast.workspace) as socket:
        await server.owner.patch(f"/api/channels/{server.cast.random}", {"kind": "private"})
        event = await socket.next()
        assert (event["type"], event["channel_id"]) == ("channel.updated", server.cast.random)
        await server.owner.say(server.cast.random, "secret")
        await server.owner.say(server.cast.general, "open")
        assert (await socket.next())["channel_id"] == server.cast.general
    assert "random" not in await names(server, server.member)
    await server.owner.patch(f"/api/channels/{server.cast.random}", {"kind": "public"})
    assert "random" in await names(server, server.member)


async def test_who_leaves_the_workspace_is_out_of_its_private_channels(server: Server) -> None:
    private = await made(server, server.member)
    await server.member.post(f"/api/channels/{private}/members", {"user_id": id_of(server, "browser")})
    browser = server.cast.people["browser"]
    await server.db.write(lambda tx: tx.run("DELETE FROM memberships WHERE user_n = ?", browser.n))
    members = (await server.member.get(f"/api/channels/{private}/members"))["members"]
    assert [member["handle"] for member in members] == ["member"]


async def test_the_guest_channel_stays_public(server: Server) -> None:
    answer: Any = await server.owner.patch(f"/api/channels/{server.cast.guest}", {"kind": "private"}, 400)
    assert answer == {"error": "the guest channel is public"}


async def test_a_channel_that_becomes_private_keeps_those_who_manage_the_workspace(server: Server) -> None:
    await server.moderator.patch(f"/api/channels/{server.cast.random}", {"kind": "private"})
    members = (await server.owner.get(f"/api/channels/{server.cast.random}/members"))["members"]
    assert {member["handle"] for member in members} == {"owner", "admin", "moderator"}
    body = {"kind": "private"}
    answer = await server.bot_admin.patch(f"/api/channels/{server.cast.general}", body, 403)
    assert answer == {"error": "bots cannot change who sees a channel"}


async def test_a_member_who_becomes_a_guest_is_out_and_the_owner_takes_over_what_nobody_is_left_in(
    server: Server,
) -> None:
    alone, shared = await made(server, server.member), await made(server, server.member, "shared")
    await server.member.post(f"/api/channels/{shared}/members", {"user_id": id_of(server, "browser")})
    path = f"/api/workspaces/{server.cast.workspace}/moderation/members/{id_of(server, 'member')}"
    await server.owner.patch(path, {"role": "guest"})
    for channel in (alone, shared):
        await server.member.get(f"/api/channels/{channel}/messages", 404)
    members = (await server.owner.get(f"/api/channels/{alone}/members"))["members"]
    assert [member["handle"] for member in members] == ["owner"]
    await server.owner.get(f"/api/channels/{shared}/members", 404)


@pytest.mark.parametrize("field", ["name", "external_ref", "external_url", "sidebar_section"])
async def test_no_field_of_a_channel_is_endless(server: Server, field: str) -> None:
    path = f"/api/workspaces/{server.cast.workspace}/channels"
    answer = await server.owner.post(path, {"name": "x", field: "x" * 3000}, 400)
    assert answer["error"].startswith(f"{field} is too long")
