"""How sockets end: revoked, expired, overtaken, or with the server (contract chat 5.6, design 13)."""

import asyncio
import base64
import os
import socket
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from clickclack.identity import credentials, members, workspaces
from clickclack.identity.permissions import GUEST
from clickclack.kernel.event import Event
from clickclack.kernel.http.call import HUB
from tests.client import Client
from tests.conftest import Server

REVOKED = (1008, "workspace access revoked")
OVERFLOW = b"realtime buffer overflow; reconnect with after_cursor to replay"
LIFE = 30 * 24 * 60 * 60


async def test_logging_out_ends_the_sockets_of_that_session_alone(server: Server) -> None:
    async with (
        server.member.follow(server.cast.workspace) as ended,
        server.browser.follow(server.cast.workspace) as other,
    ):
        await server.member.post("/api/auth/logout", want=200)
        assert await ended.closed() == REVOKED
        await server.owner.say(server.cast.general)
        assert (await other.next())["type"] == "message.created"


async def test_a_session_ended_from_elsewhere_ends_its_sockets(server: Server) -> None:
    token = (await server.db.write(credentials.start_session, server.cast.people["member"].n)).secret
    async with server.bearing(token).follow(server.cast.workspace) as ended:
        assert await server.member.delete("/api/me/sessions") == {"revoked": 1}
        assert await ended.closed() == REVOKED
    assert await server.bearing(token).refused(f"workspace_id={server.cast.workspace}") == 401


async def test_a_member_who_is_removed_is_shut_out_at_once(server: Server) -> None:
    workspace = await server.db.read(lambda tx: workspaces.by_reference(tx, "acme"))
    assert workspace is not None
    for name in ("member", "bot_read"):
        person = server.cast.people[name]
        async with server.bearing(person.token).follow(server.cast.workspace) as ended:
            await server.db.write(members.remove, workspace, person.n)
            assert await ended.closed() == REVOKED
    assert await server.member.refused(f"workspace_id={server.cast.workspace}") == 404
    assert await server.bot_read.refused(f"workspace_id={server.cast.workspace}") == 401


async def test_a_deleted_workspace_ends_its_sockets(server: Server) -> None:
    async with server.member.follow(server.cast.workspace) as ended:
        await server.owner.delete(f"/api/workspaces/{server.cast.workspace}", 204)
        assert await ended.closed() == REVOKED


async def test_a_member_who_becomes_a_guest_hears_less_at_once(server: Server) -> None:
    workspace = await server.db.read(lambda tx: workspaces.by_reference(tx, "acme"))
    assert workspace is not None
    async with server.member.follow(server.cast.workspace) as socket:
        await server.db.write(members.set_role, workspace, server.cast.people["member"].n, GUEST)
        await server.owner.say(server.cast.general)
        await server.owner.say(server.cast.guest)
        assert (await socket.next())["channel_id"] == server.cast.guest


async def test_a_session_that_runs_out_ends_its_sockets(server: Server) -> None:
    server.clock.advance(LIFE - 0.3)
    async with server.member.follow(server.cast.workspace) as socket:
        assert await socket.closed() == (1008, "session expired")
    server.clock.advance(0.3)
    answer = await server.member.call("GET", "/api/me")
    assert (answer.status, answer.error) == (401, "session expired")


async def test_a_bot_token_does_not_run_out(server: Server) -> None:
    server.clock.advance(2 * LIFE)
    async with server.bot_read.follow(server.cast.workspace) as socket:
        await server.bot_write.say(server.cast.general)
        await socket.next()


async def test_the_hub_forgets_who_left(server: Server) -> None:
    async with server.member.follow(server.cast.workspace):
        await connected(server, frozenset({server.cast.people["member"].n}))
    await connected(server, frozenset())


async def test_a_reader_that_stalls_is_closed_and_resumes_while_others_go_on(server: Server) -> None:
    path = f"/api/channels/{server.cast.general}/messages"
    first = (await server.owner.post(path, {"body": "seen"}))["event"]
    async with stalled(server.member, server) as reader, server.browser.follow(server.cast.workspace) as other:
        await other.next()
        for number in range(12):
            shout(server, number)
        late = [(await server.owner.post(path, {"body": str(n)}))["event"] for n in range(2)]
        heard = await other.take(14)
        assert [event["payload"]["number"] for event in heard[:12]] == list(range(12))
        assert heard[12:] == late
        async with asyncio.timeout(10):
            everything = await reader.read(-1)
        assert everything.endswith(struct.pack("!BBH", 0x88, len(OVERFLOW) + 2, 1013) + OVERFLOW)
    async with server.member.follow(server.cast.workspace, after=first["cursor"]) as again:
        assert await again.take(2) == late


async def connected(server: Server, users: frozenset[int]) -> None:
    """Waits until exactly these have a socket of the first workspace open."""
    for _ in range(1000):
        if frozenset(server.app[HUB]._streams[1]) == users:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"connected are {set(server.app[HUB]._streams[1])}")


async def test_signals_close_no_reader_that_stalls(server: Server) -> None:
    async with stalled(server.member, server) as reader, server.browser.follow(server.cast.workspace) as other:
        for number in range(30):
            await signal(server, number)
            assert (await other.next())["payload"]["number"] == number
        await server.owner.say(server.cast.general, "after them")
        await other.next()
        async with asyncio.timeout(10):
            everything = b""
            while b"message.created" not in everything:
                everything += await reader.read(65_536)
        assert 0 < everything.count(b"presence.changed") < 30


async def signal(server: Server, number: int) -> None:
    """A signal of 60 KiB to the whole workspace."""
    payload = {"number": number, "text": "x" * 60_000}
    body = {"workspace_id": server.cast.workspace, "type": "presence.changed", "payload": payload}
    await server.owner.post("/api/realtime/ephemeral", body, 202)


def shout(server: Server, number: int) -> None:
    """An event of 60 KiB to the whole workspace that nobody may miss."""
    data = {"workspace_id": server.cast.workspace, "payload": {"number": number, "text": "x" * 60_000}}
    server.app[HUB].publish([Event(0, "eph_1", "presence.changed", 1, None, None, data, 0)])


@asynccontextmanager
async def stalled(client: Client, server: Server) -> AsyncGenerator[asyncio.StreamReader]:
    """A socket of somebody who takes nothing until `read` is called."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", server.base.port))
    reader, writer = await asyncio.open_connection(sock=raw, limit=1024)
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET /api/realtime/ws?workspace_id={server.cast.workspace} HTTP/1.1",
        f"Host: {server.base.authority}",
        f"Authorization: {client.headers['Authorization']}",
        f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}",
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    assert b" 101 " in await reader.readline()
    await connected(server, frozenset({server.cast.people["member"].n}))
    try:
        yield reader
    finally:
        writer.close()
        await writer.wait_closed()
