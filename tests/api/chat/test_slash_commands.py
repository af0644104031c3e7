"""Registered slash commands as those who manage them see them (contract chat 3.9, 4.14)."""

from typing import Any

import pytest

from tests.conftest import Server

URL = "https://hooks.example.org/in"


def path_of(server: Server) -> str:
    return f"/api/workspaces/{server.cast.workspace}/slash-commands"


async def register(server: Server, command: str = "/deploy", url: str = URL, **more: str) -> Any:
    """Registers a command that `bot_write` answers, and gives it back with its secret."""
    body = {"command": command, "callback_url": url, "bot_user_id": server.cast.people["bot_write"].id, **more}
    return (await server.owner.post(path_of(server), body))["slash_command"]


async def test_a_command_is_registered_listed_and_ended_and_its_secret_shown_once(server: Server) -> None:
    await register(server, "zebra")
    made = await register(server, "  Deploy ", description=" ships it ")
    secret = made.pop("signing_secret")
    assert secret.startswith("ccs_")
    assert (made["command"], made["description"]) == ("/deploy", "ships it")
    assert made["bot_user_id"] == server.cast.people["bot_write"].id
    listed = (await server.member.get(path_of(server)))["slash_commands"]
    assert [command["command"] for command in listed] == ["/deploy", "/zebra"]
    assert listed[0] == made
    path = f"/api/slash-commands/{made['id']}"
    rotated = (await server.moderator.post(f"{path}/rotate-secret", want=200))["slash_command"]
    assert rotated.pop("signing_secret") not in ("", secret)
    assert rotated == made
    for _ in range(2):
        ended = (await server.admin.post(f"{path}/revoke", want=200))["slash_command"]
        assert ended["revoked_at"]
    refused = await server.owner.post(f"{path}/rotate-secret", want=400)
    assert refused == {"error": "cannot rotate a revoked slash command"}
    assert (await register(server))["id"] != made["id"], "the name is free again"


async def test_a_name_is_registered_once_in_a_workspace(server: Server) -> None:
    made = await register(server)
    body = {"command": "/DEPLOY", "callback_url": URL, "bot_user_id": made["bot_user_id"]}
    refused = await server.owner.post(path_of(server), body, 400)
    assert refused == {"error": "slash command is already registered"}


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"command": " / "}, "command is required"),
        ({"command": "/two words"}, "command must be one word of at most 64 characters"),
        ({"command": "/" + "x" * 64}, "command must be one word of at most 64 characters"),
        ({"callback_url": ""}, "callback_url is required"),
        ({"callback_url": "javascript:x"}, "callback_url must be an http or https URL"),
        ({"description": "ä" * 251}, "description is too long"),
        ({"bot_user_id": ""}, "bot_user_id is required"),
        ({"bot_user_id": "{member}"}, "bot_user_id must refer to a bot in the workspace"),
        ({"bot_user_id": "{bot_foreign}"}, "bot_user_id must refer to a bot in the workspace"),
    ],
)
async def test_what_does_not_fit_is_refused(server: Server, change: dict[str, str], text: str) -> None:
    body = {"command": "/x", "callback_url": URL, "bot_user_id": "{bot_write}"} | change
    body["bot_user_id"] = body["bot_user_id"].format(**{n: p.id for n, p in server.cast.people.items()})
    assert await server.owner.post(path_of(server), body, 400) == {"error": text}
    assert (await server.owner.get(path_of(server)))["slash_commands"] == []


async def test_outsiders_see_no_command_by_its_id(server: Server) -> None:
    made = await register(server)
    for identifier in (made["id"], "cmd_0"):
        for verb in ("revoke", "rotate-secret"):
            answer = await server.outsider.call("POST", f"/api/slash-commands/{identifier}/{verb}")
            assert (answer.status, answer.json) == (404, {"error": "slash command not found"})
