"""The journeys of contract chat 13.5, as the clients of the contract walk them."""

from typing import Any

from tests.client import Client
from tests.conftest import Serve, Server


async def signed_in(server: Server, email: str) -> Client:
    """Somebody who signs in with a magic link, as the client library does."""
    made = await server.anonymous.post("/api/auth/magic/request", {"email": email, "display_name": "Sam"})
    answer = await server.anonymous.post("/api/auth/magic/consume", {"token": made["token"]}, 200)
    assert answer["session"]["token"] == answer["token"]
    return server.bearing(answer["token"])


async def test_from_a_magic_link_to_live_events(serve: Serve) -> None:
    server = await serve(dev_bootstrap=True)
    sam = await signed_in(server, "sam@example.org")
    me = (await sam.get("/api/me"))["user"]
    workspace = (await sam.post("/api/workspaces", {"name": "Sam's"}))["workspace"]
    assert (workspace["role"], workspace["slug"]) == ("owner", "sam-s")
    listed = f"/api/workspaces/{workspace['id']}/channels"
    assert (await sam.get(listed))["channels"] == []
    channel = (await sam.post(listed, {"name": "Dev & Ops!!"}))["channel"]
    assert channel["name"] == "dev-ops"
    posts = f"/api/channels/{channel['id']}/messages"
    made = await sam.post(posts, {"body": "deploy one", "nonce": "n-1"})
    assert await sam.post(posts, {"body": "deploy one", "nonce": "n-1"}, 200) == {"message": made["message"]}
    by_nonce = f"/api/messages/by-nonce?workspace_id={workspace['id']}&nonce="
    assert (await sam.get(f"{by_nonce}n-1"))["message"]["id"] == made["message"]["id"]
    answer = await sam.call("GET", f"{by_nonce}n-2")
    assert (answer.status, answer.headers["X-ClickClack-Message-Nonce"]) == (404, "supported")
    await sam.reply(made["message"]["id"], "deploy two")
    await sam.react(made["message"]["id"])
    await sam.delete(f"/api/messages/{made['message']['id']}/reactions/%F0%9F%91%8D")
    upload = await sam.upload(workspace["id"], nonce="u-1")
    again = await sam.call("POST", f"/api/uploads?workspace_id={workspace['id']}&nonce=u-1", raw=b"not even a form")
    assert (again.status, again.json["upload"]["id"]) == (200, upload["id"])
    attach = f"/api/messages/{made['message']['id']}/attachments"
    assert await sam.post(attach, {"upload_id": upload["id"]}, 200) == {"ok": True}
    first = await sam.get(f"/api/search?workspace_id={workspace['id']}&q=deploy&limit=1")
    second = await sam.get(f"/api/search?workspace_id={workspace['id']}&q=deploy&limit=1&cursor={first['next_cursor']}")
    assert {first["results"][0]["snippet"], second["results"][0]["snippet"]} == {"deploy one", "deploy two"}
    assert second["next_cursor"] is None
    tail = await sam.get(f"/api/realtime/events?workspace_id={workspace['id']}&include_tail=true")
    assert [event["type"] for event in tail["events"]] == [
        "channel.created",
        "message.created",
        "thread.reply_created",
        "thread.state_updated",
        "reaction.added",
        "reaction.removed",
        "message.updated",
    ]
    token = sam.headers["Authorization"].removeprefix("Bearer ")
    protocol = f"clickclack.bearer.{token}"
    async with server.anonymous.follow(workspace["id"], tail["tail_cursor"], (protocol,)) as socket:
        assert socket.socket.protocol == protocol
        sent = await sam.post(posts, {"body": "live"})
        assert await socket.next() == sent["event"]
    assert me["display_name"] == "Sam"


async def test_direct_messages_of_two_people_and_their_receipts(server: Server) -> None:
    body = {"workspace_id": server.cast.workspace, "member_ids": [server.cast.people["owner"].id]}
    first = (await server.member.post("/api/dms", body))["conversation"]
    assert (await server.member.post("/api/dms", body))["conversation"]["id"] == first["id"]
    for number in range(3):
        await server.member.post(f"/api/dms/{first['id']}/messages", {"body": str(number)})
    page = await server.owner.get(f"/api/dms/{first['id']}/messages?after_seq=0")
    assert [message["body"] for message in page["messages"]] == ["0", "1", "2"]
    receipt = (await server.owner.post(f"/api/dms/{first['id']}/read", {"seq": 3}, 200))["receipt"]
    assert receipt["last_read_seq"] == 3
    listed: Any = await server.owner.get(f"/api/dms?workspace_id={server.cast.workspace}")
    assert listed["conversations"][0]["unread_count"] == 0


async def test_a_bot_by_subprotocol_then_by_header_and_what_it_may_not(server: Server) -> None:
    token = server.cast.people["bot_active"].token
    protocol = f"clickclack.bearer.{token}"
    async with server.anonymous.follow(server.cast.workspace, protocols=(protocol,)) as socket:
        assert socket.socket.protocol == protocol
    async with server.bot_active.follow(server.cast.workspace) as socket:
        body = {"body": "thinking", "kind": "agent_commentary", "turn_id": "t"}
        made = await server.bot_active.post(f"/api/channels/{server.cast.general}/messages", body)
        assert await socket.next() == made["event"]
    await server.bot_write.post(f"/api/channels/{server.cast.general}/messages", body, 403)
    await server.bot_active.get(f"/api/workspaces/{server.cast.other_workspace}", 403)
    channels = (await server.member.get(f"/api/workspaces/{server.cast.workspace}/channels"))["channels"]
    assert {channel["unread_count"] for channel in channels} == {0}


async def test_three_messages_behind_a_lost_socket_come_exactly_once_in_order(server: Server) -> None:
    first = await server.owner.post(f"/api/channels/{server.cast.general}/messages", {"body": "0"})
    async with server.member.follow(server.cast.workspace, after=first["event"]["cursor"]):
        pass
    for number in range(1, 4):
        await server.owner.say(server.cast.general, str(number))
    async with server.member.follow(server.cast.workspace, after=first["event"]["cursor"]) as socket:
        assert [event["seq"] for event in await socket.take(3)] == [2, 3, 4]
        await server.owner.say(server.cast.general, "next")
        assert (await socket.next())["seq"] == 5


async def test_a_deep_link_by_internal_ids_resolves_for_members_alone(server: Server) -> None:
    path = f"/api/routes/{server.cast.workspace}/{server.cast.general}"
    route = (await server.member.get(path))["route"]
    assert route["canonical_path"] == f"/app/{server.cast.workspace_route}/{route['target_route_id']}"
    await server.outsider.get(path, 404)
