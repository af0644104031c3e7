"""Workspaces: create, change, hand over, delete (contract chat 3.4, 4.4)."""

from typing import Any

import pytest

from tests.conftest import Server


async def rename(server: Server, body: Any, want: int = 200) -> Any:
    return await server.owner.patch(f"/api/workspaces/{server.cast.workspace}", body, want)


async def transfer(server: Server, name: str, want: int) -> Any:
    body = {"user_id": server.cast.people[name].id}
    return await server.owner.post(f"/api/workspaces/{server.cast.workspace}/transfer-ownership", body, want)


async def test_a_new_workspace_belongs_to_its_maker_and_is_empty(server: Server) -> None:
    workspace = (await server.member.post("/api/workspaces", {"name": " Lab & Co "}))["workspace"]
    assert workspace == {
        "id": workspace["id"],
        "route_id": workspace["route_id"],
        "name": "Lab & Co",
        "slug": "lab-co",
        "icon_url": "",
        "created_at": "2026-09-21T14:13:20Z",
        "role": "owner",
    }
    assert workspace["route_id"][0] == "T"
    assert len(workspace["route_id"]) == 17
    assert await server.member.get(f"/api/workspaces/{workspace['id']}/channels") == {"channels": []}
    log = await server.member.get(f"/api/realtime/events?workspace_id={workspace['id']}&include_tail=true")
    assert log == {"events": [], "tail_cursor": ""}
    assert (await server.member.get(f"/api/workspaces/{workspace['id']}"))["workspace"] == workspace
    listed = (await server.member.get("/api/workspaces"))["workspaces"]
    assert [(w["slug"], w["role"]) for w in listed] == [("acme", "member"), ("lab-co", "owner")]


async def test_a_workspace_without_name_is_untitled(server: Server) -> None:
    workspace = (await server.member.post("/api/workspaces", {"name": " "}))["workspace"]
    assert (workspace["name"], workspace["slug"]) == ("Untitled", "untitled")


async def test_names_without_latin_letters_do_not_get_in_each_others_way(server: Server) -> None:
    for name in ("日本", "日本", "Ω"):
        workspace = (await server.member.post("/api/workspaces", {"name": name, "slug": "!"}))["workspace"]
        assert (workspace["name"], workspace["slug"]) == (name, workspace["route_id"].lower())


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"name": "a\nb"}, "workspace name must not contain control characters"),
        ({"name": "Clickclack"}, "workspace slug is reserved"),
        ({"name": "x", "slug": "Guests"}, "workspace slug is reserved"),
        ({"name": "Acme"}, "workspace slug is already taken (workspaces.slug is unique)"),
        ({"name": "ä" * 41}, "workspace name is too long"),
        ({"name": 1}, "name: input should be a valid string"),
    ],
)
async def test_a_wrong_workspace_is_refused(server: Server, body: Any, error: str) -> None:
    assert await server.member.post("/api/workspaces", body, 400) == {"error": error}
    assert len((await server.member.get("/api/workspaces"))["workspaces"]) == 1


async def test_a_bot_sees_its_own_workspace_alone(server: Server) -> None:
    (workspace,) = (await server.bot_read.get("/api/workspaces"))["workspaces"]
    assert (workspace["id"], workspace["role"]) == (server.cast.workspace, "bot")


async def test_every_role_is_spelled_as_chat_does(server: Server) -> None:
    path = f"/api/workspaces/{server.cast.workspace}"
    names = ("owner", "admin", "moderator", "member", "guest", "bot_read")
    roles = [(await server.bearing(server.cast.people[n].token).get(path))["workspace"]["role"] for n in names]
    assert roles == ["owner", "moderator", "moderator", "member", "guest", "bot"]


async def test_a_change_is_answered_with_its_event(server: Server) -> None:
    answer = await rename(server, {"name": " New ", "slug": "New Place"})
    assert (answer["workspace"]["name"], answer["workspace"]["slug"]) == ("New", "new-place")
    assert answer["workspace"]["role"] == "owner"
    assert answer["event"]["type"] == "workspace.updated"
    assert answer["event"]["payload"] == {"workspace_id": server.cast.workspace}
    assert not {"channel_id", "seq"} & set(answer["event"])


async def test_a_change_is_audited(server: Server) -> None:
    await rename(server, {"name": "New"})
    row = await server.db.read(lambda tx: tx.one("SELECT action, target_id, metadata FROM audit_entries"))
    assert row == ("workspace.updated", server.cast.workspace, '{"name":"New","slug":"acme","icon_url":""}')


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "workspace update requires at least one field"),
        ({"name": None}, "workspace update requires at least one field"),
        ({"name": "  "}, "workspace name is required"),
        ({"name": "ä" * 40 + "b"}, "workspace name is too long"),
        ({"slug": "!!"}, "workspace slug is required"),
        ({"slug": "clickclack"}, "workspace slug is reserved"),
        ({"slug": "other"}, "workspace slug is already taken"),
        ({"icon_url": "https://x.y/z.png"}, "workspace icon must be an uploaded file"),
        ({"name": "Good", "slug": "other"}, "workspace slug is already taken"),
    ],
)
async def test_a_wrong_change_is_refused_whole(server: Server, body: Any, error: str) -> None:
    path = f"/api/workspaces/{server.cast.workspace}"
    before = await server.owner.get(path)
    assert await rename(server, body, 400) == {"error": error}
    assert await server.owner.get(path) == before


async def test_names_are_measured_in_bytes_and_eighty_fit(server: Server) -> None:
    assert (await rename(server, {"name": "ä" * 40}))["workspace"]["name"] == "ä" * 40


async def test_its_own_slug_is_no_conflict(server: Server) -> None:
    await rename(server, {"slug": "acme"})


async def test_only_managers_change_and_only_owners_hand_over(server: Server) -> None:
    path = f"/api/workspaces/{server.cast.workspace}"
    assert await server.member.patch(path, {"name": "x"}, 403) == {"error": "workspace manager permission required"}
    answer = await server.admin.post(f"{path}/transfer-ownership", {"user_id": "usr_0"}, 403)
    assert answer == {"error": "workspace owner permission required"}
    assert await server.admin.delete(path, 403) == {"error": "workspace owner permission required"}


async def test_an_owner_who_hands_over_is_a_moderator(server: Server) -> None:
    answer = await transfer(server, "member", 200)
    assert answer["workspace"]["role"] == "moderator"
    assert answer["event"]["type"] == "workspace.ownership_transferred"
    assert answer["event"]["payload"] == {
        "workspace_id": server.cast.workspace,
        "new_owner_user_id": server.cast.people["member"].id,
    }
    path = f"/api/workspaces/{server.cast.workspace}"
    assert (await server.member.get(path))["workspace"]["role"] == "owner"
    assert (await server.owner.get(path))["workspace"]["role"] == "moderator"
    await server.owner.delete(path, 403)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("owner", "new owner must be another workspace member"),
        ("outsider", "new owner must be a workspace member"),
        ("guest", "new owner must be a human member or moderator"),
        ("bot_read", "new owner must be a human member or moderator"),
    ],
)
async def test_a_wrong_heir_is_refused(server: Server, name: str, error: str) -> None:
    assert await transfer(server, name, 400) == {"error": error}
    roles = (await server.owner.get(f"/api/workspaces/{server.cast.workspace}/members"))["total_by_role"]
    assert roles["owner"] == 1


async def test_an_heir_must_be_named(server: Server) -> None:
    path = f"/api/workspaces/{server.cast.workspace}/transfer-ownership"
    assert await server.owner.post(path, {}, 400) == {"error": "user_id: field required"}


async def test_the_slug_of_a_deleted_workspace_is_free_at_once(server: Server) -> None:
    await server.owner.delete(f"/api/workspaces/{server.cast.workspace}", 204)
    again = await server.outsider.post("/api/workspaces", {"name": "Acme", "slug": "acme"}, 201)
    assert again["workspace"]["slug"] == "acme"
    assert again["workspace"]["id"] != server.cast.workspace


async def test_a_deleted_workspace_is_gone_with_all_that_was_in_it(server: Server) -> None:
    message = await server.member.say(server.cast.general)
    await server.member.reply(message["id"])
    await server.member.react(message["id"])
    await server.member.post(f"/api/channels/{server.cast.general}/read", {"seq": 1}, 200)
    await rename(server, {"name": "Doomed"})
    await server.owner.delete(f"/api/workspaces/{server.cast.workspace}", 204)
    for path in (f"/api/workspaces/{server.cast.workspace}", f"/api/messages/{message['id']}"):
        await server.member.get(path, 404)
    assert (await server.owner.get("/api/workspaces"))["workspaces"] == []
    assert len((await server.outsider.get("/api/workspaces"))["workspaces"]) == 1
    await server.settled()
    tables = ("messages", "reactions", "channel_reads", "audit_entries", "event_recipients")
    left = " UNION ALL ".join(f"SELECT COUNT(*) FROM {table}" for table in tables)
    assert await server.db.read(lambda tx: tx.all(left)) == [(0,)] * len(tables)
    await server.bot_read.get("/api/me", 401)
