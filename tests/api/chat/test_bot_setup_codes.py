"""Setup codes: made, claimed once, limited (contract chat 2.3, 3.8, 4.13, 13.4)."""

import asyncio
from typing import Any

import pytest

from clickclack.identity import bot_setup_codes
from clickclack.kernel.clock import to_rfc3339
from clickclack.kernel.transaction import Tx
from tests.answers import Answer
from tests.api.chat.test_bots import bots_at, make
from tests.client import Client
from tests.conftest import Serve, Server

CLAIM = "/api/bot-setup-codes/claim"
UNUSABLE = {"error": "setup code is invalid or expired"}
ACTIVITY = ["bot:write,agent_activity:write"]


async def code_for(server: Server, bot: str, by: Client | None = None, **body: Any) -> Any:
    """A setup code, by `owner` unless somebody else is named."""
    return (await (by or server.owner).post(f"{bots_at(server)}/{bot}/setup-codes", body))["setup_code"]


async def claim(server: Server, code: str, want: int = 200) -> Any:
    return await server.anonymous.post(CLAIM, {"code": code}, want)


async def test_a_code_is_exchanged_once_for_a_token(server: Server) -> None:
    bot = (await make(server, initial_token=False, handle="helper"))["bot"]
    defaults = {"defaultTo": "channel:random", "allowFrom": ["usr_1", "*"], "agentActivity": True}
    made = await code_for(server, bot["id"], name="laptop", defaults=defaults, scopes=ACTIVITY)
    base = str(server.base).rstrip("/")
    assert made["expires_at"] == to_rfc3339(server.clock.now() + bot_setup_codes.LIFE)
    assert (made["contract_version"], made["claim_url"], made["api_base_url"]) == (1, base + CLAIM, base)
    assert (made["token_name"], made["created_by"]) == ("laptop", server.cast.people["owner"].id)
    claimed = await claim(server, made["code"])
    assert claimed["bot"] == {"id": bot["id"], "handle": "helper", "display_name": "Helper"}
    cast = server.cast
    assert claimed["workspace"] == {
        "id": cast.workspace,
        "route_id": cast.workspace_route,
        "slug": "acme",
        "name": "Acme",
    }
    assert claimed["defaults"] == defaults == made["defaults"]
    assert (claimed["contract_version"], claimed["api_base_url"]) == (1, base)
    body = {"body": "thinking", "kind": "agent_commentary"}
    await server.bearing(claimed["token"]).post(f"/api/channels/{cast.general}/messages", body)
    assert await claim(server, made["code"], 404) == UNUSABLE
    [token] = (await server.owner.get(f"{bots_at(server)}/{bot['id']}/tokens"))["bot_tokens"]
    assert (token["name"], token["created_by"]) == ("laptop", cast.people["owner"].id)
    rows = await server.db.read(
        Tx.all, "SELECT a.action, u.id, a.target_id FROM audit_entries a JOIN users u ON u.n = a.actor_n ORDER BY a.n"
    )
    assert rows == [
        ("bot.created", cast.people["owner"].id, bot["id"]),
        ("bot_setup_code.created", cast.people["owner"].id, made["id"]),
        ("bot_setup_code.claimed", bot["id"], made["id"]),
    ]


async def test_two_at_once_get_one_token(server: Server) -> None:
    code = (await code_for(server, server.cast.people["bot_read"].id))["code"]
    answers = await asyncio.gather(*(server.anonymous.call("POST", CLAIM, {"code": code}) for _ in range(4)))
    assert sorted(answer.status for answer in answers) == [200, 404, 404, 404]


@pytest.mark.parametrize("typed", ["{lower}", " {spaced} ", "{plain}", "--{plain}--", "\t{lower}\n"])
async def test_a_code_is_taken_as_people_type_it(server: Server, typed: str) -> None:
    code: str = (await code_for(server, server.cast.people["bot_read"].id))["code"]
    plain = code.replace("-", "")
    await claim(server, typed.format(lower=code.lower(), spaced=" ".join(plain), plain=plain))


async def test_the_vectors_of_the_contract() -> None:
    digest = "2b61e7c4f74dec248e236d9b0a5b24585023df5dff8b2676456f3e6144e4653a"
    for typed in ("ABCD-EFGH-JKMN", "abcd-efgh jkmn"):
        found = bot_setup_codes.code_hash(typed)
        assert found is not None
        assert found.hex() == digest
    assert bot_setup_codes.code_hash("ABCD-EFGH-IJKL") is None


@pytest.mark.parametrize("code", ["", "ABCD-EFGH-JKMN", "ABCD-EFGH-IJKL", "é" * 12, "A" * 100_000])
async def test_what_is_no_code_is_answered_as_one_that_has_run_out(server: Server, code: str) -> None:
    assert await claim(server, code, 404) == UNUSABLE


async def test_a_code_runs_out_and_is_pruned(server: Server) -> None:
    code = (await code_for(server, server.cast.people["bot_read"].id))["code"]
    server.clock.advance(600)
    assert await claim(server, code, 404) == UNUSABLE
    assert await server.db.write(bot_setup_codes.prune) == 1
    assert await server.db.write(bot_setup_codes.prune) == 0


async def test_a_new_code_ends_the_pending_one_of_the_same_name(server: Server) -> None:
    bot = server.cast.people["bot_read"].id
    first, other = await code_for(server, bot), await code_for(server, bot, name="other")
    second = await code_for(server, bot)
    assert await claim(server, first["code"], 404) == UNUSABLE
    await claim(server, second["code"])
    await claim(server, other["code"])


@pytest.mark.parametrize("end", ["bot", "membership", "maker"])
async def test_a_code_ends_with_what_it_rests_on(server: Server, end: str) -> None:
    bot = (await make(server))["bot"]["id"]
    code = (await code_for(server, bot, server.moderator))["code"]
    if end == "bot":
        await server.owner.delete(f"/api/bots/{bot}")
    elif end == "membership":
        await server.owner.delete(f"{bots_at(server)}/{bot}/membership", 204)
    else:
        moderator = server.cast.people["moderator"].id
        path = f"/api/workspaces/{server.cast.workspace}/moderation/members/{moderator}"
        await server.owner.patch(path, {"role": "member"})
    assert await claim(server, code, 404) == UNUSABLE


async def test_without_a_target_a_bot_begins_in_general_else_in_the_oldest_channel(server: Server) -> None:
    bot = server.cast.people["bot_read"].id
    begun: list[str] = []
    for channel in (None, server.cast.general, server.cast.random, server.cast.guest):
        if channel is not None:
            await server.owner.patch(f"/api/channels/{channel}", {"archived": True})
        claimed = await claim(server, (await code_for(server, bot))["code"])
        begun.append(claimed["defaults"].get("defaultTo", ""))
    assert begun == ["channel:general", "channel:random", "channel:guest", ""]


@pytest.mark.parametrize(
    ("defaults", "error"),
    [
        ({"agentActivity": True}, "defaults.agentActivity requires agent_activity:write"),
        ({"defaultTo": "x" * 257}, "defaults.defaultTo must be at most 256 characters"),
        ({"allowFrom": ["x"] * 501}, "defaults.allowFrom must have at most 500 items"),
        ({"allowFrom": ["x", " "]}, "defaults.allowFrom[1] must have 1 to 256 characters"),
        ({"allowFrom": ["x" * 257]}, "defaults.allowFrom[0] must have 1 to 256 characters"),
        ({"allowFrom": [1]}, "defaults.allowFrom.0: input should be a valid string"),
    ],
)
async def test_wrong_defaults_are_refused(server: Server, defaults: Any, error: str) -> None:
    bot = server.cast.people["bot_read"].id
    refused = await server.owner.post(f"{bots_at(server)}/{bot}/setup-codes", {"defaults": defaults}, 400)
    assert refused == {"error": error}


async def test_an_address_may_try_ten_times_a_minute_whatever_it_sends(server: Server) -> None:
    raws = [b"", b"{", b'{"code":1}', b'{"code":"ABCD-EFGH-JKMN"}', b"x" * 2_000_000]
    for number in range(10):
        answer = await server.anonymous.call("POST", CLAIM, raw=raws[number % 5])
        assert answer.status in (400, 404, 413)
        server.clock.advance(5)
    refused = await server.anonymous.call("POST", CLAIM, raw=b"{")
    assert (refused.status, refused.error) == (429, "too many setup code attempts, retry later")
    assert refused.headers["Retry-After"] == "10"
    assert (await elsewhere(server, "192.0.2.1", "192.0.2.1")).status == 404
    assert (await elsewhere(server, "192.0.2.1", "192.0.2.2")).status == 429
    server.clock.advance(10)
    assert (await server.anonymous.call("POST", CLAIM, {})).status == 404
    assert (await server.anonymous.call("POST", CLAIM, {})).status == 429


async def elsewhere(server: Server, named: str, forwarded: str) -> Answer:
    """An attempt that a proxy on this machine passes on."""
    return await server.anonymous.with_headers(X_Real_IP=named, X_Forwarded_For=forwarded).call("POST", CLAIM, {})


async def test_who_comes_from_elsewhere_is_not_told_an_address_that_nobody_has_set(serve: Serve) -> None:
    server = await serve()
    proxied = server.owner.with_headers(X_Forwarded_Host="chat.example.org")
    made = await code_for(server, server.cast.people["bot_read"].id, proxied)
    assert not {"contract_version", "claim_url", "api_base_url"} & set(made)
    answer = await server.anonymous.with_headers(X_Forwarded_Host="chat.example.org").post(CLAIM, made, 200)
    assert not {"contract_version", "api_base_url"} & set(answer)


async def test_the_address_in_the_settings_is_the_one_that_is_told(serve: Serve) -> None:
    server = await serve(public_url="https://chat.example.org", public_api_url="https://api.example.org/chat")
    made = await code_for(server, server.cast.people["bot_read"].id)
    assert made["api_base_url"] == "https://api.example.org/chat"
    assert made["claim_url"] == "https://api.example.org/chat/api/bot-setup-codes/claim"
