"""Incoming hooks (contract chat 3.11, 6.11)."""

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
