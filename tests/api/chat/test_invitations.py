"""Inviting people, and accepting (additions to contract chat)."""

from typing import Any

import pytest

from clickclack.identity import desktop_grants, invitations, magic_links, users, workspaces
from clickclack.identity.actors import Actor
from clickclack.identity.invitations import NewInvitation
from clickclack.identity.oauth_transactions import Desktop, challenge_of
from clickclack.kernel.transaction import Tx
from tests.client import Client
from tests.conftest import Serve, Server
from tests.mailbox import mailbox

PASSWORD = "correct horse"
V = "v" * 43
GONE = {"error": "invitation not found"}


def path_of(server: Server) -> str:
    return f"/api/workspaces/{server.cast.workspace}/invitations"


async def invite(server: Server, by: Client | None = None, **what: Any) -> Any:
    return await (by or server.owner).post(path_of(server), what)


async def accept(client: Client, token: str, want: int = 200, **who: str) -> Any:
    return await client.post("/api/invitations/accept", {"token": token, **who}, want)


def newcomer(email: str = "new@example.org") -> dict[str, str]:
    return {"display_name": "New", "email": email, "password": PASSWORD}


async def role_of(client: Client, workspace_id: str) -> str:
    role: str = (await client.get(f"/api/workspaces/{workspace_id}"))["workspace"]["role"]
    return role


async def audit_of(server: Server) -> list[tuple[Any, ...]]:
    sql = "SELECT action, actor_n FROM audit_entries WHERE action LIKE 'invitation.%' ORDER BY n"
    return await server.db.read(lambda tx: tx.all(sql))


async def test_an_invitation_is_shown_with_its_token_once(server: Server) -> None:
    made = await invite(server)
    identifier = made["invitation"]["id"]
    assert made["invitation"] == {
        "id": identifier,
        "workspace_id": server.cast.workspace,
        "role": "member",
        "state": "open",
        "max_uses": 1,
        "uses": 0,
        "created_at": "2026-09-21T14:13:20Z",
        "expires_at": "2026-09-28T14:13:20Z",
    }
    assert made["token"].startswith("tok_")
    assert (made["path"], made["mailed"]) == (f"/app/invite#token={made['token']}", False)
    listed = await server.moderator.get(path_of(server))
    assert listed == {"invitations": [made["invitation"]]}


async def test_anybody_with_the_token_sees_what_it_is_to(server: Server) -> None:
    token = (await invite(server, role="guest", email="new@example.org"))["token"]
    seen = await server.anonymous.post("/api/invitations/preview", {"token": token}, 200)
    assert seen["invitation"] == {
        "workspace": {"id": server.cast.workspace, "name": "Acme", "icon_url": ""},
        "inviter": {"display_name": "Owner"},
        "role": "guest",
        "for_address": True,
        "expires_at": "2026-09-28T14:13:20Z",
    }


@pytest.mark.parametrize("role", ["guest", "member", "moderator"])
async def test_somebody_with_an_account_joins(server: Server, role: str) -> None:
    token = (await invite(server, role=role))["token"]
    joined = await accept(server.stray, token)
    assert joined["workspace"]["role"] == role == await role_of(server.stray, server.cast.workspace)
    owner, stray = (server.cast.people[name].n for name in ("owner", "stray"))
    assert await audit_of(server) == [("invitation.created", owner), ("invitation.accepted", stray)]


async def test_somebody_without_an_account_gets_one_and_a_session(server: Server) -> None:
    token = (await invite(server))["token"]
    answer = await server.anonymous.call("POST", "/api/invitations/accept", {"token": token, **newcomer()})
    assert (answer.status, "cc_session=" in answer.headers["Set-Cookie"]) == (201, True)
    signed = answer.json
    assert (signed["user"]["display_name"], signed["user"]["handle"]) == ("New", "new")
    assert (signed["workspace"]["id"], signed["workspace"]["role"]) == (server.cast.workspace, "member")
    assert await role_of(server.bearing(signed["token"]), server.cast.workspace) == "member"
    login = {"email": "new@example.org", "password": PASSWORD}
    await server.anonymous.post("/api/auth/password/login", login, 200)


async def test_who_is_somebody_already_may_make_another_account(server: Server) -> None:
    token = (await invite(server))["token"]
    signed = await accept(server.member, token, 201, **newcomer())
    assert signed["user"]["display_name"] == "New"
    assert await role_of(server.bearing(signed["token"]), server.cast.workspace) == "member"
    assert await accept(server.anonymous, token, 404, **newcomer("b@example.org")) == GONE


async def test_somebody_new_is_heard_at_once(server: Server) -> None:
    token = (await invite(server))["token"]
    await accept(server.stray, token)
    async with server.stray.follow(server.cast.workspace) as heard:
        await server.member.say(server.cast.general, "welcome")
        assert (await heard.next())["type"] == "message.created"


@pytest.mark.parametrize("how", ["unknown", "expired", "used", "revoked", "deleted"])
async def test_an_invitation_that_is_over_is_as_one_that_never_was(server: Server, how: str) -> None:
    made = await invite(server)
    token = made["token"] if how != "unknown" else "tok_x"
    if how == "expired":
        server.clock.advance(7 * 24 * 3600)
    if how == "used":
        await accept(server.stray, token)
    if how == "revoked":
        await server.moderator.delete(f"/api/invitations/{made['invitation']['id']}", 204)
    if how == "deleted":
        await server.owner.delete(f"/api/workspaces/{server.cast.workspace}", 204)
    assert await server.anonymous.post("/api/invitations/preview", {"token": token}, 404) == GONE
    assert await accept(server.outsider, token, 404) == GONE
    assert await accept(server.anonymous, token, 404, **newcomer()) == GONE
    if how in ("expired", "used", "revoked"):
        assert (await server.owner.get(path_of(server)))["invitations"][0]["state"] == how


async def test_an_invitation_may_be_for_several(server: Server) -> None:
    token = (await invite(server, max_uses=2))["token"]
    for email in ("a@example.org", "b@example.org"):
        await accept(server.anonymous, token, 201, **newcomer(email))
    await accept(server.anonymous, token, 404, **newcomer("c@example.org"))


async def test_a_member_who_accepts_stays_as_before_and_uses_nothing_up(server: Server) -> None:
    token = (await invite(server, role="guest"))["token"]
    assert (await accept(server.admin, token))["workspace"]["role"] == "moderator"
    assert (await server.owner.get(path_of(server)))["invitations"][0]["uses"] == 0


async def test_an_invitation_for_an_address_lets_nobody_else_in(server: Server) -> None:
    token = (await invite(server, email="Stray@Example.org"))["token"]
    other = {"error": "this invitation is for another e-mail address"}
    assert await accept(server.outsider, token, 403) == other
    assert await accept(server.anonymous, token, 403, **newcomer()) == other
    await accept(server.stray, token)


async def test_an_address_that_has_an_account_makes_no_second_one(server: Server) -> None:
    token = (await invite(server))["token"]
    answer = await accept(server.anonymous, token, 409, **newcomer("Stray@example.org"))
    assert answer == {"error": "there is an account with this e-mail address already; sign in, then accept"}


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ({}, "display_name is required"),
        ({"display_name": "New"}, "email is required"),
        ({**newcomer(), "password": "short"}, "password must have at least 10 characters"),
    ],
)
async def test_a_newcomer_says_who_it_is(server: Server, who: dict[str, str], error: str) -> None:
    token = (await invite(server))["token"]
    assert await accept(server.anonymous, token, 400, **who) == {"error": error}
    assert (await server.owner.get(path_of(server)))["invitations"][0]["uses"] == 0


async def test_no_other_site_accepts(server: Server) -> None:
    token = (await invite(server))["token"]
    await accept(server.anonymous.with_headers(Content_Type="text/plain"), token, 415, **newcomer())
    await accept(server.anonymous.with_headers(Origin="https://evil.example"), token, 403, **newcomer())


async def test_newcomers_from_one_place_are_throttled(server: Server) -> None:
    for _ in range(50):
        await accept(server.anonymous, "tok_x", 404, **newcomer())
    await accept(server.anonymous, "tok_x", 429, **newcomer())


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ({"role": "owner"}, "role must be one of guest, member, moderator"),
        ({"expires_in_days": 0}, "an invitation is good for 1 to 90 days"),
        ({"expires_in_days": 91}, "an invitation is good for 1 to 90 days"),
        ({"max_uses": 0}, "an invitation has 1 to 1000 uses, and 1 for an e-mail address"),
        ({"max_uses": 2, "email": "a@b.org"}, "an invitation has 1 to 1000 uses, and 1 for an e-mail address"),
        ({"email": "nobody"}, "email is not an e-mail address"),
    ],
)
async def test_an_invitation_that_makes_no_sense_is_refused(server: Server, what: dict[str, Any], error: str) -> None:
    assert await server.owner.post(path_of(server), what, 400) == {"error": error}


async def test_the_owner_alone_invites_moderators(server: Server) -> None:
    refused = {"error": "workspace manager permission required"}
    assert await server.moderator.post(path_of(server), {"role": "moderator"}, 403) == refused
    assert await server.member.post(path_of(server), {}, 403) == refused


@pytest.mark.parametrize(
    ("ruling", "pardon"),
    [
        ({"blocked": True}, {"blocked": False}),
        ({"timeout_minutes": 60}, {"clear_timeout": True}),
        ({"role": "member"}, {"role": "moderator"}),
    ],
)
async def test_an_invitation_opens_nothing_while_its_maker_may_not_invite(
    server: Server, ruling: Any, pardon: Any
) -> None:
    maker = f"/api/workspaces/{server.cast.workspace}/moderation/members/{server.cast.people['moderator'].id}"
    token = (await invite(server, by=server.moderator, email="stray@example.org"))["token"]
    await server.owner.patch(maker, ruling)
    assert await accept(server.stray, token, 404) == GONE
    assert not await server.db.read(invitations.any_for, "stray@example.org")
    assert (await server.owner.get(path_of(server)))["invitations"][0]["state"] == "revoked"
    await server.owner.patch(maker, pardon)
    await accept(server.stray, token)


async def test_who_has_handed_a_workspace_over_brings_no_moderators_into_it(server: Server) -> None:
    one, two = [(await invite(server, role=role))["token"] for role in ("moderator", "member")]
    path = f"/api/workspaces/{server.cast.workspace}/transfer-ownership"
    await server.owner.post(path, {"user_id": server.cast.people["moderator"].id}, 200)
    assert await accept(server.stray, one, 404) == GONE
    await accept(server.stray, two)


async def test_an_invitation_of_the_command_line_is_its_workspaces_owners(server: Server) -> None:
    def make(tx: Tx) -> str:
        actor = Actor(server.cast.people["outsider"].n, server.cast.people["outsider"].id, "human", "command")
        workspace = workspaces.by_reference(tx, "acme")
        assert workspace is not None
        return invitations.found(tx, actor, workspace, NewInvitation(role="moderator"))[1]

    assert (await accept(server.stray, await server.db.write(make)))["workspace"]["role"] == "moderator"


async def test_an_invitation_is_revoked_once_and_by_its_own_people(server: Server) -> None:
    path = f"/api/invitations/{(await invite(server))['invitation']['id']}"
    assert await server.outsider.delete(path, 404) == GONE
    await server.member.delete(path, 403)
    await server.owner.delete(path, 204)
    await server.owner.delete(path, 204)
    assert [action for action, _ in await audit_of(server)] == ["invitation.created", "invitation.revoked"]
    assert await server.owner.delete("/api/invitations/inv_0", 404) == GONE


async def test_an_invited_address_gets_a_mail(serve: Serve) -> None:
    async with mailbox() as box:
        mail = {"smtp_host": "127.0.0.1", "smtp_port": box.port, "smtp_tls": "none", "smtp_from": "chat@example.org"}
        server = await serve(public_url="https://chat.example", **mail)
        made = await invite(server, email="stray@example.org")
        await server.settled()
    assert made["mailed"] is True
    assert box.mails[0][1]["Subject"] == "An invitation to Acme"
    assert "Owner invites you to the workspace Acme" in box.text()
    assert f"https://chat.example/app/invite#token={box.token()}\n" in box.text()
    assert box.token() != made["token"]
    await accept(server.stray, box.token())
    assert await accept(server.outsider, made["token"], 404) == GONE


@pytest.mark.parametrize(
    ("email", "token_of", "stays"),
    [("", "answer", False), ("new@example.org", "answer", False), ("new@example.org", "mail", True)],
)
async def test_an_address_that_was_only_claimed_belongs_to_who_proves_it(
    serve: Serve, email: str, token_of: str, stays: bool
) -> None:
    async with mailbox() as box:
        mail = {"smtp_host": "127.0.0.1", "smtp_port": box.port, "smtp_tls": "none", "smtp_from": "chat@example.org"}
        server = await serve(public_url="https://chat.example", **mail)
        made = await invite(server, email=email)
        await server.settled()
        token = box.token() if token_of == "mail" else made["token"]
        first = await accept(server.anonymous, token, 201, **newcomer())
        await server.anonymous.post("/api/auth/magic/request", {"email": "new@example.org"}, 202)
        await server.settled()
    second = await server.anonymous.post("/api/auth/magic/consume", {"token": box.token()}, 200)
    assert second["user"]["id"] == first["user"]["id"]
    login = {"email": "new@example.org", "password": PASSWORD}
    await server.anonymous.post("/api/auth/password/login", login, 200 if stays else 401)
    await server.bearing(first["token"]).get("/api/me", 200 if stays else 401)
    await server.bearing(second["token"]).get("/api/me")


async def test_who_only_claimed_an_address_keeps_nothing_of_it(server: Server) -> None:
    made = await accept(server.anonymous, (await invite(server))["token"], 201, **newcomer())
    first, workspace = server.bearing(made["token"]), f"/api/workspaces/{server.cast.workspace}"
    await first.patch("/api/me", {"notification_settings": {"pushover_enabled": True, "pushover_user_key": "a" * 30}})
    bot = await first.post(f"{workspace}/bots", {"display_name": "Spy", "owner_user_id": made["user"]["id"]})
    codes = f"{workspace}/bots/{bot['bot']['id']}/setup-codes"
    code = (await first.post(codes, {"name": "later"}))["setup_code"]["code"]
    grant = await server.db.write(lambda tx: desktop_grants.create(tx, user_n(tx, made), Desktop(challenge_of(V), 2)))

    link = await server.db.write(magic_links.create, "new@example.org", "")
    proven = await server.anonymous.post("/api/auth/magic/consume", {"token": link.token}, 200)
    me = (await server.bearing(proven["token"]).get("/api/me"))["user"]
    assert (me["id"], me["notification_settings"]["pushover_enabled"]) == (made["user"]["id"], False)
    await server.bearing(bot["bot_token"]["token"]).get("/api/me", 401)
    await server.anonymous.post("/api/bot-setup-codes/claim", {"code": code}, 404)
    await server.anonymous.post("/api/auth/github/desktop/consume", {"code": grant, "code_verifier": V}, 400)


def user_n(tx: Tx, made: Any) -> int:
    return users.by_id(tx, made["user"]["id"]).n
