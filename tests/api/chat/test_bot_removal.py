"""Taking bots out of a workspace and deleting them (contract chat 3.8, 5.5, 6.13, 13.5)."""

from typing import Any

import pytest

from clickclack.identity import members, users, workspaces
from clickclack.identity.permissions import BOT, MEMBER, MODERATOR
from clickclack.kernel.clock import to_rfc3339
from clickclack.kernel.transaction import Tx
from tests.api.chat.test_bots import bots_at, make
from tests.conftest import Server

REVOKED = (1008, "workspace access revoked")
MENU = {"commands": [{"command": "/ask", "description": "Asks"}]}
MANAGERS_ONLY = {"error": "workspace manager permission required"}


async def join_other(server: Server, name: str, role_n: int) -> None:
    """Makes somebody in the cast a member of the other workspace too."""

    def join(tx: Tx) -> None:
        other = workspaces.by_reference(tx, "other")
        assert other is not None
        members.join(tx, other, server.cast.people[name].n, role_n)

    await server.db.write(join)


async def rows_of(server: Server, bot_id: str) -> dict[str, int]:
    """How much a bot has: in force, by table."""
    counted = {
        "memberships": "SELECT COUNT(*) FROM memberships m JOIN users u ON u.n = m.user_n WHERE u.id = ?",
        "tokens": "SELECT COUNT(*) FROM credentials c JOIN users u ON u.n = c.user_n"
        " WHERE c.revoked_at IS NULL AND u.id = ?",
        "commands": "SELECT COUNT(*) FROM bot_commands k JOIN users u ON u.n = k.bot_n WHERE u.id = ?",
        "codes": "SELECT COUNT(*) FROM bot_setup_codes s JOIN users u ON u.n = s.bot_n WHERE u.id = ?",
    }
    return {name: await server.db.read(Tx.value, sql, bot_id) for name, sql in counted.items()}


async def test_a_removed_bot_loses_what_it_had_in_that_workspace_alone(server: Server) -> None:
    bot, cast = server.cast.people["bot_write"], server.cast
    await join_other(server, "bot_write", BOT)
    theirs = f"/api/workspaces/{cast.other_workspace}/bots/{bot.id}"
    elsewhere = server.bearing((await server.outsider.post(f"{theirs}/tokens", {}))["bot_token"]["token"])
    await server.outsider.post(f"{theirs}/setup-codes", {})
    await server.owner.post(f"{bots_at(server)}/{bot.id}/setup-codes", {})
    for client in (server.bot_write, elsewhere):
        await client.put("/api/bots/self/commands", MENU)
    async with (
        server.bot_write.follow(cast.workspace) as own,
        elsewhere.follow(cast.other_workspace) as other,
        server.guest.follow(cast.workspace) as follower,
    ):
        await server.moderator.delete(f"{bots_at(server)}/{bot.id}/membership", 204)
        assert await own.closed() == REVOKED
        told = await follower.next()
        said = await elsewhere.say(cast.other_channel)
        assert (await other.next())["payload"]["message_id"] == said["id"]
    assert (told["type"], told["payload"]) == ("bot.membership_removed", {"bot_user_id": bot.id})
    await server.bot_write.get("/api/me", 401)
    assert await rows_of(server, bot.id) == {"memberships": 1, "tokens": 1, "commands": 1, "codes": 1}
    again = await server.owner.delete(f"{bots_at(server)}/{bot.id}/membership", 404)
    assert again == {"error": "bot not found"}


async def test_a_person_is_not_removed_as_a_bot(server: Server) -> None:
    member = server.cast.people["member"].id
    await server.owner.delete(f"{bots_at(server)}/{member}/membership", 404)
    await server.member.get(bots_at(server))


async def test_a_deleted_bot_is_gone_but_for_what_it_wrote(server: Server) -> None:
    bot, cast = server.cast.people["bot_write"], server.cast
    said = await server.bot_write.say(cast.general, "from a bot")
    await server.member.say(cast.general, "quoting", quoted_message_id=said["id"])
    body = {"workspace_id": cast.workspace, "member_ids": [bot.id]}
    dm = (await server.member.post("/api/dms", body))["conversation"]["id"]
    await server.bot_write.put("/api/bots/self/commands", MENU)
    await server.owner.post(f"{bots_at(server)}/{bot.id}/setup-codes", {})
    async with server.bot_write.follow(cast.workspace) as own, server.guest.follow(cast.workspace) as follower:
        deleted = (await server.moderator.delete(f"/api/bots/{bot.id}"))["deleted_bot"]
        assert await own.closed() == REVOKED
        told = await follower.next()
    at = to_rfc3339(server.clock.now())
    facts = {"display_name": "Bot_Write", "former_handle": "bot_write", "deleted_at": at}
    assert deleted == {"id": bot.id, **facts}
    assert (told["type"], told["payload"]) == ("bot.deleted", {"bot_user_id": bot.id, **facts})
    assert await rows_of(server, bot.id) == {"memberships": 0, "tokens": 0, "commands": 0, "codes": 0}
    await server.bot_write.get("/api/me", 401)
    page = (await server.member.get(f"/api/channels/{cast.general}/messages"))["messages"]
    for author in (page[0]["author"], page[1]["quoted_author"]):
        assert (author["handle"], author["former_handle"], author["deleted_at"]) == ("", "bot_write", at)
    conversation = (await server.member.get(f"/api/dms/{dm}"))["conversation"]
    assert not conversation["can_send"]
    assert [m.get("former_handle") for m in conversation["members"]] == ["bot_write", None]
    assert await server.member.post(f"/api/dms/{dm}/messages", {"body": "hi"}, 409) == {
        "error": "direct conversation has no active recipient"
    }
    hits = (await server.member.get(f"/api/search?workspace_id={cast.workspace}&q=bot"))["results"]
    assert [hit["author"]["former_handle"] for hit in hits] == ["bot_write"]
    listed = (await server.owner.get(bots_at(server)))["bots"]
    assert bot.id not in [entry["bot"]["id"] for entry in listed]
    await server.stray.patch("/api/me", {"handle": "bot_write"})
    assert await server.owner.delete(f"/api/bots/{bot.id}", 404) == {"error": "bot not found"}


async def test_a_deleted_bot_does_not_come_back_by_name_or_by_the_back_door(server: Server) -> None:
    bot = server.cast.people["bot_write"]
    await server.owner.delete(f"/api/bots/{bot.id}")
    with pytest.raises(Exception, match="a deleted bot cannot be a member"):
        await join_other(server, "bot_write", MEMBER)
    await server.owner.post("/api/dms", {"workspace_id": server.cast.workspace, "member_ids": [bot.id]}, 404)


async def test_the_dev_header_does_not_speak_for_a_deleted_bot(serve: Any) -> None:
    server: Server = await serve(dev_bootstrap=True)
    bot = server.cast.people["bot_write"].id
    as_bot = server.anonymous.with_headers(X_ClickClack_User=bot)
    assert (await as_bot.get("/api/me"))["user"]["id"] == bot
    await server.anonymous.delete(f"/api/bots/{bot}")
    assert await as_bot.get("/api/me", 401) == {"error": "authentication required"}


async def test_people_delete_their_own_bots_wherever_those_are(server: Server) -> None:
    made = await make(server, server.member, owner_user_id=server.cast.people["member"].id)
    await server.member.delete(f"/api/bots/{made['bot']['id']}")
    assert (await server.member.get("/api/me/bots"))["bots"] == []


async def test_a_service_bot_is_deleted_by_who_manages_every_workspace_it_is_in(server: Server) -> None:
    bot = server.cast.people["bot_write"].id
    await join_other(server, "bot_write", BOT)
    assert await server.owner.delete(f"/api/bots/{bot}", 403) == MANAGERS_ONLY
    await join_other(server, "owner", MEMBER)
    assert await server.owner.delete(f"/api/bots/{bot}", 403) == MANAGERS_ONLY
    await join_other(server, "admin", MODERATOR)
    async with (
        server.member.follow(server.cast.workspace) as here,
        server.outsider.follow(server.cast.other_workspace) as there,
    ):
        await server.admin.delete(f"/api/bots/{bot}")
        assert [(await f.next())["payload"]["bot_user_id"] for f in (here, there)] == [bot, bot]


async def test_a_bot_that_is_nowhere_is_deleted_by_who_managed_it(server: Server) -> None:
    bot = (await make(server))["bot"]["id"]
    await server.owner.delete(f"{bots_at(server)}/{bot}/membership", 204)
    assert await server.outsider.delete(f"/api/bots/{bot}", 404) == {"error": "bot not found"}
    assert await server.member.delete(f"/api/bots/{bot}", 403) == MANAGERS_ONLY
    await server.moderator.delete(f"/api/bots/{bot}")


async def test_a_workspace_that_a_bot_has_left_does_not_hold_its_deletion_up(server: Server) -> None:
    bot = server.cast.people["bot_write"].id
    await join_other(server, "bot_write", BOT)
    await server.outsider.delete(f"/api/workspaces/{server.cast.other_workspace}/bots/{bot}/membership", 204)
    await server.owner.delete(f"/api/bots/{bot}")


async def test_a_deleted_workspace_takes_along_the_service_bots_that_were_never_elsewhere(server: Server) -> None:
    people, other = server.cast.people, server.cast.other_workspace
    await join_other(server, "bot_write", BOT)
    await join_other(server, "bot_read", BOT)
    await server.outsider.delete(f"/api/workspaces/{other}/bots/{people['bot_read'].id}/membership", 204)
    pet = (await make(server, server.member, owner_user_id=people["member"].id, handle="pet"))["bot"]["id"]
    await server.owner.delete(f"/api/workspaces/{server.cast.workspace}", 204)
    await server.settled()

    def deleted(tx: Tx) -> set[str]:
        bots = [person.id for name, person in people.items() if name.startswith("bot_")]
        found = {user_id: users.by_id(tx, user_id) for user_id in [*bots, pet]}
        return {user.former_handle for user in found.values() if user.deleted_at is not None}

    assert await server.db.read(deleted) == {"bot_admin", "bot_active"}
    assert [entry["bot"]["id"] for entry in (await server.outsider.get(f"/api/workspaces/{other}/bots"))["bots"]] == [
        *(people["bot_foreign"].id, people["bot_write"].id),
    ]
    await server.member.delete(f"/api/bots/{pet}")
    await server.outsider.delete(f"/api/bots/{people['bot_read'].id}")


@pytest.mark.parametrize("how", ["remove", "delete"])
async def test_the_owner_takes_over_a_private_channel_that_a_bot_was_the_last_in_and_is_told(
    server: Server, how: str
) -> None:
    workspace, bot = server.cast.workspace, server.cast.people["bot_admin"].id
    wanted = {"name": "hideout", "kind": "private"}
    made = (await server.bot_admin.post(f"/api/workspaces/{workspace}/channels", wanted))["channel"]
    await server.owner.get(f"/api/channels/{made['id']}/messages", 404)
    async with server.owner.follow(workspace) as socket:
        path = f"/api/workspaces/{workspace}/bots/{bot}/membership" if how == "remove" else f"/api/bots/{bot}"
        assert (await server.owner.call("DELETE", path)).status in (200, 204)
        while (event := await socket.next())["type"] != "channel.updated":
            pass
        assert (event["channel_id"], event["payload"]["archived"]) == (made["id"], False)
    assert (await server.owner.get(f"/api/channels/{made['id']}/messages"))["messages"] == []
