"""What the ids of a page's URL stand for (contract chat 1.2, 3.11, 4.11)."""

import re
from typing import Any

from tests.conftest import Server

ROUTE_ID = re.compile(r"[TCM][0-9ABCDEFGHJKMNPQRSTVWXYZ]{16}")


async def resolve(server: Server, workspace: str, target: str) -> Any:
    return (await server.member.get(f"/api/routes/{workspace}/{target}"))["route"]


async def test_a_channel_is_found_by_route_and_by_id(server: Server) -> None:
    cast = server.cast
    channels = (await server.member.get(f"/api/workspaces/{cast.workspace}/channels"))["channels"]
    route_id = next(c["route_id"] for c in channels if c["id"] == cast.general)
    assert ROUTE_ID.fullmatch(route_id)
    assert ROUTE_ID.fullmatch(cast.workspace_route)
    expected = {
        "workspace_id": cast.workspace,
        "workspace_route_id": cast.workspace_route,
        "target_type": "channel",
        "target_id": cast.general,
        "target_route_id": route_id,
        "canonical_path": f"/app/{cast.workspace_route}/{route_id}",
    }
    assert await resolve(server, cast.workspace_route, route_id) == expected
    assert await resolve(server, cast.workspace, cast.general) == expected


async def test_a_thread_is_found_and_given_its_route(server: Server) -> None:
    cast = server.cast
    message = await server.owner.say(cast.general)
    found = await resolve(server, cast.workspace, message["id"])
    assert ROUTE_ID.fullmatch(found["target_route_id"])
    assert (found["target_type"], found["target_id"]) == ("thread", message["id"])
    assert (found["parent_type"], found["parent_id"]) == ("channel", cast.general)
    assert found["canonical_path"] == f"/app/{cast.workspace_route}/{found['target_route_id']}"
    assert await resolve(server, cast.workspace_route, found["target_route_id"]) == found
    routed = await server.owner.post(f"/api/messages/{message['id']}/route", want=200)
    assert routed["message"]["route_id"] == found["target_route_id"]


async def test_the_two_spellings_are_not_mixed(server: Server) -> None:
    cast = server.cast
    for workspace, target in ((cast.workspace_route, cast.general), (cast.workspace, "C0000000000000000")):
        answer = await server.member.get(f"/api/routes/{workspace}/{target}", 404)
        assert answer == {"error": "route not found"}


async def test_replies_have_no_route(server: Server) -> None:
    root = await server.owner.say(server.cast.general)
    reply = await server.owner.reply(root["id"])
    await server.member.get(f"/api/routes/{server.cast.workspace}/{reply['id']}", 404)


async def test_a_channel_of_another_workspace_is_not_found_under_this_one(server: Server) -> None:
    made = (await server.member.post("/api/workspaces", {"name": "Mine"}))["workspace"]
    channel = (await server.member.post(f"/api/workspaces/{made['id']}/channels", {"name": "here"}))["channel"]
    message = await server.member.say(channel["id"])
    for target in (channel["id"], message["id"]):
        await server.member.get(f"/api/routes/{made['id']}/{target}")
        await server.member.get(f"/api/routes/{server.cast.workspace}/{target}", 404)
