"""Rights in memory: what cannot be read anew is not known, and nobody sees what is not known."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from clickclack.api.chat.parts import AUDIENCE
from clickclack.chat import audience as chat_audience
from clickclack.chat.audience import ChatAudience
from clickclack.identity.permissions import GUEST
from clickclack.kernel import hub as hub_module
from clickclack.kernel.errors import Unavailable
from clickclack.kernel.events import Event
from clickclack.kernel.transaction import Tx
from tests.conftest import Server

REPLAY = 1013


def make_guest(tx: Tx, user_n: int) -> Event:
    """Takes a member's role away, as an owner's command does."""
    workspace_n = tx.value("SELECT workspace_n FROM memberships WHERE user_n = ?", user_n)
    tx.run("UPDATE memberships SET role_n = ? WHERE user_n = ?", GUEST, user_n)
    return tx.emit("member.changed", workspace_n, {"user_n": user_n}, recipients=())


def message_in(tx: Tx, channel_id: str) -> Event:
    n, workspace_n = tx.all("SELECT n, workspace_n FROM channels WHERE id = ?", channel_id)[0]
    return Event(10**9, "evt_x", "message.created", workspace_n, n, None, {}, 0)


def failing(read: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """A database from which nobody's rights can be read the first time."""
    left = 1

    async def unsteady(query: Callable[..., Any], *args: Any) -> Any:
        nonlocal left
        if left and query.__module__ == chat_audience.__name__:
            left -= 1
            raise Unavailable("the server is busy, try again")
        return await read(query, *args)

    return unsteady


async def test_who_lost_a_right_while_the_database_cannot_be_read_hears_no_more(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = server.cast.people["member"]
    async with server.member.follow(server.cast.workspace) as socket:
        await server.owner.say(server.cast.general, "for members")
        await socket.next()
        monkeypatch.setattr(server.db, "read", failing(server.db.read))
        await server.db.write(make_guest, member.n)
        assert (await socket.closed())[0] == REPLAY
    async with server.member.follow(server.cast.workspace) as socket:
        await server.owner.say(server.cast.general, "for members again")
        shown = await server.owner.post(f"/api/channels/{server.cast.guest}/messages", {"body": "for guests"})
        assert await socket.next() == shown["event"]


async def test_who_lost_a_right_in_an_event_that_was_dropped_hears_no_more(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = server.cast.people["member"]
    async with server.member.follow(server.cast.workspace) as first:
        await server.owner.say(server.cast.general, "for members")
        await first.next()
        with monkeypatch.context() as patch:
            patch.setattr(hub_module, "BACKLOG", 0)
            await server.db.write(make_guest, member.n)
        assert (await first.closed())[0] == REPLAY
    async with server.member.follow(server.cast.workspace) as socket:
        await server.owner.say(server.cast.general, "for members again")
        shown = await server.owner.post(f"/api/channels/{server.cast.guest}/messages", {"body": "for guests"})
        assert await socket.next() == shown["event"]


async def test_a_credential_that_ended_in_a_dropped_event_closes_its_socket(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with server.member.follow(server.cast.workspace) as socket:
        await server.owner.say(server.cast.general, "for members")
        await socket.next()
        monkeypatch.setattr(hub_module, "BACKLOG", 0)
        await server.member.post("/api/auth/logout", want=200)
        assert await socket.closed() == (1008, "workspace access revoked")


async def test_what_is_not_known_is_seen_by_nobody_until_it_is_read_again(server: Server) -> None:
    audience, owner = server.app[AUDIENCE], server.cast.people["owner"].n
    event = await server.db.read(message_in, server.cast.general)
    assert not audience.may_see(owner, event)
    await audience.load(event.stream)
    assert audience.may_see(owner, event)
    audience.forget_all()
    assert not audience.may_see(owner, event)
    await audience.load(event.stream)
    assert audience.may_see(owner, event)


async def test_what_was_being_read_when_all_was_forgotten_is_read_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    audience, member = ChatAudience(server.db), server.cast.people["member"]
    event = await server.db.read(message_in, server.cast.general)
    read, reading, go_on = server.db.read, asyncio.Event(), asyncio.Event()

    async def slow(*args: Any) -> Any:
        found = await read(*args)
        reading.set()
        await go_on.wait()
        return found

    monkeypatch.setattr(server.db, "read", slow)
    loading = asyncio.create_task(audience.load(event.stream))
    await reading.wait()
    await server.db.write(make_guest, member.n)
    audience.forget_all()
    go_on.set()
    await loading
    assert not audience.may_see(member.n, event)


async def test_a_change_of_one_member_or_channel_does_not_read_the_workspace_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    member, asked = server.cast.people["member"], list[str]()
    async with server.member.follow(server.cast.workspace) as socket:
        await server.owner.say(server.cast.general, "first")
        await socket.next()
        read = server.db.read

        async def watched(query: Callable[..., Any], *args: Any) -> Any:
            asked.append(getattr(query, "__name__", ""))
            return await read(query, *args)

        monkeypatch.setattr(server.db, "read", watched)
        channel = (await server.owner.post(f"/api/workspaces/{server.cast.workspace}/channels", {"name": "new"}))[
            "channel"
        ]["id"]
        assert (await socket.next())["type"] == "channel.created"
        await server.owner.patch(f"/api/channels/{channel}", {"kind": "private"})
        assert (await socket.next())["type"] == "channel.updated"
        await server.owner.say(channel, "hidden")
        await server.owner.post(f"/api/channels/{channel}/members", {"user_id": member.id})
        assert (await socket.next())["type"] == "channel.updated"
        shown = await server.owner.say(channel, "shown")
        assert (await socket.next())["payload"]["message_id"] == shown["id"]
        await server.db.write(make_guest, member.n)
        await server.owner.say(channel, "hidden again")
        await server.owner.say(server.cast.general, "hidden from guests")
        for_guests = await server.owner.say(server.cast.guest, "for guests")
        assert (await socket.next())["payload"]["message_id"] == for_guests["id"]
    assert chat_audience._load.__name__ not in asked


async def test_what_was_being_taken_in_when_all_was_forgotten_is_not_kept(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    audience, member = ChatAudience(server.db), server.cast.people["member"]
    event = await server.db.read(message_in, server.cast.general)
    await audience.load(event.stream)
    read = server.db.read

    async def forgetting(*args: Any) -> Any:
        found = await read(*args)
        audience.forget_all()
        return found

    monkeypatch.setattr(server.db, "read", forgetting)
    assert await audience.prepare(await server.db.write(make_guest, member.n))
    monkeypatch.setattr(server.db, "read", read)
    assert not audience.may_see(server.cast.people["owner"].n, event)


async def test_who_is_let_go_and_comes_back_sees_nothing_of_before(server: Server) -> None:
    member, path = server.cast.people["member"], f"/api/workspaces/{server.cast.workspace}"
    body = {"name": "hidden", "kind": "private"}
    channel = (await server.owner.post(f"{path}/channels", body))["channel"]["id"]
    await server.owner.post(f"/api/channels/{channel}/members", {"user_id": member.id})
    moderation = f"{path}/moderation/members/{member.id}"
    async with server.member.follow(server.cast.workspace) as socket:
        seen = await server.owner.say(channel, "before")
        while (await socket.next())["type"] != "message.created":
            pass
        await server.owner.patch(moderation, {"role": "guest"})
        await server.owner.patch(moderation, {"role": "member"})
        await server.owner.say(channel, "hidden")
        shown = await server.owner.say(server.cast.general, "shown")
        while (told := await socket.next())["type"] != "message.created":
            pass
    assert told["payload"]["message_id"] == shown["id"] != seen["id"]
