"""What bots do through the client: show their work, keep it, offer commands."""

import pytest

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


async def test_a_menu_is_replaced_whole(server: Server, connect: Connect):
    bot = await connect("bot_write")
    await bot.agents.set_menu([{"command": "/build", "description": "Builds"}])
    menu = await bot.agents.set_menu([{"command": "/deploy", "description": "Deploys", "args_hint": "where"}])
    assert [(one["command"], one["args_hint"]) for one in menu] == [("/deploy", "where")]
    offered = await server.member.get(f"/api/workspaces/{server.cast.workspace}/bot-commands")
    assert [one["command"] for one in offered["bot_commands"]] == ["/deploy"]


async def test_a_setup_code_becomes_a_token_once(server: Server, connect: Connect):
    bots = f"/api/workspaces/{server.cast.workspace}/bots"
    made = await server.owner.post(bots, {"display_name": "Fig", "initial_token": False})
    told = await server.owner.post(f"{bots}/{made['bot']['id']}/setup-codes", {"defaults": {"defaultTo": "dm:x"}})
    async with Client(str(server.base)) as anybody:
        claimed = await anybody.claim_setup_code(f"{server.base}#{told['setup_code']['code'].lower()} ")
        with pytest.raises(ApiError, match="404 Not Found: setup code is invalid or expired"):
            await anybody.claim_setup_code(told["setup_code"]["code"])
    assert (claimed["bot"]["display_name"], claimed["defaults"]) == ("Fig", {"defaultTo": "dm:x"})
    async with Client(str(server.base), token=claimed["token"]) as bot:
        assert (await bot.me())["id"] == made["bot"]["id"]
