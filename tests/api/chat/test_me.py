"""One's own profile and preferences (contract chat 3.2, 4.1, 4.2, 1.3)."""

from typing import Any

import pytest

from tests.conftest import Server


async def me(server: Server) -> Any:
    return (await server.member.get("/api/me"))["user"]


async def test_people_see_their_settings_and_bots_do_not(server: Server) -> None:
    found = await me(server)
    assert found["notification_settings"] == {"pushover_enabled": False, "pushover_user_key": ""}
    assert "appearance_preferences" not in found
    assert found["kind"] == "human"
    bot = (await server.bot_read.get("/api/me"))["user"]
    assert (bot["kind"], bot["handle"]) == ("bot", "bot_read")
    assert "notification_settings" not in bot


async def test_an_update_changes_what_it_names(server: Server) -> None:
    before = await me(server)
    answer = await server.member.patch("/api/me", {"display_name": " Uma ", "handle": " @Team_1 "})
    assert answer["user"] == {**before, "display_name": "Uma", "handle": "team_1"}
    assert await server.member.patch("/api/me", {}) == answer
    assert await server.member.patch("/api/me", dict.fromkeys(("display_name", "handle", "avatar_url"))) == answer
    assert await me(server) == answer["user"]


async def test_a_cleared_avatar_is_the_gravatar_again(server: Server) -> None:
    gravatar = (await me(server))["avatar_url"]
    answer = await server.member.patch("/api/me", {"avatar_url": " https://x.y/me.png "})
    assert answer["user"]["avatar_url"] == "https://x.y/me.png"
    answer = await server.member.patch("/api/me", {"avatar_url": ""})
    assert answer["user"]["avatar_url"] == gravatar
    assert gravatar.startswith("https://gravatar.com/avatar/")


async def test_a_handle_can_be_given_up_and_taken_by_another(server: Server) -> None:
    await server.member.patch("/api/me", {"handle": ""})
    await server.owner.patch("/api/me", {"handle": "member"})
    assert await server.member.patch("/api/me", {"handle": "member"}, 400) == {"error": "handle is already taken"}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"display_name": ""}, "display_name is required"),
        ({"display_name": " \t"}, "display_name is required"),
        ({"display_name": "ä" * 40 + "b"}, "display_name is too long"),
        ({"handle": "a"}, "handle must be 2-32 chars using letters, numbers, underscores, or dashes"),
        ({"handle": "_ab"}, "handle must be 2-32 chars using letters, numbers, underscores, or dashes"),
        ({"handle": "a" * 33}, "handle must be 2-32 chars using letters, numbers, underscores, or dashes"),
        ({"handle": "a b"}, "handle must be 2-32 chars using letters, numbers, underscores, or dashes"),
        ({"handle": "Owner"}, "handle is already taken"),
        ({"handle": "bot_foreign"}, "handle is already taken"),
        ({"avatar_url": "javascript:alert(1)"}, "avatar_url must be an http or https URL"),
        ({"avatar_url": "https://"}, "avatar_url must be an http or https URL"),
        ({"avatar_url": "http://[::1"}, "avatar_url must be an http or https URL"),
        ({"avatar_url": "https://x.y/" + "z" * 500}, "avatar_url is too long"),
        ({"display_name": 1}, "display_name: input should be a valid string"),
        (
            {"notification_settings": {"pushover_enabled": True}},
            "pushover_user_key is required when pushover notifications are enabled",
        ),
        (
            {"notification_settings": {"pushover_user_key": "short"}},
            "pushover_user_key must be 30 alphanumeric characters",
        ),
        ({"notification_settings": []}, "notification_settings: "),
        ({"appearance_preferences": {"density": "cosy"}}, "density is invalid"),
        ({"appearance_preferences": {"color_mode": "ember"}}, "color_mode is invalid"),
        ({"appearance_preferences": {"color_mode": 1}}, "appearance_preferences.color_mode: "),
        ({"display_name": "Good", "appearance_preferences": {"density": "bad"}}, "density is invalid"),
    ],
)
async def test_a_wrong_update_is_refused_whole(server: Server, body: Any, error: str) -> None:
    before = await me(server)
    answer = await server.member.patch("/api/me", body, 400)
    assert answer["error"].startswith(error)
    assert await me(server) == before


async def test_appearance_keeps_only_what_is_not_the_default(server: Server) -> None:
    async def choose(**fields: str | None) -> Any:
        answer = await server.member.patch("/api/me", {"appearance_preferences": fields})
        return answer["user"].get("appearance_preferences")

    assert await choose() is None
    assert await choose(color_mode=None) is None
    assert await choose(color_mode="dark", density="compact") == {"color_mode": "dark", "density": "compact"}
    assert await choose(color_mode="system", board_theme="iris") == {"board_theme": "iris", "density": "compact"}
    assert await choose(density="", board_theme="signal", message_layout="standard") == {}
    assert (await me(server))["appearance_preferences"] == {}


async def test_notification_settings_are_replaced_whole(server: Server) -> None:
    key = "a1" * 15
    body = {"notification_settings": {"pushover_enabled": True, "pushover_user_key": f" {key} "}}
    settings = (await server.member.patch("/api/me", body))["user"]["notification_settings"]
    assert settings == {"pushover_enabled": True, "pushover_user_key": key}
    answer = await server.member.patch("/api/me", {"notification_settings": {}})
    assert answer["user"]["notification_settings"] == {"pushover_enabled": False, "pushover_user_key": ""}


async def test_null_inside_is_the_same_as_absent(server: Server) -> None:
    body = {"notification_settings": {"pushover_enabled": None, "pushover_user_key": None}}
    before = await me(server)
    assert (await server.member.patch("/api/me", body))["user"] == before
    body = {"appearance_preferences": {"color_mode": None, "density": "compact"}}
    answer = await server.member.patch("/api/me", body)
    assert answer["user"]["appearance_preferences"] == {"density": "compact"}


async def test_a_profile_is_told_to_nobody(server: Server) -> None:
    await server.member.patch("/api/me", {"display_name": "Uma"})
    assert (await server.owner.get(f"/api/realtime/events?workspace_id={server.cast.workspace}"))["events"] == []
