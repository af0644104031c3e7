"""Tokens of bots: issued, listed, ended (contract chat 2.10, 3.8)."""

from typing import Any

import pytest

from clickclack.identity import credentials, members, workspaces
from clickclack.identity.permissions import BOT
from clickclack.kernel.clock import to_rfc3339
from clickclack.kernel.transaction import Tx
from tests.api.chat.test_bots import CONFLICT, NONCE, bots_at, make
from tests.conftest import Server


async def own_bot(server: Server) -> Any:
    """A bot of `member`."""
    return await make(server, server.member, owner_user_id=server.cast.people["member"].id)


async def test_tokens_are_listed_newest_first_without_secrets(server: Server) -> None:
    made = await own_bot(server)
    path = f"{bots_at(server)}/{made['bot']['id']}/tokens"
    server.clock.advance(1)
    second = (await server.member.post(path, {"name": "ci", "scopes": ["bot:admin"]}))["bot_token"]
    assert second["owner_user_id"] == second["created_by"] == server.cast.people["member"].id
    await server.bearing(second["token"]).get("/api/me")
    listed = (await server.guest.get(path))["bot_tokens"]
    assert [token["name"] for token in listed] == ["ci", "default"]
    assert not any("token" in token for token in listed)
    assert (await server.member.get(f"/api/bots/{made['bot']['id']}/tokens"))["bot_tokens"] == listed


async def test_a_revoked_token_ends_at_once_and_keeps_its_time(server: Server) -> None:
    token = (await make(server))["bot_token"]
    bot = server.bearing(token["token"])
    path = f"/api/bot-tokens/{token['id']}/revoke"
    async with bot.follow(server.cast.workspace) as follower:
        ended = (await server.admin.post(path, {}, 200))["bot_token"]
        assert await follower.closed() == (1008, "workspace access revoked")
    assert ended["revoked_at"] == to_rfc3339(server.clock.now())
    assert "token" not in ended
    await bot.get("/api/me", 401)
    server.clock.advance(60)
    assert (await server.owner.post(path, None, 200))["bot_token"] == ended


async def test_a_nonce_gives_a_token_another_secret_and_stands_for_one_request(server: Server) -> None:
    bot = server.cast.people["bot_read"].id
    path = f"{bots_at(server)}/{bot}/tokens"
    first = (await server.owner.post(path, {"name": "ci", "setup_nonce": NONCE}))["bot_token"]
    n = await server.db.read(Tx.value, "SELECT n FROM credentials WHERE id = ?", first["id"])
    await server.db.write(credentials.touch, [(n, server.clock.now())])
    assert (await server.owner.get(path))["bot_tokens"][0]["last_used_at"] == to_rfc3339(server.clock.now())
    again = (await server.owner.post(f"/api/bots/{bot}/tokens", {"name": "ci", "setup_nonce": NONCE}))["bot_token"]
    assert again["id"] == first["id"]
    assert "last_used_at" not in again
    await server.bearing(first["token"]).get("/api/me", 401)
    await server.bearing(again["token"]).get("/api/me")
    for other in ({"name": "else"}, {"name": "ci", "scopes": ["bot:read"]}):
        assert await server.owner.post(path, {**other, "setup_nonce": NONCE}, 409) == CONFLICT
    await make(server, setup_nonce=NONCE, want=409)
    await server.owner.post(f"/api/bot-tokens/{first['id']}/revoke", {}, 200)
    assert await server.owner.post(path, {"name": "ci", "setup_nonce": NONCE}, 409) == CONFLICT


@pytest.mark.parametrize("route", ["tokens", "setup-codes"])
async def test_only_bots_of_the_workspace_get_tokens(server: Server, route: str) -> None:
    people = server.cast.people
    for user, status, error in (
        (people["member"].id, 400, "bot_user_id must refer to a bot"),
        (people["bot_foreign"].id, 404, "bot not found"),
        (people["stray"].id, 404, "bot not found"),
        ("usr_0", 404, "bot not found"),
    ):
        assert await server.owner.post(f"{bots_at(server)}/{user}/{route}", {}, status) == {"error": error}


async def test_somebody_else_s_bot_is_not_for_managers(server: Server) -> None:
    made = await own_bot(server)
    bot = made["bot"]["id"]
    refused = {"error": "only the bot owner can manage this bot"}
    for path in (
        *(f"{bots_at(server)}/{bot}/tokens", f"{bots_at(server)}/{bot}/setup-codes", f"/api/bots/{bot}/tokens"),
        f"/api/bot-tokens/{made['bot_token']['id']}/revoke",
    ):
        assert await server.owner.post(path, {}, 403) == refused
    assert await server.owner.delete(f"/api/bots/{bot}", 403) == refused


async def test_who_has_become_a_guest_ends_tokens_but_issues_none(server: Server) -> None:
    made = await own_bot(server)
    member = server.cast.people["member"].id
    path = f"/api/workspaces/{server.cast.workspace}/moderation/members/{member}"
    await server.owner.patch(path, {"role": "guest"})
    tokens = f"{bots_at(server)}/{made['bot']['id']}/tokens"
    assert await server.member.post(tokens, {}, 403) == {"error": "bot owner must not be a guest"}
    await server.member.post(f"/api/bot-tokens/{made['bot_token']['id']}/revoke", {}, 200)


async def test_a_bot_of_several_workspaces_needs_one_named(server: Server) -> None:
    bot = server.cast.people["bot_read"]

    def join(tx: Tx) -> None:
        other = workspaces.by_reference(tx, "other")
        assert other is not None
        members.join(tx, other, bot.n, BOT)

    await server.db.write(join)
    refused = {"error": "workspace_id is required for bots installed in multiple workspaces"}
    assert await server.owner.get(f"/api/bots/{bot.id}/tokens", 400) == refused
    assert await server.outsider.post(f"/api/bots/{bot.id}/tokens", {}, 400) == refused
    assert await server.stray.get(f"/api/bots/{bot.id}/tokens", 404) == {"error": "bot not found"}
    await server.outsider.post(f"/api/workspaces/{server.cast.other_workspace}/bots/{bot.id}/tokens", {})
    assert len((await server.owner.get(f"{bots_at(server)}/{bot.id}/tokens"))["bot_tokens"]) == 1
