"""Who is told of which message by Pushover, and in which words (contract chat 6.14)."""

from typing import Any

import orjson
import pytest

from clickclack.chat.push import Push, pushes_for
from clickclack.kernel.event import Event
from tests.client import Client
from tests.conftest import Server

KEYS = {"owner": "o" * 30, "admin": "a" * 30, "guest": "g" * 30}


@pytest.fixture(autouse=True)
async def opted_in(server: Server) -> None:
    for name, key in KEYS.items():
        settings = {"pushover_enabled": True, "pushover_user_key": key}
        await getattr(server, name).patch("/api/me", {"notification_settings": settings})


async def told(server: Server) -> dict[str, Push]:
    """Who is told of the newest event that is of a message, by name."""
    sql = (
        "SELECT n, id, type, stream, place, data FROM events"
        " WHERE type IN ('message.created', 'thread.reply_created') ORDER BY n DESC LIMIT 1"
    )
    row: Any = await server.db.read(lambda tx: tx.one(sql))
    data = orjson.loads(row[5])
    n, identifier, event_type, stream, place, _ = row
    event = Event(n, identifier, event_type, stream, place, None, data, 0)
    names = {key: name for name, key in KEYS.items()}
    return {names[push.user_key]: push for push in await server.db.read(pushes_for, event)}


async def prefer(client: Client, channel_id: str, preference: str) -> None:
    await client.patch(f"/api/channels/{channel_id}/notification-settings", {"preference": preference})


async def test_those_who_asked_and_may_read_it_are_told(server: Server) -> None:
    await server.member.say(server.cast.general, "hello")
    pushes = await told(server)
    assert pushes.keys() == {"owner", "admin"}
    assert (pushes["owner"].title, pushes["owner"].text) == ("ClickClack", "Member: hello")
    await server.owner.say(server.cast.guest, "x" * 501)
    pushes = await told(server)
    assert pushes.keys() == {"admin", "guest"}
    assert pushes["guest"].text == f"Owner: {'x' * 500}..."


async def test_preferences_are_kept(server: Server) -> None:
    await prefer(server.owner, server.cast.general, "mentions")
    await prefer(server.admin, server.cast.general, "muted")
    await server.member.say(server.cast.general, "hello @admin")
    assert await told(server) == {}
    root = await server.member.say(server.cast.general, "hello @owner")
    assert (await told(server)).keys() == {"owner"}
    await server.member.reply(root["id"], "again @owner")
    assert {name: push.title for name, push in (await told(server)).items()} == {"owner": "ClickClack thread"}


async def test_of_direct_and_private_messages_only_their_members_are_told(server: Server) -> None:
    body = {"workspace_id": server.cast.workspace, "member_ids": [server.cast.people["owner"].id]}
    dm = (await server.member.post("/api/dms", body))["conversation"]["id"]
    await server.member.post(f"/api/dms/{dm}/messages", {"body": "psst"})
    assert {name: push.title for name, push in (await told(server)).items()} == {"owner": "ClickClack DM"}
    kind = {"name": "secret", "kind": "private"}
    made = await server.member.post(f"/api/workspaces/{server.cast.workspace}/channels", kind)
    await server.member.say(made["channel"]["id"])
    assert await told(server) == {}


async def test_agent_activity_and_what_is_gone_are_not_told(server: Server) -> None:
    body = {"body": "thinking", "kind": "agent_commentary"}
    await server.bot_active.post(f"/api/channels/{server.cast.general}/messages", body)
    assert await told(server) == {}
    message = await server.member.say(server.cast.general)
    await server.member.delete(f"/api/messages/{message['id']}")
    assert await told(server) == {}
