"""Sockets when the server fails: an answer before the upgrade, a close after it, and no work for who has left."""

import asyncio
import logging
import time
from socket import SHUT_RDWR
from typing import Any

import pytest

from clickclack.api.chat.parts import AUDIENCE
from clickclack.chat import event_log
from clickclack.kernel.errors import Unavailable
from clickclack.kernel.http.call import HUB
from clickclack.kernel.http.listening import listening
from clickclack.kernel.http.sockets import Socket
from tests.client import Client
from tests.conftest import Server

INTERRUPTED = (1013, "realtime replay interrupted; reconnect with after_cursor")


@pytest.mark.parametrize(("error", "status"), [(Unavailable("busy"), 503), (RuntimeError("broken"), 500)])
async def test_a_failure_before_the_upgrade_is_an_answer(
    server: Server, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    async def fail(_: int) -> None:
        raise error

    monkeypatch.setattr(server.app[AUDIENCE], "load", fail)
    assert await server.member.refused(f"workspace_id={server.cast.workspace}") == status


@pytest.mark.parametrize("name", ["start_replay", "replay_page"])
@pytest.mark.parametrize("error", [Unavailable("busy"), RuntimeError("broken")])
async def test_a_failure_after_the_upgrade_closes_the_socket_and_is_logged(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception, name: str
) -> None:
    def fail(*_: Any) -> Any:
        raise error

    await server.owner.say(server.cast.general)
    with monkeypatch.context() as patch:
        patch.setattr(event_log, name, fail)
        async with server.member.follow(server.cast.workspace) as socket:
            assert await socket.closed() == INTERRUPTED
    lines = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.exc_info and record.exc_info[1] for record in lines] == [error]
    assert server.cast.workspace in lines[0].getMessage()
    async with server.member.follow(server.cast.workspace) as socket:
        await socket.next()


async def test_what_happens_while_nobody_is_known_to_see_anything_hides_nothing_later(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    audience, general = server.app[AUDIENCE], server.cast.general
    load, loads = audience.load, list[int]()

    async def forgetful(workspace_n: int) -> None:
        loads.append(workspace_n)
        if len(loads) == 2:  # the socket is in the hub already
            audience.forget_all()
            await server.owner.say(general, "meanwhile")
            await asyncio.sleep(0.05)
        await load(workspace_n)

    monkeypatch.setattr(audience, "load", forgetful)
    async with server.member.follow(server.cast.workspace) as socket:
        await socket.next()
        later = await server.owner.say(general, "later")
        assert (await socket.next())["payload"]["message_id"] == later["id"]


async def test_a_reader_who_has_left_is_sent_no_more(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(40):
        await server.owner.say(server.cast.general, str(number))
    read, pages = event_log.replay_page, list[int]()

    def read_slowly(*arguments: Any) -> Any:
        pages.append(len(pages))
        time.sleep(0.02)
        return read(*arguments)

    monkeypatch.setattr(event_log, "PAGE", 1)
    monkeypatch.setattr(event_log, "replay_page", read_slowly)
    async with listening(server.app, "127.0.0.1", 0) as port:  # it lets handlers go on, unlike the tests' own server
        client = Client(server.http, server.base.with_port(port), server.member.headers)
        async with client.follow(server.cast.workspace) as socket:
            await socket.next()
            socket.socket.get_extra_info("socket").shutdown(SHUT_RDWR)
            async with asyncio.timeout(10):
                while server.app[HUB]._streams[1]:  # noqa: ASYNC110 - the hub has no event for it
                    await asyncio.sleep(0.005)
    assert len(pages) < 20


async def test_a_workspace_that_is_forgotten_while_a_socket_opens_is_read_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept = Socket.accept

    async def forgetful(*given: Any) -> Socket:
        server.app[AUDIENCE].forget_all()
        return await accept(*given)

    monkeypatch.setattr(Socket, "accept", forgetful)
    async with server.member.follow(server.cast.workspace) as socket:
        await asyncio.sleep(0.1)
        said = await server.owner.say(server.cast.general)
        assert (await socket.next())["payload"]["message_id"] == said["id"]
