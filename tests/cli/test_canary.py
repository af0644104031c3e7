"""`canary`: a question that a bot must answer (contract chat 7.3)."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from clickclack.client import Client, Message
from tests.cli.conftest import Call, Ended
from tests.conftest import Server

Answer = Callable[[Client, Message], Awaitable[object]]
QUICK = ("canary", "--poll-interval", "20ms", "--timeout", "5s")


async def asked(server: Server, call: Call, answer: Answer, *flags: str) -> Ended:
    """Runs a canary while a bot waits for the question."""
    token = server.cast.people["bot_write"].token
    async with Client(str(server.base), token=token) as bot, bot.realtime.follow(server.cast.workspace) as events:
        running = asyncio.create_task(call(*QUICK, *flags))
        async for event in events:
            if event["type"] == "message.created":
                await answer(bot, await bot.messages.get(event["payload"]["message_id"]))
                break
        return await running


def wanted(question: Message) -> str:
    return question["body"].partition("`")[2].rstrip("`")


async def quote(bot: Client, question: Message) -> None:
    place = question.get("channel_id", "")
    await bot.messages.send(place, wanted(question))
    await bot.messages.send(place, "thinking", quoted_message_id=question["id"])
    await bot.messages.send(place, wanted(question), quoted_message_id=question["id"])


async def reply(bot: Client, question: Message) -> None:
    await bot.threads.reply(question["id"], wanted(question))


@pytest.mark.parametrize("answer", [quote, reply])
async def test_a_canary_passes_when_a_bot_answers(answer: Answer, server: Server, call: Call):
    ended = await asked(server, call, answer)
    said = re.fullmatch(r"canary (canary-[0-9a-f]{24}) passed: request (msg_\w+), response (msg_\w+)", ended.out)
    assert said is not None, ended
    found = (await server.member.get(f"/api/messages/{said[3]}"))["message"]
    assert found["body"] == f"canary-ok {said[1]}"
    assert (found.get("quoted_message_id") or found["parent_message_id"]) == said[2]


async def test_a_canary_tells_what_it_found(server: Server, call: Call):
    flags = ("--correlation-id", "corr-1", "--run-id", "night")
    whole = json.loads((await asked(server, call, reply, "--json", *flags)).out)
    assert (whole["status"], whole["correlation_id"], whole["run_id"]) == ("passed", "corr-1", "night")
    assert (whole["workspace_id"], whole["channel_id"]) == (server.cast.workspace, server.cast.general)
    assert whole["gateway_preflight"] is False
    assert whole["elapsed_ms"] >= 0
    events = await server.member.get(f"/api/realtime/events?workspace_id={server.cast.workspace}")
    assert events["events"][0]["payload"]["correlation_id"] == "corr-1"
    assert (await asked(server, call, reply, "--plain", "--correlation-id", "corr-2")).out == "corr-2"


async def test_a_person_who_answers_is_no_bot_and_time_runs_out(server: Server, call: Call):
    async def human(bot: Client, question: Message) -> None:
        await server.owner.reply(question["id"], wanted(question))

    ended = await asked(server, call, human, "--timeout", "300ms", "--correlation-id", "c")
    assert (ended.status, ended.err[20:]) == (1, "canary c timed out waiting for an answer")


async def test_a_bot_cannot_ask(server: Server, call: Call):
    ended = await call("canary", by="bot_write")
    assert ended.err[20:] == "canary needs the token of a person's session: bots do not answer bots"


@pytest.mark.parametrize(
    "flags", [["--timeout", "0s"], ["--timeout", "2"], ["--poll-interval", "1.2.3s"], ["--correlation-id", "a b"]]
)
async def test_wrong_flags_ask_nothing(flags: list[str], server: Server, call: Call):
    assert (await call("canary", *flags)).status == 2
    page = await server.member.get(f"/api/channels/{server.cast.general}/messages")
    assert page["messages"] == []


async def test_the_gateway_is_asked_first(server: Server, call: Call):
    status = 200

    async def health(request: web.Request) -> web.Response:
        assert request.headers["X-Correlation-ID"] == "c"
        return web.Response(status=status)

    app = web.Application()
    app.add_routes([web.get("/health", health)])
    async with TestServer(app) as gateway:
        flags = ("--gateway-health-url", str(gateway.make_url("/health")), "--correlation-id", "c")
        assert json.loads((await asked(server, call, reply, "--json", *flags)).out)["gateway_preflight"] is True
        status = 503
        ended = await call("canary", *flags)
    assert (ended.status, ended.err[20:]) == (1, "the gateway is not well: 503 Service Unavailable")
