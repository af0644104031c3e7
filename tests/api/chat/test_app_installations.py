"""App installations, and what goes with them (contract chat 3.9, 4.14, 6.13)."""

from typing import Any

import pytest

from tests.answers import DOCUMENT
from tests.api.chat import test_event_subscriptions, test_slash_commands
from tests.conftest import Server

URL = "https://hooks.example.org/in"
NONCE = "a nonce of an installer"


def path_of(server: Server) -> str:
    return f"/api/workspaces/{server.cast.workspace}/app-installations"


async def install(server: Server, want: int = 201, **more: Any) -> Any:
    """Installs an app for `bot_write` and gives it back, or the answer to what is refused."""
    body = {"app_slug": "ci", "bot_user_id": server.cast.people["bot_write"].id, **more}
    answer = await server.owner.post(path_of(server), body, want)
    return answer["app_installation"] if want == 201 else answer


async def furnish(server: Server, installation_id: str) -> None:
    """Two commands and a subscription of an installation."""
    for name in ("/one", "/two"):
        await test_slash_commands.register(server, name, app_installation_id=installation_id)
    body = {"event_types": ["*"], "callback_url": URL, "app_installation_id": installation_id}
    await server.owner.post(test_event_subscriptions.path_of(server), body)


async def remaining(server: Server) -> tuple[int, int]:
    commands = (await server.owner.get(test_slash_commands.path_of(server)))["slash_commands"]
    subscriptions = (await server.owner.get(test_event_subscriptions.path_of(server)))["event_subscriptions"]
    return len(commands), len(subscriptions)


async def test_an_app_is_installed_as_often_as_one_likes_and_listed_by_slug(server: Server) -> None:
    first = await install(server, app_slug=" Zed App ", config={"a": [1, {"b": None}]})
    assert (first["app_slug"], first["display_name"], first["config"]) == (
        "zed-app",
        "zed-app",
        {"a": [1, {"b": None}]},
    )
    second, third = await install(server), await install(server, display_name=" Ours ")
    assert third["display_name"] == "Ours"
    listed = (await server.member.get(path_of(server)))["app_installations"]
    assert listed == [second, third, first]


async def test_a_repeated_nonce_answers_with_the_same_installation(server: Server) -> None:
    made = await install(server, setup_nonce=NONCE, config={"a": 1, "b": 2})
    assert await install(server, setup_nonce=f" {NONCE} ", config={"b": 2, "a": 1}) == made
    conflict = {"error": "setup nonce was already used for a different request"}
    assert await install(server, 409, setup_nonce=NONCE, config={"a": 2}) == conflict
    assert len((await server.owner.get(path_of(server)))["app_installations"]) == 1
    await server.owner.post(f"/api/app-installations/{made['id']}/revoke", want=200)
    assert await install(server, 409, setup_nonce=NONCE, config={"a": 1, "b": 2}) == conflict


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"app_slug": " - "}, "app_slug is required"),
        ({"bot_user_id": " "}, "bot_user_id is required"),
        ({"bot_user_id": "usr_0"}, "bot_user_id must refer to a bot in the workspace"),
        ({"display_name": "ä" * 41}, "display_name is too long"),
        ({"setup_nonce": "short"}, "setup_nonce must be at least 16 characters"),
        ({"config": []}, "config: input should be a valid dictionary"),
        ({"config": {"a": "x" * 70000}}, "config is too long"),
    ],
)
async def test_what_does_not_fit_is_refused(server: Server, change: dict[str, Any], text: str) -> None:
    assert await install(server, 400, **change) == {"error": text}


async def test_commands_and_subscriptions_end_with_an_installation_unless_they_are_to_stay(server: Server) -> None:
    made = await install(server)
    await furnish(server, made["id"])
    await test_slash_commands.register(server, "/other")
    path = f"/api/app-installations/{made['id']}/revoke"
    answer = await server.moderator.post(path, {"revoke_event_subscriptions": False}, 200)
    assert answer["revoked"] == {"slash_commands": 2, "event_subscriptions": 0, "bot_tokens": 0}
    assert answer["installation"]["revoked_at"]
    assert "deleted_bot" not in answer
    assert await remaining(server) == (1, 1)
    again = await server.moderator.post(path, want=200)
    operation = DOCUMENT["paths"]["/api/app-installations/{installation_id}/revoke"]["post"]
    assert operation["requestBody"]["required"] is False
    assert again["revoked"] == {"slash_commands": 0, "event_subscriptions": 0, "bot_tokens": 0}
    assert again["installation"] == answer["installation"]
    assert await remaining(server) == (1, 1)
    assert (await server.owner.get(path_of(server)))["app_installations"] == []


async def test_the_bots_tokens_end_too_when_that_is_asked_for(server: Server) -> None:
    made = await install(server)
    await furnish(server, made["id"])
    await server.bot_write.get("/api/me")
    path = f"/api/app-installations/{made['id']}/revoke"
    answer = await server.moderator.post(path, {"revoke_bot_tokens": True}, 200)
    assert answer["revoked"] == {"slash_commands": 2, "event_subscriptions": 1, "bot_tokens": 1}
    await server.bot_write.get("/api/me", 401)
    await server.bot_read.get("/api/me")


async def test_the_tokens_of_somebodys_own_bot_are_not_for_managers_to_end(server: Server) -> None:
    sql = "UPDATE users SET owner_id = ? WHERE id = ?"
    people = server.cast.people
    await server.db.write(lambda tx: tx.run(sql, people["member"].id, people["bot_write"].id))
    made = await install(server)
    await furnish(server, made["id"])
    path = f"/api/app-installations/{made['id']}/revoke"
    for body in ({"revoke_bot_tokens": True}, {"delete_bot": True}):
        refused = await server.owner.post(path, body, 403)
        assert refused == {"error": "only the bot owner can manage this bot"}
    assert await remaining(server) == (2, 1), "nothing of it was done"
    assert await server.member.post(path, {}, 403) == {"error": "workspace manager permission required"}


async def test_the_bot_is_deleted_with_all_it_has_when_that_is_asked_for(server: Server) -> None:
    made, other = await install(server), await install(server)
    await furnish(server, made["id"])
    await test_slash_commands.register(server, "/third", app_installation_id=other["id"])
    bot = server.cast.people["bot_write"].id
    async with server.member.follow(server.cast.workspace) as follower:
        answer = await server.owner.post(f"/api/app-installations/{made['id']}/revoke", {"delete_bot": True}, 200)
        told = await follower.next()
    assert answer["revoked"] == {"slash_commands": 2, "event_subscriptions": 1, "bot_tokens": 1}
    assert answer["deleted_bot"]["id"] == bot
    assert (told["type"], told["payload"]["bot_user_id"]) == ("bot.deleted", bot)
    assert await remaining(server) == (0, 0)
    assert (await server.owner.get(path_of(server)))["app_installations"] == []
    await server.bot_write.get("/api/me", 401)


async def test_a_bot_that_is_deleted_elsewhere_takes_its_integrations_along(server: Server) -> None:
    made, ended = await install(server), await install(server)
    await furnish(server, made["id"])
    body = {"event_types": ["*"], "callback_url": URL, "app_installation_id": ended["id"]}
    await server.owner.post(test_event_subscriptions.path_of(server), body)
    kept = {"revoke_event_subscriptions": False}
    await server.owner.post(f"/api/app-installations/{ended['id']}/revoke", kept, 200)
    await test_slash_commands.register(server, "/third")
    assert await remaining(server) == (3, 2)
    await server.owner.delete(f"/api/bots/{server.cast.people['bot_write'].id}")
    assert await remaining(server) == (0, 0)
    assert (await server.owner.get(path_of(server)))["app_installations"] == []


async def test_outsiders_see_no_installation_by_its_id(server: Server) -> None:
    made = await install(server)
    for identifier in (made["id"], "app_0"):
        answer = await server.outsider.call("POST", f"/api/app-installations/{identifier}/revoke")
        assert (answer.status, answer.json) == (404, {"error": "app installation not found"})
