"""The live socket: who may open it, what it sends, in which order (contract chat 5.4 to 5.6, 13.3)."""

from aiohttp import WSMsgType

from tests.conftest import Serve, Server


async def test_a_new_socket_is_silent_and_then_sends_what_posting_answers(server: Server) -> None:
    async with server.member.follow(server.cast.workspace) as socket:
        path = f"/api/channels/{server.cast.general}/messages"
        answer = await server.owner.post(path, {"body": "hi @member", "nonce": "n"})
        assert await socket.next() == answer["event"]


async def test_a_subprotocol_carries_the_token_and_is_echoed(server: Server) -> None:
    protocol = f"clickclack.bearer.{server.cast.people['bot_read'].token}"
    async with server.anonymous.follow(server.cast.workspace, protocols=("json", protocol)) as socket:
        assert socket.socket.protocol == protocol


async def test_a_header_needs_no_subprotocol_and_gets_none(server: Server) -> None:
    protocol = "clickclack.bearer.ccb_wrong"
    async with server.bot_read.follow(server.cast.workspace, protocols=(protocol,)) as socket:
        assert socket.socket.protocol is None


async def test_a_cookie_opens_a_socket(server: Server) -> None:
    async with server.browsing(server.cast.people["browser"].token).follow(server.cast.workspace) as socket:
        await server.owner.say(server.cast.general)
        assert (await socket.next())["type"] == "message.created"


async def test_a_wrong_token_opens_nothing(server: Server) -> None:
    query = f"workspace_id={server.cast.workspace}"
    assert await server.anonymous.refused(query) == 401
    assert await server.anonymous.refused(query, ("clickclack.bearer.sst_wrong",)) == 401
    assert await server.bearing("ccb_wrong").refused(query) == 401
    assert await server.bot_foreign.refused(query) == 403
    assert await server.outsider.refused(query) == 404
    assert await server.member.refused("") == 400


async def test_a_plain_request_is_told_to_upgrade(server: Server) -> None:
    answer = await server.member.call("GET", f"/api/realtime/ws?workspace_id={server.cast.workspace}")
    assert (answer.status, answer.error) == (400, "a WebSocket upgrade is required")
    odd = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "1", "Sec-WebSocket-Key": "x"}
    client = server.member.with_headers(**odd)
    answer = await client.call("GET", f"/api/realtime/ws?workspace_id={server.cast.workspace}")
    assert answer.status == 400


async def test_other_sites_open_no_sockets(server: Server) -> None:
    query = f"workspace_id={server.cast.workspace}"
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1", f"https://{server.base.authority}.evil"):
        assert await server.member.with_headers(Origin=origin).refused(query) == 403
    own = str(server.base).rstrip("/")
    assert await server.member.with_headers(Origin=own).refused(query) == 101


async def test_the_public_origin_opens_sockets(serve: Serve) -> None:
    server = await serve(public_url="https://chat.example")
    query = f"workspace_id={server.cast.workspace}"
    for origin, status in (("https://chat.example", 101), ("https://chat.example:8443", 403), (None, 101)):
        client = server.member.with_headers(Origin=origin) if origin else server.member
        assert await client.refused(query) == status


async def test_guests_hear_the_guest_channel_and_the_workspace_alone(server: Server) -> None:
    await server.owner.say(server.cast.general)
    heard = [(await server.owner.post(f"/api/channels/{server.cast.guest}/messages", {"body": "1"}))["event"]]
    async with server.guest.follow(server.cast.workspace) as socket:
        assert await socket.take(1) == heard
        await server.owner.say(server.cast.random)
        await server.member.post(f"/api/workspaces/{server.cast.workspace}/channels", {"name": "new"})
        await server.owner.post(
            "/api/realtime/ephemeral",
            {"workspace_id": server.cast.workspace, "type": "typing.started", "channel_id": server.cast.general},
            202,
        )
        renamed = await server.owner.patch(f"/api/workspaces/{server.cast.workspace}", {"name": "New"})
        assert await socket.next() == renamed["event"]
        said = await server.owner.post(f"/api/channels/{server.cast.guest}/messages", {"body": "2"})
        assert await socket.next() == said["event"]


async def test_what_clients_send_is_ignored_and_pings_are_answered(server: Server) -> None:
    async with server.member.follow(server.cast.workspace) as socket:
        await socket.socket.send_str("hello")
        await socket.socket.send_bytes(b"\x00")
        await socket.socket.ping(b"there?")
        await server.owner.say(server.cast.general)
        assert (await socket.next())["type"] == "message.created"


async def test_a_pong_comes_back(server: Server) -> None:
    url = server.base.with_path("/api/realtime/ws").with_query(workspace_id=server.cast.workspace)
    async with server.http.ws_connect(url, headers=server.member.headers, autoping=False) as socket:
        await socket.ping(b"there?")
        message = await socket.receive(5)
        assert (message.type, bytes(message.data)) == (WSMsgType.PONG, b"there?")


async def test_a_frame_above_the_limit_ends_the_socket(server: Server) -> None:
    async with server.member.follow(server.cast.workspace) as socket:
        await socket.socket.send_str("x" * (65 * 1024))
        assert (await socket.closed())[0] == 1009
    await server.owner.say(server.cast.general)
