"""Incoming hooks (contract chat 3.11, 6.11)."""

import pytest

from tests.conftest import Server


async def test_a_mattermost_hook_posts_its_text_as_the_caller_and_ignores_the_rest(server: Server) -> None:
    path = f"/api/hooks/mattermost/{server.cast.general}"
    body = {"text": " deployed ", "username": "ci", "channel": "other", "attachments": [{"text": "x"}]}
    answer = await server.bot_write.post(path, body)
    assert answer["message"]["body"] == "deployed"
    assert answer["message"]["author_id"] == server.cast.people["bot_write"].id
    assert answer["event"]["type"] == "message.created"
    assert await server.bot_write.post(path, {}, 400) == {"error": "message body is required"}
    assert await server.bot_write.post("/api/hooks/mattermost/chn_0", body, 404) == {"error": "channel not found"}


async def test_a_slash_command_that_nobody_registered_is_a_message(server: Server) -> None:
    client = server.member.with_headers(Content_Type="application/x-www-form-urlencoded")
    path = f"/api/hooks/slash/{server.cast.general}"
    answer = await client.call("POST", path, raw=b"command=%2Fshrug&text=+so+%C3%A4h+&command=no")
    assert answer.status == 201
    assert (answer.json["response_type"], answer.json["text"]) == ("in_channel", "/shrug so äh")
    assert answer.json["message"]["author_id"] == server.cast.people["member"].id
    assert answer.json["event"]["type"] == "message.created"
    answer = await client.call("POST", f"{path}?command=/query")
    assert answer.json["text"] == "/query"


@pytest.mark.parametrize(
    ("content_type", "raw", "status"),
    [
        ("application/x-www-form-urlencoded", b"command=+&text=", 400),
        ("application/x-www-form-urlencoded", b"text=%ff", 400),
        ("application/x-www-form-urlencoded", b"\xff", 400),
        ("application/x-www-form-urlencoded", b"a=1&" * 200, 400),
        ("application/json", b'{"text":"x"}', 400),
    ],
)
async def test_what_is_no_slash_command(server: Server, content_type: str, raw: bytes, status: int) -> None:
    client = server.member.with_headers(Content_Type=content_type)
    answer = await client.call("POST", f"/api/hooks/slash/{server.cast.general}", raw=raw)
    assert answer.status == status


async def test_a_direct_conversation_has_no_slash_commands(server: Server) -> None:
    members = {"workspace_id": server.cast.workspace, "member_ids": [server.cast.people["owner"].id]}
    direct = (await server.member.post("/api/dms", members))["conversation"]["id"]
    answer = await server.member.call("POST", f"/api/hooks/slash/{direct}?command=/shrug&text=so")
    assert (answer.status, answer.error) == (404, "slash commands work in channels, not in direct conversations")
    assert (await server.member.get(f"/api/dms/{direct}/messages"))["messages"] == []


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x", "text/plain"])
async def test_the_query_of_a_slash_hook_counts_whatever_the_body_is(server: Server, content_type: str) -> None:
    client = server.member.with_headers(Content_Type=content_type)
    path = f"/api/hooks/slash/{server.cast.general}?command=/shrug&text=so"
    answer = await client.call("POST", path, raw=b"{")
    assert (answer.status, answer.json["text"]) == (201, "/shrug so")
