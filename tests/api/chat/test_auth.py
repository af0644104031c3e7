"""Signing in and out: magic links, passwords (contract chat 2.5, 3.1; passwords are an addition)."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from argon2 import PasswordHasher

from clickclack.api.chat.parts import SIGN_IN
from clickclack.identity import credentials, passwords
from tests.client import Client
from tests.conftest import Serve, Server

PASSWORD = "correct horse"
WRONG = {"error": "email or password is incorrect"}


async def log_in(client: Client, email: str, password: str, want: int = 200) -> Any:
    return await client.post("/api/auth/password/login", {"email": email, "password": password}, want)


async def link_for(server: Server, email: str, name: str = "") -> Any:
    body = {"email": email, "display_name": name}
    return await server.anonymous.post("/api/auth/magic/request", body)


async def consume(client: Client, token: str, want: int = 200) -> Any:
    return await client.post("/api/auth/magic/consume", {"token": token}, want)


@pytest.fixture
async def dev(serve: Serve) -> Server:
    return await serve(dev_bootstrap=True)


async def test_a_magic_link_signs_a_known_person_in_once(dev: Server) -> None:
    link = await link_for(dev, " Member@Example.ORG ")
    assert link["magic_link"] == {
        "id": link["magic_link"]["id"],
        "email": "member@example.org",
        "display_name": "",
        "created_at": "2026-09-21T14:13:20Z",
        "expires_at": "2026-09-21T14:28:20Z",
    }
    assert link["token"].startswith("mgt_")
    signed = await consume(dev.anonymous, link["token"])
    assert signed["user"]["id"] == signed["session"]["user_id"] == dev.cast.people["member"].id
    assert signed["token"] == signed["session"]["token"]
    assert signed["session"]["expires_at"] == "2026-10-21T14:13:20Z"
    me = (await dev.bearing(signed["token"]).get("/api/me"))["user"]
    assert me["handle"] == "member"
    assert await consume(dev.anonymous, link["token"], 400) == {"error": "magic link already used"}


async def test_a_magic_link_makes_a_new_person_without_membership(dev: Server) -> None:
    signed = await consume(dev.anonymous, (await link_for(dev, "new@example.org", " New "))["token"])
    assert (signed["user"]["display_name"], signed["user"]["handle"]) == ("New", "new")
    assert (await dev.bearing(signed["token"]).get("/api/workspaces"))["workspaces"] == []
    again = await consume(dev.anonymous, (await link_for(dev, "NEW@example.org"))["token"])
    assert again["user"]["id"] == signed["user"]["id"]
    nameless = await consume(dev.anonymous, (await link_for(dev, "other@example.org"))["token"])
    assert nameless["user"]["display_name"] == "other@example.org"


async def test_a_link_for_the_longest_address_signs_in(dev: Server) -> None:
    link = await link_for(dev, "ä" * 60 + "@example.org")
    signed = await consume(dev.anonymous, link["token"])
    assert signed["user"]["display_name"] == "ä" * 40


async def test_a_link_is_not_made_for_a_name_that_cannot_be_one(dev: Server) -> None:
    for name, error in (
        ("x" * 81, "display_name is too long"),
        ("a\nb", "display_name must not contain control characters"),
    ):
        body = {"email": "new@example.org", "display_name": name}
        assert await dev.anonymous.post("/api/auth/magic/request", body, 400) == {"error": error}


async def test_an_unknown_or_late_link_is_refused(dev: Server) -> None:
    token = (await link_for(dev, "a@b.org"))["token"]
    dev.clock.advance(15 * 60)
    assert await consume(dev.anonymous, token, 400) == {"error": "magic link expired"}
    for text in ("", "mgt_x", dev.cast.people["member"].token):
        assert await consume(dev.anonymous, text, 400) == {"error": "magic link is not valid"}


@pytest.mark.parametrize(
    ("email", "error"),
    [
        ("", "email is required"),
        ("  ", "email is required"),
        ("nobody", "email is not an e-mail address"),
        ("a b@c.org", "email is not an e-mail address"),
        ("@c.org", "email is not an e-mail address"),
        ("a@" + "x" * 260, "email is not an e-mail address"),
    ],
)
async def test_a_link_needs_an_address(dev: Server, email: str, error: str) -> None:
    assert await dev.anonymous.post("/api/auth/magic/request", {"email": email}, 400) == {"error": error}


async def test_links_are_minted_in_dev_mode_on_this_machine_only(dev: Server, serve: Serve) -> None:
    far = dev.anonymous.with_headers(X_Forwarded_For="203.0.113.9")
    answer = await far.post("/api/auth/magic/request", {"email": "a@b.org"}, 403)
    assert answer == {"error": "magic-link token minting is only available from loopback clients"}
    live = await serve(empty=True)
    answer = await live.anonymous.post("/api/auth/magic/request", {"email": "a@b.org"}, 501)
    assert answer == {"error": "magic-link delivery is not configured"}


@pytest.mark.parametrize("path", ["/api/auth/magic/consume", "/api/auth/password/login", "/api/setup"])
async def test_no_other_site_signs_anybody_in(server: Server, path: str) -> None:
    body = {"token": "x", "email": "a@b.org", "password": PASSWORD, "display_name": "A"}
    form = server.anonymous.with_headers(Content_Type="application/x-www-form-urlencoded")
    assert await form.post(path, body, 415) == {"error": "content-type must be application/json"}
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = await server.anonymous.with_headers(**headers).post(path, body, 403)
        assert answer == {"error": "cross-site login requests are not allowed"}


async def test_a_password_signs_in_and_a_wrong_one_does_not(server: Server) -> None:
    await server.member.put("/api/me/password", {"new_password": PASSWORD})
    signed = await log_in(server.anonymous, " MEMBER@example.org ", PASSWORD)
    assert (await server.bearing(signed["token"]).get("/api/me"))["user"]["handle"] == "member"
    for email, password in (
        ("member@example.org", PASSWORD + " "),
        ("member@example.org", ""),
        ("owner@example.org", PASSWORD),
        ("nobody@example.org", PASSWORD),
        ("", PASSWORD),
    ):
        assert await log_in(server.anonymous, email, password, 401) == WRONG


async def test_a_password_counts_to_its_last_character(server: Server) -> None:
    longest = "x" * 256
    await server.member.put("/api/me/password", {"new_password": longest})
    await log_in(server.anonymous, "member@example.org", longest + "y", 401)
    body = {"new_password": PASSWORD, "current_password": longest + "y"}
    await server.member.put("/api/me/password", body, 403)
    await log_in(server.anonymous, "member@example.org", longest)


async def test_a_hash_of_other_days_is_made_anew_by_signing_in(server: Server) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    member = server.cast.people["member"].n
    await server.member.put("/api/me/password", {"new_password": PASSWORD})
    await server.db.write(passwords.set_hash, member, old)
    await log_in(server.anonymous, "member@example.org", PASSWORD)
    fresh = await server.db.read(passwords.hash_of, member)
    assert fresh is not None
    assert server.app[SIGN_IN].passwords.outdated(fresh) is False
    await log_in(server.anonymous, "member@example.org", PASSWORD)
    assert await server.db.read(passwords.hash_of, member) == fresh


def meanwhile(
    server: Server, monkeypatch: pytest.MonkeyPatch, step: str, change: Callable[[], Awaitable[object]]
) -> None:
    """Once, does `change` when a password has been through `step` and nothing has been done about it yet."""
    hasher = server.app[SIGN_IN].passwords
    take: Callable[..., Awaitable[object]] = getattr(hasher, step)
    pending = [change]

    async def take_slowly(*arguments: str) -> object:
        result = await take(*arguments)
        if pending:
            await pending.pop()()
        return result

    monkeypatch.setattr(hasher, step, take_slowly)


async def sessions(server: Server) -> int:
    return len((await server.member.get("/api/me/sessions"))["sessions"])


@pytest.mark.parametrize("outdated", [False, True])
async def test_a_password_that_is_changed_during_a_login_signs_nobody_in(
    server: Server, monkeypatch: pytest.MonkeyPatch, outdated: bool
) -> None:
    await server.member.put("/api/me/password", {"new_password": PASSWORD})
    if outdated:
        old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        await server.db.write(passwords.set_hash, server.cast.people["member"].n, old)
    body = {"new_password": "another one", "current_password": PASSWORD}
    meanwhile(server, monkeypatch, "verify", lambda: server.member.put("/api/me/password", body))
    assert await log_in(server.anonymous, "member@example.org", PASSWORD, 401) == WRONG
    assert await sessions(server) == 1
    await log_in(server.anonymous, "member@example.org", "another one")


@pytest.mark.parametrize("had_one", [False, True])
async def test_of_two_changes_of_a_password_at_once_the_first_counts(
    server: Server, monkeypatch: pytest.MonkeyPatch, had_one: bool
) -> None:
    if had_one:
        await server.member.put("/api/me/password", {"new_password": PASSWORD})
    first = {"new_password": "the first one", "current_password": PASSWORD}
    meanwhile(server, monkeypatch, "hash", lambda: server.member.put("/api/me/password", first))
    late = {"new_password": "the second one", "current_password": PASSWORD}
    assert await server.member.put("/api/me/password", late, 403) == {"error": "current password is incorrect"}
    await log_in(server.anonymous, "member@example.org", "the first one")


async def test_a_session_that_ends_during_a_change_of_the_password_changes_nothing(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = server.bearing((await server.db.write(credentials.start_session, server.cast.people["member"].n)).secret)
    meanwhile(server, monkeypatch, "hash", lambda: other.delete("/api/me/sessions", 200))
    await server.member.put("/api/me/password", {"new_password": PASSWORD}, 401)
    await log_in(server.anonymous, "member@example.org", PASSWORD, 401)


@pytest.mark.parametrize("body", [{}, {"email": "a@b.org"}, {"email": 1, "password": "x"}, {"email": None}])
async def test_a_login_names_what_is_missing(server: Server, body: Any) -> None:
    answer = await server.anonymous.post("/api/auth/password/login", body, 400)
    assert answer["error"].startswith(("email: ", "password: "))


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"new_password": "short"}, 400, "password must have at least 10 characters"),
        ({"new_password": "x" * 257}, 400, "password must have at most 256 characters"),
        ({}, 400, "new_password: field required"),
        ({"new_password": 1234567890}, 400, "new_password: input should be a valid string"),
    ],
)
async def test_a_bad_new_password_is_refused(server: Server, body: Any, status: int, error: str) -> None:
    assert await server.member.put("/api/me/password", body, status) == {"error": error}


async def test_changing_a_password_needs_the_old_one_and_ends_other_sessions(server: Server) -> None:
    await server.member.put("/api/me/password", {"new_password": PASSWORD})
    other = server.bearing((await log_in(server.anonymous, "member@example.org", PASSWORD))["token"])
    wrong = {"new_password": "another one", "current_password": "wrong"}
    assert await server.member.put("/api/me/password", wrong, 403) == {"error": "current password is incorrect"}
    await other.get("/api/me")
    await server.member.put("/api/me/password", {"new_password": "another one", "current_password": PASSWORD})
    await other.get("/api/me", 401)
    await server.member.get("/api/me")
    await log_in(server.anonymous, "member@example.org", PASSWORD, 401)
    await log_in(server.anonymous, "member@example.org", "another one")


async def test_logging_out_ends_the_session_and_clears_the_cookie(server: Server) -> None:
    browser = server.browsing(server.cast.people["browser"].token)
    answer = await browser.call("POST", "/api/auth/logout")
    assert answer.json == {"ok": True}
    assert answer.headers["Set-Cookie"].startswith('cc_session=""; ')
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    await browser.get("/api/me", 401)
    assert await browser.post("/api/auth/logout", want=200) == {"ok": True}
    await server.member.get("/api/me")


async def test_logging_out_without_a_session_is_no_error(server: Server) -> None:
    for client in (server.anonymous, server.bearing("sst_unknown")):
        assert await client.post("/api/auth/logout", want=200) == {"ok": True}


async def test_the_dev_fallback_has_no_session_to_end(dev: Server) -> None:
    assert await dev.anonymous.post("/api/auth/logout", want=200) == {"ok": True}
    await dev.anonymous.get("/api/me")
    await dev.owner.get("/api/me")


async def test_a_bot_token_cannot_be_logged_out(server: Server) -> None:
    assert await server.bot_read.post("/api/auth/logout", want=403) == {"error": "bot tokens have no sessions"}
    await server.bot_read.get("/api/me")
