"""What agents show of their work: durable rows of their own kinds (contract chat 6.1, 6.15)."""

from tests.conftest import Serve, Server

KINDS = ("agent_commentary", "agent_tool")


async def test_activity_takes_its_place_in_the_channel_and_counts_for_nobody(server: Server) -> None:
    general, workspace = server.cast.general, server.cast.workspace
    await server.member.say(general, "before")
    async with server.guest.follow(workspace), server.member.follow(workspace) as follower:
        for seq, kind in enumerate(KINDS, 2):
            said = await server.bot_active.say(general, f"{kind} works", kind=kind, turn_id="t1")
            assert (said["channel_seq"], said["kind"], said["turn_id"]) == (seq, kind, "t1")
        told = await follower.take(3)
    assert [(e["payload"].get("kind"), e["payload"].get("turn_id")) for e in told] == [
        *((None, None), ("agent_commentary", "t1"), ("agent_tool", "t1")),
    ]
    channels = (await server.owner.get(f"/api/workspaces/{workspace}/channels"))["channels"]
    assert next((c["last_seq"], c["unread_count"]) for c in channels if c["id"] == general) == (3, 1)
    assert (await server.member.get(f"/api/search?workspace_id={workspace}&q=works"))["results"] == []
    page = (await server.member.get(f"/api/channels/{general}/messages"))["messages"]
    assert [m["kind"] for m in page] == ["message", *KINDS]


async def test_a_nonce_stands_for_one_kind_and_turn(server: Server) -> None:
    path = f"/api/channels/{server.cast.general}/messages"
    body = {"body": "x", "nonce": "n", "kind": "agent_tool", "turn_id": "t1"}
    first = await server.bot_active.post(path, body)
    assert (await server.bot_active.post(path, body, 200))["message"]["id"] == first["message"]["id"]
    for other in ({"kind": "agent_commentary"}, {"turn_id": "t2"}, {"kind": "message", "turn_id": ""}):
        await server.bot_active.post(path, {**body, **other}, 400)


async def test_what_is_no_activity_is_refused(server: Server) -> None:
    path = f"/api/channels/{server.cast.general}/messages"
    for client, more, status, error in (
        (server.owner, {"kind": "agent_tool"}, 403, "agent activity messages require a bot token"),
        (server.bot_admin, {"kind": "agent_tool"}, 403, "bot token is missing scope agent_activity:write"),
        (server.bot_active, {"kind": "agent"}, 400, "invalid message kind"),
        (server.bot_active, {"turn_id": "t"}, 400, "turn_id is only valid for agent activity messages"),
        (
            server.bot_active,
            {"kind": "agent_tool", "turn_id": "t" * 257},
            400,
            "turn_id must be at most 256 characters",
        ),
    ):
        assert await client.post(path, {"body": "x", **more}, status) == {"error": error}


async def test_the_dev_header_is_no_bot_token(serve: Serve) -> None:
    server = await serve(dev_bootstrap=True)
    as_bot = server.anonymous.with_headers(X_ClickClack_User=server.cast.people["bot_active"].id)
    path = f"/api/channels/{server.cast.general}/messages"
    assert await as_bot.post(path, {"body": "x", "kind": "agent_tool"}, 403) == {
        "error": "agent activity messages require a bot token"
    }
    progress = {"workspace_id": server.cast.workspace, "type": "agent.progress", "channel_id": server.cast.general}
    assert await as_bot.post("/api/realtime/ephemeral", progress, 403) == {
        "error": "agent.progress requires a bot token"
    }
