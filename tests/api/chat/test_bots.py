"""Making bots, and asking again under a nonce (contract chat 3.8, 4.13, 6.13)."""

from typing import Any

import pytest

from clickclack.kernel.transaction import Tx
from tests.client import Client
from tests.conftest import Server

NONCE = "nonce-of-16-bytes"
CONFLICT = {"error": "setup nonce was already used for a different request"}


def bots_at(server: Server) -> str:
    return f"/api/workspaces/{server.cast.workspace}/bots"


async def make(server: Server, by: Client | None = None, want: int = 201, **more: Any) -> Any:
    """A bot of the workspace, by `owner` unless somebody else is named."""
    return await (by or server.owner).post(bots_at(server), {"display_name": "Helper", **more}, want)


async def test_a_service_bot_comes_with_a_token_that_is_shown_once(server: Server) -> None:
    made = await make(server, handle="@Helper", avatar_url="https://example.org/a.png", token_name=" ci ")
    bot, token = made["bot"], made["bot_token"]
    assert (bot["kind"], bot["handle"], bot["avatar_url"]) == ("bot", "helper", "https://example.org/a.png")
    assert "owner_user_id" not in bot
    assert (token["bot_user_id"], token["workspace_id"], token["name"]) == (bot["id"], server.cast.workspace, "ci")
    assert token["created_by"] == server.cast.people["owner"].id
    assert "messages:write" in token["scopes"]
    assert token["scopes"] == sorted(token["scopes"])
    assert token["token"].startswith("ccb_")
    assert (await server.bearing(token["token"]).get("/api/me"))["user"]["id"] == bot["id"]
    listed = (await server.guest.get(bots_at(server)))["bots"]
    [entry] = [entry for entry in listed if entry["bot"]["id"] == bot["id"]]
    (listed_token,) = entry["tokens"]
    assert listed_token.pop("last_used_at") == listed_token["created_at"]
    assert listed_token == {name: value for name, value in token.items() if name != "token"}
    assert [entry["bot"]["display_name"] for entry in listed] == [
        *("Bot_Active", "Bot_Admin", "Bot_Read", "Bot_Write", "Helper"),
    ]
    members = await server.owner.get(f"/api/workspaces/{server.cast.workspace}/members?role=bot")
    assert bot["id"] in [member["user"]["id"] for member in members["members"]]


async def test_a_bot_has_a_handle_made_of_its_name_unless_one_is_given(server: Server) -> None:
    assert (await make(server))["bot"]["handle"] == "helper"
    assert (await make(server))["bot"]["handle"] == "helper-2"
    assert (await make(server, handle=""))["bot"]["handle"] == ""
    assert (await make(server, handle=" @ "))["bot"]["handle"] == ""


async def test_under_one_nonce_no_handle_is_another_wish_than_none_at_all(server: Server) -> None:
    await make(server, setup_nonce=NONCE)
    body = {"display_name": "Helper", "setup_nonce": NONCE, "handle": ""}
    assert "different request" in (await server.owner.post(bots_at(server), body, 409))["error"]


async def test_a_member_s_own_bot_carries_its_owner(server: Server) -> None:
    me = server.cast.people["member"].id
    made = await make(server, server.member, owner_user_id=me, scopes=["bot:read,uploads:write"])
    assert (made["bot"]["owner_user_id"], made["bot_token"]["owner_user_id"]) == (me, me)
    assert made["bot_token"]["scopes"] == [
        *("channels:read", "dms:read", "messages:read", "profile:read", "realtime:read", "threads:read"),
        *("uploads:write", "workspaces:read"),
    ]
    [entry] = (await server.member.get("/api/me/bots"))["bots"]
    assert (entry["bot"]["id"], entry["active_token_count"]) == (made["bot"]["id"], 1)


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"display_name": " "}, 400, "display_name is required"),
        ({"display_name": "x" * 81}, 400, "display_name is too long"),
        ({"handle": "x"}, 400, "handle must be 2-32 chars using letters, numbers, underscores, or dashes"),
        ({"handle": "bot_read"}, 400, "handle is already taken"),
        ({"avatar_url": "ftp://a"}, 400, "avatar_url must be an http or https URL"),
        ({"scopes": ["bot:write", "workspaces:write"]}, 400, "unknown bot scope: workspaces:write"),
        ({"scopes": "bot:read"}, 400, "scopes: input should be a valid list"),
        ({"token_name": "x" * 81}, 400, "token name is too long"),
        ({"setup_nonce": "short"}, 400, "setup_nonce must be at least 16 characters"),
        ({"setup_nonce": "x" * 129}, 400, "setup_nonce must be at most 128 characters"),
        ({"setup_nonce": "\0" * 16}, 400, "setup_nonce must not contain NUL"),
        ({"owner_user_id": "{bot_read}"}, 400, "bot owner must be a human"),
        ({"owner_user_id": "{member}"}, 403, "only the bot owner can create a user-owned bot"),
        ({"owner_user_id": "{stray}"}, 403, "only the bot owner can create a user-owned bot"),
        ({"owner_user_id": "usr_0"}, 403, "only the bot owner can create a user-owned bot"),
    ],
)
async def test_a_wrong_bot_is_refused_and_nothing_is_left_of_it(
    server: Server, body: dict[str, Any], status: int, error: str
) -> None:
    if "owner_user_id" in body:
        named = str(body["owner_user_id"]).strip("{}")
        body = {"owner_user_id": server.cast.people[named].id if named in server.cast.people else named}
    before = await server.db.read(Tx.value, "SELECT COUNT(*) FROM users")
    assert await make(server, want=status, **body) == {"error": error}
    assert await server.db.read(Tx.value, "SELECT COUNT(*) FROM users") == before


async def test_a_guest_makes_no_bots(server: Server) -> None:
    guest = server.cast.people["guest"].id
    assert await make(server, server.guest, 403, owner_user_id=guest) == {"error": "bot owner must not be a guest"}


async def test_the_same_nonce_gives_the_same_token_another_secret(server: Server) -> None:
    first = await make(server, setup_nonce=NONCE, handle="helper")
    old = server.bearing(first["bot_token"]["token"])
    await old.get("/api/me")
    async with old.follow(server.cast.workspace) as follower:
        again = await make(server, setup_nonce=f" {NONCE} ", handle="Helper", scopes=["bot:write"])
        assert await follower.closed() == (1008, "workspace access revoked")
    assert again["bot"] == first["bot"]
    assert again["bot_token"]["id"] == first["bot_token"]["id"]
    await old.get("/api/me", 401)
    third = await make(server, setup_nonce=NONCE, handle="helper")
    assert third["bot_token"]["id"] == first["bot_token"]["id"]
    await server.bearing(again["bot_token"]["token"]).get("/api/me", 401)
    await server.bearing(third["bot_token"]["token"]).get("/api/me")
    await make(server, server.admin, setup_nonce=NONCE)  # another person's nonce is another one


@pytest.mark.parametrize(
    "other",
    [
        *({"display_name": "Else"}, {"handle": "helper2"}, {"avatar_url": "https://example.org/b.png"}),
        *({"token_name": "other"}, {"scopes": ["bot:read"]}, {"initial_token": False}),
    ],
)
async def test_a_nonce_stands_for_one_request(server: Server, other: dict[str, Any]) -> None:
    await make(server, setup_nonce=NONCE, handle="helper")
    body: dict[str, Any] = {"setup_nonce": NONCE, "handle": "helper", **other}
    assert await make(server, want=409, **body) == CONFLICT
    tokens = f"{bots_at(server)}/{server.cast.people['bot_read'].id}/tokens"
    assert await server.owner.post(tokens, {"setup_nonce": NONCE}, 409) == CONFLICT


async def test_a_nonce_does_not_bring_a_revoked_token_back(server: Server) -> None:
    made = await make(server, setup_nonce=NONCE)
    await server.owner.post(f"/api/bot-tokens/{made['bot_token']['id']}/revoke", {}, 200)
    assert await make(server, setup_nonce=NONCE, want=409) == CONFLICT


async def test_a_bot_without_a_token_is_made_once(server: Server) -> None:
    first = await make(server, setup_nonce=NONCE, initial_token=False)
    assert sorted(first) == ["bot"]
    assert await make(server, setup_nonce=NONCE, initial_token=False) == first
    assert await make(server, setup_nonce=NONCE, want=409) == CONFLICT
    assert await make(server, setup_nonce=NONCE, initial_token=False, display_name="Else", want=409) == CONFLICT


@pytest.mark.parametrize("end", ["/api/bots/{bot}", "/api/workspaces/{workspace}/bots/{bot}/membership"])
@pytest.mark.parametrize("initial_token", [True, False])
async def test_a_nonce_does_not_bring_a_bot_back(server: Server, end: str, *, initial_token: bool) -> None:
    made = await make(server, setup_nonce=NONCE, initial_token=initial_token)
    path = end.format(bot=made["bot"]["id"], workspace=server.cast.workspace)
    assert (await server.owner.call("DELETE", path)).status in (200, 204)
    assert await make(server, setup_nonce=NONCE, initial_token=initial_token, want=409) == CONFLICT


async def test_whoever_lost_the_right_cannot_ask_again(server: Server) -> None:
    await make(server, server.moderator, setup_nonce=NONCE)
    moderator = server.cast.people["moderator"].id
    path = f"/api/workspaces/{server.cast.workspace}/moderation/members/{moderator}"
    await server.owner.patch(path, {"role": "member"})
    refused = await make(server, server.moderator, 403, setup_nonce=NONCE)
    assert refused == {"error": "workspace manager permission required"}


async def test_a_time_out_does_not_keep_a_manager_from_the_bots(server: Server) -> None:
    moderator = server.cast.people["moderator"].id
    path = f"/api/workspaces/{server.cast.workspace}/moderation/members/{moderator}"
    await server.owner.patch(path, {"timeout_minutes": 5})
    made = await make(server, server.moderator)
    await server.moderator.post(f"/api/bot-tokens/{made['bot_token']['id']}/revoke", {}, 200)
