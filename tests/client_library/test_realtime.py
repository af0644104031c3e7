"""Following a workspace: in order, each event once, whatever happens to the connection or the server."""

import asyncio
from collections.abc import AsyncIterator
from itertools import islice
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from clickclack.api.chat import socket
from clickclack.api.chat.events import PAYLOADS
from clickclack.client import RESYNC, ApiError, Client, Event, Follower, Unreachable, realtime
from clickclack.client.transport import backoff
from clickclack.kernel import events as log
from clickclack.kernel.events import Pruning
from tests.client_library.conftest import Connect
from tests.client_library.proxy import Proxy, proxy_to
from tests.conftest import Server
from tests.kernel.raw_servers import serving
from tests.served import Served, served

SECONDS = 20.0


async def take(events: AsyncIterator[Event], count: int) -> list[Event]:
    async with asyncio.timeout(SECONDS):
        return [await anext(events) for _ in range(count)]


def ids(events: list[Event]) -> list[str]:
    return [event["payload"]["message_id"] for event in events]


def port_of(server: Served) -> int:
    return int(server.origin.rpartition(":")[2])


async def send(client: Client, place_id: str, count: int) -> list[str]:
    return [(await client.messages.send(place_id, str(one)))["message"]["id"] for one in range(count)]


async def test_what_happens_is_told_live_and_in_order(server: Server, connect: Connect):
    member, owner = await connect("member"), await connect("owner")
    await send(owner, server.cast.general, 2)
    async with member.realtime.follow(server.cast.workspace) as events:
        sent = await send(owner, server.cast.general, 3)
        told = await take(events, 3)
        assert ids(told) == sent
        assert events.cursor == told[-1]["cursor"]
        await owner.signals.typing(server.cast.workspace, server.cast.general)
        assert (await take(events, 1))[0]["type"] == "typing.started"
        assert events.cursor == told[-1]["cursor"]


async def test_a_cursor_goes_on_behind_its_event(server: Server, connect: Connect):
    member = await connect("member")
    sent = await send(member, server.cast.general, 3)
    async with member.realtime.follow(server.cast.workspace, after="") as events:
        assert ids(await take(events, 1)) == sent[:1]
        cursor = events.cursor
    async with member.realtime.follow(server.cast.workspace, after=cursor) as events:
        assert ids(await take(events, 2)) == sent[1:]
    assert ids([event async for event in member.realtime.events(server.cast.workspace, cursor)]) == sent[1:]


async def test_broken_connections_lose_nothing_and_repeat_nothing(server: Server, connect: Connect, proxy: Proxy):
    member, owner = await connect("member", over=proxy), await connect("owner")
    async with member.realtime.follow(server.cast.workspace) as events:
        sent: list[str] = []
        told: list[Event] = []
        for _ in range(8):
            sent += await send(owner, server.cast.general, 7)
            told += await take(events, len(sent) - len(told) - 4)  # some are behind the last break
            proxy.cut()
            sent += await send(owner, server.cast.general, 3)
        told += await take(events, len(sent) - len(told))
        assert ids(told) == sent
        last = await send(owner, server.cast.general, 1)
        assert ids(await take(events, 1)) == last
    assert proxy.connections >= 8


async def test_a_server_that_is_killed_and_started_again_is_followed_on(tmp_path: Path):
    async with proxy_to(0) as proxy, Client(proxy.origin) as client, served(tmp_path) as first:
        proxy.port = port_of(first)
        workspace = (await client.workspaces.list())[0]["id"]
        channel = (await client.channels.list(workspace))[0]["id"]
        async with client.realtime.follow(workspace) as events:
            sent = await send(client, channel, 5)
            told = await take(events, 2)
            await first.kill()
            with pytest.raises(Unreachable):
                await client.me()
            async with served(tmp_path) as second:
                proxy.port = port_of(second)
                sent += await send(client, channel, 5)
                told += await take(events, 8)
                assert ids(told) == sent


async def test_a_cursor_that_is_too_old_is_said_once_and_then_it_goes_on(server: Server, connect: Connect):
    member = await connect("member")
    await send(member, server.cast.general, 3)
    first = await anext(member.realtime.events(server.cast.workspace))
    await server.db.write(log.prune, Pruning(1, PAYLOADS, keep=1))
    async with member.realtime.follow(server.cast.workspace, after=first["cursor"]) as events:
        resync = (await take(events, 1))[0]
        assert (resync["type"], resync["cursor"]) == (RESYNC, await member.realtime.tail(server.cast.workspace))
        sent = await send(member, server.cast.general, 2)
        assert ids(await take(events, 2)) == sent


async def test_who_is_further_behind_than_one_replay_goes_still_misses_nothing(
    server: Server, connect: Connect, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(socket, "REPLAY_LIMIT", 4)
    member = await connect("member")
    sent = await send(member, server.cast.general, 15)
    async with member.realtime.follow(server.cast.workspace, after="") as events:
        assert ids(await take(events, 15)) == sent


async def test_a_slow_reader_holds_a_bounded_number_of_events(
    server: Server, connect: Connect, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(realtime, "QUEUE", 5)
    member = await connect("member")
    async with member.realtime.follow(server.cast.workspace) as events:
        sent = await send(member, server.cast.general, 30)
        await asyncio.sleep(0.1)
        assert events._queue.qsize() == 5
        assert ids(await take(events, 30)) == sent


async def test_a_server_that_repeats_itself_is_heard_once():
    connections: list[str] = []

    async def repeat(request: web.Request) -> web.WebSocketResponse:
        connections.append(request.query.get("after_cursor", ""))
        response = web.WebSocketResponse()
        await response.prepare(request)
        for count in range(3):
            cursor = f"cur_{len(connections) - 1 + count}"
            await response.send_json({"cursor": cursor, "type": "x"})
        await response.close(code=1013)
        return response

    app = web.Application()
    app.add_routes([web.get("/api/realtime/ws", repeat)])
    async with (
        TestServer(app) as server,
        Client(str(server.make_url("/"))) as client,
        client.realtime.follow("wsp_x", after="") as events,
    ):
        told = await take(events, 6)
    assert [event["cursor"] for event in told] == [f"cur_{count}" for count in range(6)]
    assert connections[:4] == ["", "cur_2", "cur_3", "cur_4"]


async def test_who_is_not_let_in_is_told_why(server: Server, connect: Connect):
    stray, member = await connect("stray"), await connect("member")
    async with stray.realtime.follow(server.cast.workspace, after="") as events:
        for _ in range(2):
            with pytest.raises(ApiError, match="404 Not Found: workspace not found"):
                await take(events, 1)
    async with member.realtime.follow(server.cast.workspace) as events:
        await member.sign_out()
        with pytest.raises(ApiError, match="401 Unauthorized"):
            await take(events, 1)


async def test_nothing_is_left_behind_when_the_block_ends(server: Server, connect: Connect):
    member = await connect("member")
    before = asyncio.all_tasks()
    async with member.realtime.follow(server.cast.workspace) as events:
        await send(member, server.cast.general, 3)
        waiting = asyncio.create_task(_drain(events))
        await asyncio.sleep(0.05)
    assert await asyncio.wait_for(waiting, SECONDS) == 3
    names = [task.get_name() for task in asyncio.all_tasks() - before]
    assert not [name for name in names if name.startswith("follower")]


async def test_who_stops_waiting_for_the_first_connection_leaves_nothing_behind():
    async def never(_: bytes, __: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with serving(never) as (url, _), Client(url) as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1), client.realtime.follow("wsp_0", after=""):
                pass
        assert [task for task in asyncio.all_tasks() if "follower" in task.get_name()] == []


async def _drain(events: Follower) -> int:
    return len([event async for event in events])


async def test_waiting_times_grow_and_end_at_half_a_minute():
    waits = [backoff(attempt) for attempt in range(12)]
    assert all(0.5 * 2**n * 0.5 <= wait <= 0.5 * 2**n for n, wait in enumerate(islice(waits, 6)))
    assert min(waits[7:]) >= 15
    assert max(waits) <= 30
