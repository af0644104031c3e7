"""Replay from a cursor and then live, without gap or repeat, or a clear end (contract chat 5.6)."""

import asyncio
from collections.abc import Sequence

import pytest

from clickclack.api.chat.events import PAYLOADS
from clickclack.api.chat.parts import AUDIENCE
from clickclack.chat import event_feed
from clickclack.kernel import events
from clickclack.kernel.events import Event, Pruning
from tests.conftest import Server


async def test_the_log_is_replayed_from_the_beginning_without_a_cursor(server: Server) -> None:
    said = [await server.owner.say(server.cast.general, str(number)) for number in range(3)]
    async with server.member.follow(server.cast.workspace) as socket:
        events = await socket.take(3)
        assert [event["payload"]["message_id"] for event in events] == [message["id"] for message in said]


async def test_the_log_is_replayed_after_a_cursor(server: Server) -> None:
    path = f"/api/channels/{server.cast.general}/messages"
    events = [(await server.owner.post(path, {"body": str(n)}))["event"] for n in range(4)]
    async with server.member.follow(server.cast.workspace, after=events[1]["cursor"]) as socket:
        assert await socket.take(2) == events[2:]
        later = (await server.owner.post(path, {"body": "live"}))["event"]
        assert await socket.next() == later


async def test_nothing_is_missed_or_repeated_while_others_post(server: Server) -> None:
    path = f"/api/channels/{server.cast.general}/messages"
    cursors: list[str] = []
    first = (await server.owner.post(path, {"body": "first"}))["event"]["cursor"]

    async def talk(name: str) -> None:
        client = server.bearing(server.cast.people[name].token)
        cursors.extend([(await client.post(path, {"body": name}))["event"]["cursor"] for _ in range(40)])

    async def listen(delay: float) -> list[str]:
        await asyncio.sleep(delay)
        async with server.browser.follow(server.cast.workspace, after=first) as socket:
            return [event["cursor"] for event in await socket.take(160)]

    listeners = [asyncio.create_task(listen(delay / 50)) for delay in range(8)]
    await asyncio.gather(*(talk(name) for name in ("owner", "admin", "member", "bot_write")))
    for heard in await asyncio.gather(*listeners):
        assert heard == sorted(cursors)


async def test_a_cursor_that_is_not_in_the_log_asks_for_a_resync(server: Server) -> None:
    theirs = await server.outsider.post(f"/api/channels/{server.cast.other_channel}/messages", {"body": "x"})
    resync = (4001, "realtime replay limit exceeded; resync required")
    for cursor in ("cur_0", "x", "cur_" + "z" * 26, "cur_01m8a5jfqtetj9yenppxqa595z", theirs["event"]["cursor"]):
        async with server.member.follow(server.cast.workspace, after=cursor) as socket:
            assert await socket.closed() == resync


async def test_a_cursor_that_was_pruned_asks_for_a_resync_and_messages_stay(server: Server) -> None:
    path = f"/api/channels/{server.cast.general}/messages"
    made = [(await server.owner.post(path, {"body": str(n)}))["event"] for n in range(3)]
    stream = await server.db.read(lambda tx: tx.value("SELECT n FROM workspaces WHERE slug = 'acme'"))
    await server.db.write(events.prune, Pruning(stream, PAYLOADS, keep=1))
    async with server.member.follow(server.cast.workspace, after=made[0]["cursor"]) as socket:
        assert await socket.closed() == (4001, "realtime replay limit exceeded; resync required")
    async with server.member.follow(server.cast.workspace, after=made[2]["cursor"]) as socket:
        later = (await server.owner.post(path, {"body": "later"}))["event"]
        assert await socket.next() == later
    assert len((await server.member.get(path))["messages"]) == 4


async def test_the_cursor_of_the_last_event_of_all_asks_for_a_resync_once_that_is_pruned(server: Server) -> None:
    last = (await server.owner.post(f"/api/channels/{server.cast.general}/messages", {"body": "last"}))["event"]
    stream = await server.db.read(lambda tx: tx.value("SELECT n FROM workspaces WHERE slug = 'acme'"))
    await server.db.write(event_feed.prune, Pruning(stream, PAYLOADS))
    page = await server.member.get(f"/api/realtime/events?workspace_id={server.cast.workspace}&include_tail=true")
    assert (page["events"], page["tail_cursor"]) == ([], "")
    async with server.member.follow(server.cast.workspace, after=last["cursor"]) as socket:
        assert (await socket.closed())[0] == 4001


async def test_a_cursor_of_what_one_may_not_see_asks_for_a_resync(server: Server) -> None:
    await server.owner.say(server.cast.guest)
    hidden = await server.owner.post(f"/api/channels/{server.cast.general}/messages", {"body": "x"})
    async with server.guest.follow(server.cast.workspace, after=hidden["event"]["cursor"]) as socket:
        assert (await socket.closed())[0] == 4001


async def test_more_than_five_thousand_events_ask_for_a_resync(server: Server) -> None:
    def fill(number: int) -> str:
        return (
            "INSERT INTO events (id, type, stream, place, data, created_at) WITH RECURSIVE counted(i) AS (SELECT 1"
            f" UNION ALL SELECT i + 1 FROM counted WHERE i < {number})"
            " SELECT printf('evt_01m000000000000000000%05d', i), 'workspace.updated', w.n, NULL,"
            " json_object('workspace_id', w.id), 0 FROM counted, workspaces w WHERE w.slug = 'acme'"
        )

    await server.db.write(lambda tx: tx.run(fill(5000)))
    async with server.member.follow(server.cast.workspace) as socket:
        await socket.take(5000)
        renamed = await server.owner.patch(f"/api/workspaces/{server.cast.workspace}", {"name": "New"})
        assert await socket.next() == renamed["event"]
    async with server.member.follow(server.cast.workspace) as socket:
        await socket.take(5000)
        assert (await socket.closed())[0] == 4001


async def test_a_lone_reader_misses_nothing_that_is_said_while_it_connects(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    audience = server.app[AUDIENCE]
    load = audience.load

    async def load_late(workspace_n: int) -> None:
        monkeypatch.setattr(audience, "load", load)
        await server.owner.say(server.cast.general, "while connecting")
        await asyncio.sleep(0.05)
        await load(workspace_n)

    monkeypatch.setattr(audience, "load", load_late)
    async with server.member.follow(server.cast.workspace) as socket:
        await socket.next()
        said = await server.owner.post(f"/api/channels/{server.cast.general}/messages", {"body": "live"})
        assert await socket.next() == said["event"]


async def test_an_event_that_was_replayed_is_not_sent_again_by_a_slow_hub(server: Server) -> None:
    told, late = server.db.on_commit, list[Event]()
    assert told is not None

    def hold(events: Sequence[Event]) -> None:
        late.extend(events)

    server.db.on_commit = hold
    await server.owner.say(server.cast.general, "committed, not yet published")
    async with server.member.follow(server.cast.workspace) as socket:
        await socket.next()
        server.db.on_commit = told
        told(late)
        said = await server.owner.post(f"/api/channels/{server.cast.general}/messages", {"body": "next"})
        assert await socket.next() == said["event"]
