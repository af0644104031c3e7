"""Menus of bots (contract chat 3.8, 4.13, 5.5, 6.16)."""

from typing import Any

import pytest

from clickclack.kernel.clock import to_rfc3339
from tests.conftest import Server

MENU = "/api/bots/self/commands"


def listing(server: Server) -> str:
    return f"/api/workspaces/{server.cast.workspace}/bot-commands"


def item(command: str, description: str = "Does it", **more: str) -> dict[str, str]:
    return {"command": command, "description": description, **more}


async def test_a_menu_is_replaced_as_a_whole_and_everybody_is_told(server: Server) -> None:
    bot, cast = server.bot_write, server.cast
    async with server.guest.follow(cast.workspace) as follower:
        items = [item("/stop", " Stops "), item("/ask", args_hint=" <what> ")]
        first = (await bot.put(MENU, {"commands": items}))["bot_commands"]
        told = await follower.next()
    payload = {"workspace_id": cast.workspace, "bot_user_id": cast.people["bot_write"].id}
    assert (told["type"], told["workspace_id"], told["payload"]) == ("bot_command.updated", cast.workspace, payload)
    assert [(c["command"], c["description"], c["args_hint"]) for c in first] == [
        *(("/ask", "Does it", "<what>"), ("/stop", "Stops", "")),
    ]
    assert {(c["workspace_id"], c["bot_user_id"]) for c in first} == {(cast.workspace, cast.people["bot_write"].id)}
    server.clock.advance(5)
    second = (await bot.put(MENU, {"commands": [item("/ask", "Asks"), item("/go")]}))["bot_commands"]
    assert [c["command"] for c in second] == ["/ask", "/go"]
    assert (second[0]["id"], second[0]["created_at"]) == (first[0]["id"], first[0]["created_at"])
    assert second[0]["updated_at"] == to_rfc3339(server.clock.now())
    listed = (await server.guest.get(listing(server)))["bot_commands"]
    assert [(c["bot"]["handle"], c["command"]) for c in listed] == [("bot_write", "/ask"), ("bot_write", "/go")]
    assert (await bot.put(MENU, {"commands": []}))["bot_commands"] == []
    assert (await server.bot_read.get(listing(server)))["bot_commands"] == []


async def test_menus_are_listed_by_the_bot_s_handle(server: Server) -> None:
    await server.bot_write.put(MENU, {"commands": [item("/a"), item("/b")]})
    await server.bot_admin.put(MENU, {"commands": [item("/c")]})
    await server.bot_foreign.put(MENU, {"commands": [item("/d")]})
    listed = (await server.member.get(listing(server)))["bot_commands"]
    assert [(c["bot"]["handle"], c["command"]) for c in listed] == [
        *(("bot_admin", "/c"), ("bot_write", "/a"), ("bot_write", "/b")),
    ]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "commands is required"),
        ({"commands": None}, "commands is required"),
        ({"commands": "x"}, "commands: input should be a valid list"),
        ({"commands": [item("/ok"), item("no")]}, "commands[1].command must be / and 1 to 32 of a-z, 0-9, _ and -"),
        ({"commands": [item("/Up")]}, "commands[0].command must be / and 1 to 32 of a-z, 0-9, _ and -"),
        ({"commands": [item("/" + "x" * 33)]}, "commands[0].command must be / and 1 to 32 of a-z, 0-9, _ and -"),
        ({"commands": [item("/a"), item(" /a ")]}, "commands[1].command is there twice"),
        ({"commands": [item("/a", " ")]}, "commands[0].description must have 1 to 100 characters"),
        ({"commands": [item("/a", "é" * 101)]}, "commands[0].description must have 1 to 100 characters"),
        ({"commands": [item("/a", args_hint="x" * 101)]}, "commands[0].args_hint must have at most 100 characters"),
        ({"commands": [item(f"/c{n}") for n in range(101)]}, "commands must have at most 100 items"),
    ],
)
async def test_a_wrong_menu_leaves_the_old_one(server: Server, body: Any, error: str) -> None:
    full = [item(f"/c{n}", "é" * 100) for n in range(100)]
    before = (await server.bot_write.put(MENU, {"commands": full}))["bot_commands"]
    assert len(before) == 100
    assert await server.bot_write.put(MENU, body, 400) == {"error": error}
    after = (await server.member.get(listing(server)))["bot_commands"]
    assert [c["id"] for c in after] == [c["id"] for c in before]


async def test_people_have_no_menu(server: Server) -> None:
    assert await server.owner.put(MENU, {"commands": []}, 403) == {"error": "bot token required"}
    missing = {"error": "bot token is missing scope commands:write"}
    assert await server.bot_read.put(MENU, {"commands": []}, 403) == missing


async def test_a_bot_that_is_held_back_keeps_its_menu_as_it_is(server: Server) -> None:
    await server.bot_write.put(MENU, {"commands": [item("/a")]})
    bot = server.cast.people["bot_write"].id
    path = f"/api/workspaces/{server.cast.workspace}/moderation/members/{bot}"
    await server.owner.patch(path, {"blocked": True})
    refused = {"error": "moderation restriction: member is blocked"}
    assert await server.bot_write.put(MENU, {"commands": []}, 403) == refused
    assert len((await server.member.get(listing(server)))["bot_commands"]) == 1
