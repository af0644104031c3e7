"""What each route asks of a bot's token (contract chat 2.10 and the column "who" of section 3)."""

from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from clickclack.identity.permissions import BOT
from clickclack.identity.scopes import GRANTABLE
from tests.api.chat.test_bot_removal import join_other
from tests.client import Client
from tests.conftest import Server

# fmt: off
TABLE = """
profile:read                             GET /api/me
workspaces:read                          GET /api/workspaces
workspaces:read                          GET /api/workspaces/{workspace}
workspaces:read                          GET /api/workspaces/{workspace}/members
workspaces:read                          GET /api/workspaces/{workspace}/moderation/members
workspaces:read                          GET /api/workspaces/{workspace}/bot-commands
commands:write                           PUT /api/bots/self/commands {"commands":[]}
channels:read                            GET /api/workspaces/{workspace}/channels
channels:write                           POST /api/workspaces/{workspace}/channels {"name":"made"}
channels:write                           PATCH /api/channels/{channel} {}
channels:read                            GET /api/workspaces/{workspace}/topics
channels:write                           POST /api/workspaces/{workspace}/topics {"name":"made"}
messages:read                            GET /api/channels/{channel}/messages
messages:write                           POST /api/channels/{channel}/messages {"body":"hi"}
messages:write agent_activity:write      POST /api/channels/{channel}/messages {"body":"hm","kind":"agent_tool"}
messages:read                            POST /api/channels/{channel}/read {"seq":1}
messages:read                            GET /api/channels/{channel}/notification-settings
messages:write                           PATCH /api/channels/{channel}/notification-settings {"preference":"all"}
messages:read                            GET /api/channels/{channel}/pins
messages:write                           POST /api/channels/{channel}/pins {"message_id":"{message}"}
messages:write                           DELETE /api/channels/{channel}/pins/{message}
messages:write                           GET /api/messages/by-nonce?workspace_id={workspace}&nonce=here
messages:write dms:write                 GET /api/messages/by-nonce?workspace_id={workspace}&nonce=there
messages:read                            GET /api/messages/{message}
messages:read dms:read                   GET /api/messages/{whisper}
messages:write                           PATCH /api/messages/{message} {"body":"new"}
messages:write dms:write                 PATCH /api/messages/{whisper} {"body":"new"}
messages:write                           DELETE /api/messages/{message}
messages:write dms:write                 DELETE /api/messages/{whisper}
threads:read                             POST /api/messages/{message}/route
threads:read                             GET /api/messages/{message}/thread
threads:read dms:read                    GET /api/messages/{whisper}/thread
threads:write                            POST /api/messages/{message}/thread/replies {"body":"y"}
threads:write dms:write                  POST /api/messages/{whisper}/thread/replies {"body":"y"}
messages:write                           POST /api/messages/{message}/reactions {"emoji":"+"}
messages:write dms:write                 POST /api/messages/{whisper}/reactions {"emoji":"+"}
messages:write                           DELETE /api/messages/{message}/reactions/x
messages:write dms:write                 DELETE /api/messages/{whisper}/reactions/x
uploads:write messages:write             POST /api/messages/{message}/attachments {"upload_id":"{unused}"}
uploads:write messages:write dms:write   POST /api/messages/{whisper}/attachments {"upload_id":"{unused}"}
uploads:write messages:write dms:read    POST /api/messages/{message}/attachments {"upload_id":"{whispered}"}
dms:read                                 GET /api/dms?workspace_id={workspace}
dms:write                                POST /api/dms {"workspace_id":"{workspace}","member_ids":["{peer}"]}
dms:read                                 GET /api/dms/{dm}
dms:read                                 GET /api/dms/{dm}/messages
dms:write                                POST /api/dms/{dm}/messages {"body":"hi"}
dms:write agent_activity:write           POST /api/dms/{dm}/messages {"body":"hm","kind":"agent_commentary"}
dms:read                                 POST /api/dms/{dm}/read {"seq":1}
                                         GET /api/event-types
realtime:read                            GET /api/realtime/events?workspace_id={workspace}
realtime:read                            GET /api/realtime/ws?workspace_id={workspace}
messages:write                           POST /api/realtime/ephemeral {typing}
messages:write                           POST /api/realtime/ephemeral {progress}
messages:write dms:write                 POST /api/realtime/ephemeral {whispering}
messages:read                            GET /api/search?workspace_id={workspace}&q=hi
messages:read dms:read                   GET /api/search?workspace_id={workspace}&q=hi&direct_conversation_id={dm}
uploads:write                            POST /api/uploads?workspace_id={workspace}
uploads:write                            GET /api/uploads/by-nonce?workspace_id={workspace}&nonce=file
messages:read                            GET /api/uploads/{unused}
messages:read dms:read                   GET /api/uploads/{whispered}
channels:read                            GET /api/routes/{workspace}/{channel}
dms:read                                 GET /api/routes/{workspace}/{dm}
threads:read                             GET /api/routes/{workspace}/{message}
messages:write                           POST /api/hooks/mattermost/{channel} {"text":"hi"}
messages:write                           POST /api/hooks/slash/{channel}?command=/x&text=hi
"""
# fmt: on

BODIES = {
    "{typing}": '{"workspace_id":"{workspace}","type":"typing.started","channel_id":"{channel}"}',
    "{progress}": '{"workspace_id":"{workspace}","type":"agent.progress","channel_id":"{channel}"}',
    "{whispering}": '{"workspace_id":"{workspace}","type":"typing.started","direct_conversation_id":"{dm}"}',
}


@dataclass(frozen=True, slots=True)
class Row:
    """A route and the scopes that it asks for."""

    scopes: tuple[str, ...]
    method: str
    target: str
    body: str


def row_of(line: str) -> Row:
    method, target, body = f"{line[41:]} ".split(" ", 2)
    return Row(tuple(line[:41].split()), method, target, body.strip())


ROWS = [row_of(line) for line in TABLE.strip("\n").splitlines()]


async def names_of(server: Server) -> dict[str, str]:
    """What the words in braces stand for: most of it by the bot itself, which may do everything."""
    cast, bot = server.cast, server.bearing(await token(server, sorted(GRANTABLE)))
    peer = cast.people["owner"].id
    dm = (await bot.post("/api/dms", {"workspace_id": cast.workspace, "member_ids": [peer]}))["conversation"]["id"]
    whispered = await bot.upload(cast.workspace, nonce="file")
    body = {"body": "psst", "nonce": "there", "upload_ids": [whispered["id"]]}
    return {
        "workspace": cast.workspace,
        "channel": cast.general,
        "message": (await bot.say(cast.general, nonce="here"))["id"],
        "dm": dm,
        "whisper": (await bot.post(f"/api/dms/{dm}/messages", body))["message"]["id"],
        "whispered": whispered["id"],
        "unused": (await bot.upload(cast.workspace))["id"],
        "peer": peer,
    }


async def token(server: Server, scopes: list[str]) -> str:
    """A token of the bot `bot_admin` with these scopes and no others."""
    bot = server.cast.people["bot_admin"].id
    path = f"/api/workspaces/{server.cast.workspace}/bots/{bot}/tokens"
    made = await server.owner.post(path, {"scopes": scopes})
    assert made["bot_token"]["scopes"] == sorted(scopes)
    return made["bot_token"]["token"]


async def ask(client: Client, row: Row, names: dict[str, str]) -> tuple[int, str]:
    """The status, and the error if there is one."""
    target, body = row.target, BODIES.get(row.body, row.body)
    for name, value in names.items():
        target, body = (text.replace("{" + name + "}", value) for text in (target, body))
    if target.startswith("/api/realtime/ws"):
        status = await client.refused(target.partition("?")[2])
        return status, ""
    content: Any = orjson.loads(body) if body else None
    answer = await client.call(row.method, target, content)
    return answer.status, answer.error if answer.status >= 400 else ""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.target} {row.body}".strip())
async def test_a_token_needs_these_scopes_and_no_others(server: Server, row: Row) -> None:
    names = await names_of(server)
    for scope in row.scopes:
        client = server.bearing(await token(server, sorted(GRANTABLE - {scope})))
        status, error = await ask(client, row, names)
        assert (status, error or f"bot token is missing scope {scope}") == (403, f"bot token is missing scope {scope}")
    client = server.bearing(await token(server, list(row.scopes or ["commands:write"])))
    status, error = await ask(client, row, names)
    assert status != 401
    assert "missing scope" not in error
    assert status != 403 or error == "moderation restriction"


async def test_a_bound_token_is_refused_in_another_workspace_that_its_bot_is_in(server: Server) -> None:
    await join_other(server, "bot_admin", BOT)
    wrong = {"error": "bot token cannot access this workspace"}
    for path in ("", "/channels", "/members", "/bot-commands"):
        assert await server.bot_admin.get(f"/api/workspaces/{server.cast.other_workspace}{path}", 403) == wrong
    channel = f"/api/channels/{server.cast.other_channel}/messages"
    assert await server.bot_admin.get(channel, 403) == wrong
    assert await server.bot_admin.post(channel, {"body": "hi"}, 403) == wrong
    assert len((await server.bot_admin.get("/api/workspaces"))["workspaces"]) == 1
