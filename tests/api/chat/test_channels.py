"""Channels: names, titles, archive, who may (contract chat 1.3, 1.4, 3.6, 4.6)."""

from typing import Any

import pytest

from tests.conftest import Server


async def create(server: Server, body: Any, want: int = 201, by: str = "member") -> Any:
    client = server.bearing(server.cast.people[by].token)
    return await client.post(f"/api/workspaces/{server.cast.workspace}/channels", body, want)


async def names(server: Server, by: str = "member") -> list[str]:
    client = server.bearing(server.cast.people[by].token)
    listed = await client.get(f"/api/workspaces/{server.cast.workspace}/channels")
    return [channel["name"] for channel in listed["channels"]]


async def test_a_channel_is_answered_whole_with_its_event(server: Server) -> None:
    body = {
        "name": "  Dev & Ops!! ",
        "display_title": " Development ",
        "external_managed": True,
        "external_ref": "r",
        "external_url": "https://x.y",
        "sidebar_section": "s",
    }
    answer = await create(server, body)
    channel, event = answer["channel"], answer["event"]
    assert channel == {
        "id": channel["id"],
        "route_id": channel["route_id"],
        "workspace_id": server.cast.workspace,
        "name": "dev-ops",
        "kind": "public",
        "display_title": "Development",
        "created_at": "2026-09-21T14:13:20Z",
        "external_managed": True,
        "external_ref": "r",
        "external_url": "https://x.y",
        "sidebar_section": "s",
        "last_seq": 0,
        "last_read_seq": 0,
        "unread_count": 0,
    }
    assert len(channel["route_id"]) == 17
    assert channel["route_id"][0] == "C"
    assert (event["type"], event["channel_id"]) == ("channel.created", channel["id"])
    assert event["payload"] == {"channel_id": channel["id"]}


@pytest.mark.parametrize(("given", "name"), [("Ärger", "rger"), ("--A__b--", "a-b"), ("日本", "general-2"), ("x", "x")])
async def test_names_are_slugs(server: Server, given: str, name: str) -> None:
    await server.owner.patch(f"/api/channels/{server.cast.general}", {"name": "general-2"})
    if name == "general-2":  # nothing is left of the name, and `general` is free
        name = "general"
    assert (await create(server, {"name": given}))["channel"]["name"] == name


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": None}, {"name": " General "}, {"name": "日本"}])
async def test_a_taken_name_is_refused_in_words_that_clients_know(server: Server, body: Any) -> None:
    before = await names(server)
    text = (await create(server, body, 400))["error"].lower()
    for word in ("unique", "channel", "workspace", "name"):
        assert word in text
    assert await names(server) == before


async def test_an_archived_channel_keeps_its_name(server: Server) -> None:
    await server.owner.patch(f"/api/channels/{server.cast.random}", {"archived": True})
    assert "unique" in (await create(server, {"name": "random"}, 400))["error"]
    assert "random" in await names(server)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"name": "Guest"}, "guest channel name is reserved"),
        ({"name": "x", "kind": "secret"}, "channel kind must be public or private"),
        ({"name": 1}, "name: input should be a valid string"),
        ({"name": "x", "external_managed": "yes"}, "external_managed: input should be a valid boolean"),
        ({"name": "x", "external_managed": 1}, "external_managed: input should be a valid boolean"),
    ],
)
async def test_a_wrong_channel_is_refused(server: Server, body: Any, error: str) -> None:
    before = await names(server)
    assert await create(server, body, 400) == {"error": error}
    assert await names(server) == before


async def test_a_long_title_is_cut_not_refused(server: Server) -> None:
    channel = (await create(server, {"name": "x", "display_title": " " + "ä" * 199 + " " * 50 + "b"}))["channel"]
    assert channel["display_title"] == "ä" * 199


async def test_a_title_stays_on_one_line(server: Server) -> None:
    channel = (await create(server, {"name": "x", "display_title": "one\ntwo\u202ethree"}))["channel"]
    assert channel["display_title"] == "one two three"


async def test_channels_are_listed_by_name_and_guests_see_theirs_alone(server: Server) -> None:
    await create(server, {"name": "alpha"})
    assert await names(server) == ["alpha", "general", "guest", "random"]
    assert await names(server, "guest") == ["guest"]
    assert await names(server, "bot_read") == ["alpha", "general", "guest", "random"]


async def test_an_update_changes_what_it_names(server: Server) -> None:
    path = f"/api/channels/{server.cast.general}"
    await server.owner.say(server.cast.general)
    first = (await server.moderator.patch(path, {"name": "Main Hall", "display_title": "Hall"}))["channel"]
    assert (first["name"], first["display_title"], first["unread_count"], first["last_seq"]) == (
        "main-hall",
        "Hall",
        0,
        0,
    )
    second = (await server.bot_admin.patch(path, {"name": "", "kind": "", "display_title": ""}))["channel"]
    assert second == {key: value for key, value in first.items() if key != "display_title"}


async def test_archiving_stamps_and_restamps_the_time(server: Server) -> None:
    path = f"/api/channels/{server.cast.general}"
    answer = await server.owner.patch(path, {"archived": True})
    assert answer["channel"]["archived_at"] == "2026-09-21T14:13:20Z"
    assert answer["event"]["payload"] == {"channel_id": server.cast.general, "archived": True}
    server.clock.advance(1)
    assert (await server.owner.patch(path, {"archived": True}))["channel"]["archived_at"] == "2026-09-21T14:13:21Z"
    answer = await server.owner.patch(path, {"archived": False})
    assert "archived_at" not in answer["channel"]
    assert answer["event"]["payload"]["archived"] is False


async def test_an_update_without_change_is_told(server: Server) -> None:
    for body in ({}, {"name": "general"}):
        event = (await server.owner.patch(f"/api/channels/{server.cast.general}", body))["event"]
        assert event["type"] == "channel.updated"


async def test_no_channel_becomes_or_stops_being_the_guest_channel(server: Server) -> None:
    for channel, name in ((server.cast.general, "guest"), (server.cast.guest, "lobby")):
        answer = await server.owner.patch(f"/api/channels/{channel}", {"name": name, "display_title": "x"}, 400)
        assert answer == {"error": "guest channel name is reserved"}
    listed = (await server.owner.get(f"/api/workspaces/{server.cast.workspace}/channels"))["channels"]
    assert not any("display_title" in channel for channel in listed)


async def test_a_rename_to_a_taken_name_is_refused(server: Server) -> None:
    answer = await server.owner.patch(f"/api/channels/{server.cast.general}", {"name": "random"}, 400)
    assert "unique" in answer["error"]


async def test_members_may_create_but_not_update(server: Server) -> None:
    channel = (await create(server, {"name": "mine"}))["channel"]
    answer = await server.member.patch(f"/api/channels/{channel['id']}", {"name": "yours"}, 403)
    assert answer == {"error": "your role does not allow channels:update"}
