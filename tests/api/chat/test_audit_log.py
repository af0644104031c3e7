"""The audit log: who did what, newest first (contract chat 3.9, 6.18)."""

from typing import Any

from tests.api.chat import (
    test_app_installations,
    test_connected_accounts,
    test_event_subscriptions,
    test_slash_commands,
)
from tests.client import Client
from tests.conftest import Server


async def entries(server: Server, by: Client, query: str = "") -> list[Any]:
    answer = await by.get(f"/api/workspaces/{server.cast.workspace}/audit-log{query}")
    return answer["audit_log_entries"]


async def test_integrations_leave_their_traces_and_no_secret(server: Server) -> None:
    installed = await test_app_installations.install(server)
    command = await test_slash_commands.register(server)
    subscription = await test_event_subscriptions.subscribe(server)
    account = await test_connected_accounts.connect(server)
    for path in (
        f"/api/slash-commands/{command['id']}/rotate-secret",
        f"/api/slash-commands/{command['id']}/revoke",
        f"/api/event-subscriptions/{subscription['id']}/rotate-secret",
        f"/api/event-subscriptions/{subscription['id']}/revoke",
        f"/api/connected-accounts/{account['id']}/revoke",
        f"/api/app-installations/{installed['id']}/revoke",
    ):
        for _ in range(1 if path.endswith("secret") else 2):
            await server.owner.post(path, want=200)
    allow = f"/api/workspaces/{server.cast.workspace}/callback-allow-list"
    await server.owner.put(allow, {"entries": ["example.org"]})
    found = await entries(server, server.member)
    assert [entry["action"] for entry in reversed(found)] == [
        "app_installation.created",
        "slash_command.created",
        "event_subscription.created",
        "connected_account.created",
        "slash_command.secret_rotated",
        "slash_command.revoked",
        "event_subscription.secret_rotated",
        "event_subscription.revoked",
        "connected_account.revoked",
        "app_installation.revoked",
        "callback_allow_list.updated",
    ]
    assert {entry["actor_user_id"] for entry in found} == {server.cast.people["owner"].id}
    by_action = {entry["action"]: entry for entry in found}
    created = by_action["connected_account.created"]
    assert (created["target_type"], created["target_id"]) == ("connected_account", account["id"])
    assert created["metadata"] == {"provider": "git-hub"}
    for action in ("event_subscription.created", "event_subscription.revoked"):
        assert by_action[action]["metadata"] == {"callback_host": "hooks.example.org"}
    assert by_action["slash_command.revoked"]["metadata"] == {"command": "/deploy"}
    assert "ccs_" not in str(found)


async def test_the_newest_come_first_up_to_the_limit(server: Server) -> None:
    for number in range(3):
        await server.owner.patch(f"/api/workspaces/{server.cast.workspace}", {"name": f"Name {number}"})
    found = await entries(server, server.member, "?limit=2")
    assert [entry["metadata"]["name"] for entry in found] == ["Name 2", "Name 1"]
    assert len(await entries(server, server.member, "?limit=501")) == 3


async def test_who_was_invited_is_for_those_who_invite(server: Server) -> None:
    body = {"email": "new@example.org"}
    await server.owner.post(f"/api/workspaces/{server.cast.workspace}/invitations", body)
    for name, shown in (("moderator", True), ("member", False)):
        (entry,) = await entries(server, server.bearing(server.cast.people[name].token))
        assert ("email" in entry["metadata"]) is shown


async def test_bots_their_tokens_and_rulings_leave_their_traces(server: Server) -> None:
    bots = f"/api/workspaces/{server.cast.workspace}/bots"
    made = await server.owner.post(bots, {"display_name": "Fig"}, 201)
    bot = made["bot"]["id"]
    token = await server.owner.post(f"{bots}/{bot}/tokens", {"name": "laptop"}, 201)
    for _ in range(2):
        await server.owner.post(f"/api/bot-tokens/{token['bot_token']['id']}/revoke", want=200)
    await server.owner.delete(f"/api/bots/{bot}", 200)
    member = server.cast.people["member"].id
    ruling = {"blocked": True, "moderation_note": "loud"}
    await server.owner.patch(f"/api/workspaces/{server.cast.workspace}/moderation/members/{member}", ruling)
    found = list(reversed(await entries(server, server.moderator)))
    assert [(entry["action"], entry["target_id"]) for entry in found] == [
        ("bot.created", bot),
        ("bot_token.created", token["bot_token"]["id"]),
        ("bot_token.revoked", token["bot_token"]["id"]),
        ("bot.deleted", bot),
        ("member.moderated", member),
    ]
    assert found[0]["metadata"] == {"display_name": "Fig", "owner_user_id": ""}
    assert found[4]["metadata"] == {"blocked": "true", "note": "changed"}
    await server.owner.patch(
        f"/api/workspaces/{server.cast.workspace}/moderation/members/{member}", {"clear_timeout": True}
    )
    assert (await entries(server, server.moderator))[0]["metadata"] == {"timeout": "ended"}
    assert "ccb_" not in str(found)
