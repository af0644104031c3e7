"""Who sees an upload: what it is used for decides, anew at each read (contract chat 6.9)."""

from typing import Any

from tests.client import Client
from tests.conftest import Server
from tests.pictures import DOT

EVERYBODY = ("owner", "moderator", "member", "guest", "bot_write", "outsider", "bot_foreign", "stray")


async def readers(server: Server, upload_id: str) -> set[str]:
    """Who can download it; everybody else gets a 404."""
    found: set[str] = set()
    for name in EVERYBODY:
        answer = await getattr(server, name).call("GET", f"/api/uploads/{upload_id}")
        assert answer.status in (200, 404), (name, answer.raw)
        if answer.status == 200:
            found.add(name)
    return found


async def sent(caller: Client, upload_id: str, path: str, **more: str) -> Any:
    """A message that carries the upload."""
    return (await caller.post(path, {"upload_ids": [upload_id], **more}))["message"]


async def test_an_unused_upload_is_its_owners_alone(server: Server) -> None:
    upload = await server.member.upload(server.cast.workspace)
    assert await readers(server, upload["id"]) == {"member"}


async def test_an_attached_upload_is_seen_by_who_sees_a_message_with_it(server: Server) -> None:
    upload = await server.member.upload(server.cast.workspace)
    first = await sent(server.member, upload["id"], f"/api/channels/{server.cast.general}/messages")
    members = {"owner", "moderator", "member", "bot_write"}
    assert await readers(server, upload["id"]) == members
    second = await sent(server.owner, upload["id"], f"/api/channels/{server.cast.guest}/messages")
    assert await readers(server, upload["id"]) == members | {"guest"}
    await server.owner.delete(f"/api/messages/{second['id']}")
    assert await readers(server, upload["id"]) == members
    await server.member.delete(f"/api/messages/{first['id']}")
    assert await readers(server, upload["id"]) == {"member"}


async def test_an_upload_in_a_direct_conversation_is_for_its_members(server: Server) -> None:
    body = {"workspace_id": server.cast.workspace, "member_ids": [server.cast.people["owner"].id]}
    dm = (await server.member.post("/api/dms", body))["conversation"]["id"]
    upload = await server.member.upload(server.cast.workspace)
    await sent(server.member, upload["id"], f"/api/dms/{dm}/messages")
    assert await readers(server, upload["id"]) == {"owner", "member"}


async def test_an_upload_in_a_private_channel_follows_who_is_in_it_and_its_owner_has_no_more_right(
    server: Server,
) -> None:
    workspace, people = server.cast.workspace, server.cast.people
    made = await server.owner.post(f"/api/workspaces/{workspace}/channels", {"name": "x", "kind": "private"})
    channel = made["channel"]["id"]
    await server.owner.post(f"/api/channels/{channel}/members", {"user_id": people["member"].id})
    upload = await server.member.upload(workspace)
    await sent(server.member, upload["id"], f"/api/channels/{channel}/messages")
    assert await readers(server, upload["id"]) == {"owner", "member"}
    await server.member.delete(f"/api/channels/{channel}/members/{people['member'].id}")
    assert await readers(server, upload["id"]) == {"owner"}


async def test_an_icon_is_every_members(server: Server) -> None:
    upload = await server.owner.upload(server.cast.workspace, content_type="image/png")
    path = f"/api/workspaces/{server.cast.workspace}"
    changed = await server.owner.patch(path, {"icon_url": f"/api/uploads/{upload['id']}"})
    assert changed["workspace"]["icon_url"] == f"/api/uploads/{upload['id']}"
    assert await readers(server, upload["id"]) == {"owner", "moderator", "member", "guest", "bot_write"}
    await server.owner.patch(path, {"icon_url": ""})
    assert await readers(server, upload["id"]) == {"owner"}


async def test_an_avatar_is_seen_by_who_shares_a_workspace(server: Server) -> None:
    mine = (await server.outsider.post("/api/workspaces", {"name": "Mine"}))["workspace"]["id"]
    upload = await server.outsider.upload(mine, DOT, content_type="image/png")
    await server.outsider.patch("/api/me", {"avatar_url": f"/api/uploads/{upload['id']}"})
    assert await readers(server, upload["id"]) == {"outsider", "bot_foreign"}


async def test_a_narrowed_credential_needs_the_scope_for_direct_conversations(server: Server) -> None:
    def narrowed(tx: Any) -> str:
        person = server.cast.people["bot_write"]
        workspace_n = tx.value("SELECT n FROM workspaces WHERE id = ?", server.cast.workspace)
        sql = "UPDATE credentials SET scopes = ? WHERE user_n = ? AND workspace_n = ?"
        tx.run(sql, '["messages:read","uploads:write"]', person.n, workspace_n)
        return person.token

    body = {"workspace_id": server.cast.workspace, "member_ids": [server.cast.people["bot_write"].id]}
    dm = (await server.member.post("/api/dms", body))["conversation"]["id"]
    upload = await server.member.upload(server.cast.workspace)
    await sent(server.member, upload["id"], f"/api/dms/{dm}/messages")
    await server.db.write(narrowed)
    answer = await server.bot_write.call("GET", f"/api/uploads/{upload['id']}")
    assert (answer.status, answer.error) == (403, "bot token is missing scope dms:read")


async def test_an_upload_that_was_never_there_looks_like_one_that_is_hidden(server: Server) -> None:
    upload = await server.member.upload(server.cast.workspace)
    hidden = await server.owner.call("GET", f"/api/uploads/{upload['id']}")
    absent = await server.owner.call("GET", "/api/uploads/upl_0")
    assert (hidden.status, hidden.raw) == (absent.status, absent.raw)
