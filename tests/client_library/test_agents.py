"""What bots do through the client: show their work, keep it, offer commands."""

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from clickclack.client import ApiError, Client
from tests.client_library.conftest import Connect
from tests.client_library.test_realtime import take
from tests.conftest import Server


async def test_a_turn_is_shown_live_and_ends(server: Server, connect: Connect):
    bot, member = await connect("bot_active"), await connect("member")
    async with member.realtime.follow(server.cast.workspace) as events:
        async with bot.agents.turn(server.cast.workspace, server.cast.general) as turn:
            line = await turn.show("Reading the log")
            await turn.show("Read the log", line_id=line)
            kept = await turn.keep("Read 3 files", kind="agent_tool")
        told = await take(events, 4)
    shown = [event["payload"] for event in told if event["type"] == "agent.progress"]
    assert [(one["op"], one["seq"], one.get("line", {}).get("text")) for one in shown] == [
        ("append", 1, "Reading the log"),
        ("update", 2, "Read the log"),
        ("finalize", 3, None),
    ]
    assert {one["turn_id"] for one in shown} == {turn.id}
    assert shown[0]["channel_id"] == server.cast.general
    assert (kept["message"]["kind"], kept["message"].get("turn_id")) == ("agent_tool", turn.id)


async def test_work_that_may_not_be_kept_says_so_and_the_turn_ends_all_the_same(server: Server, connect: Connect):
    bot, member = await connect("bot_write"), await connect("member")
    async with member.realtime.follow(server.cast.workspace) as events:
        with pytest.raises(ApiError, match="403 Forbidden: bot token is missing scope agent_activity:write"):
            async with bot.agents.turn(server.cast.workspace, server.cast.general) as turn:
                await turn.keep("No")
        assert (await take(events, 1))[0]["payload"]["op"] == "finalize"


async def test_a_menu_is_replaced_whole():
    seen: list[Any] = []

    async def put(request: web.Request) -> web.Response:
        seen.append(await request.json())
        return web.json_response({"bot_commands": [{"id": "botcmd_1", "command": "/deploy"}]})

    app = web.Application()
    app.add_routes([web.put("/api/bots/self/commands", put)])
    async with TestServer(app) as server, Client(str(server.make_url("/")), token="ccb_x") as bot:
        menu = await bot.agents.set_menu([{"command": "/deploy", "description": "Deploys"}])
    assert [command["command"] for command in menu] == ["/deploy"]
    assert seen == [{"commands": [{"command": "/deploy", "description": "Deploys"}]}]
