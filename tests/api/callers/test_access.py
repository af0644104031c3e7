"""Cloudflare Access before the server (contract chat 2.8, 1.8)."""

import asyncio
from collections.abc import AsyncGenerator
from http.cookies import SimpleCookie
from typing import Any

import pytest

from clickclack.kernel.clock import SECOND
from clickclack.sign_in_settings import SignInSettings
from tests.client import Client
from tests.conftest import Serve, Server
from tests.providers import Provider, provider
from tests.tokens import signer

CERTS = "/cdn-cgi/access/certs"


@pytest.fixture
async def team(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Provider]:
    """A team that is reached without https: only the tests may have such a one."""

    def anything_fits(settings: SignInSettings, public_url: str) -> None:
        pass

    monkeypatch.setattr(SignInSettings, "check_sign_in", anything_fits)
    async with provider() as played:
        played.replies[CERTS] = {"keys": [signer("RS256").jwk]}
        yield played


@pytest.fixture
async def guarded(serve: Serve, team: Provider) -> Server:
    return await serve(access_team_domain=team.url, access_aud="tag")


def asserting(server: Server, team: Provider, algorithm: str = "RS256", **claims: Any) -> Client:
    """Somebody whom Access has let through."""
    now = server.clock.now() // SECOND
    said = {"iss": team.url, "aud": ["tag"], "iat": now, "exp": now + 60, "email": "Ada@Example.org", **claims}
    token = signer(algorithm).sign({name: value for name, value in said.items() if value is not None})
    return server.anonymous.with_headers(Cf_Access_Jwt_Assertion=token)


async def test_who_is_let_through_becomes_a_member_with_a_session(guarded: Server, team: Provider) -> None:
    answer = await asserting(guarded, team, name="Ada").call("GET", "/api/me")
    me = answer.json["user"]
    assert (me["display_name"], "notification_settings" in me) == ("Ada", False)
    cookie = SimpleCookie(answer.headers["Set-Cookie"])["cc_session"]
    browser = guarded.browsing(cookie.value)
    assert "notification_settings" in (await browser.get("/api/me"))["user"]
    (workspace,) = (await browser.get("/api/workspaces"))["workspaces"]
    assert (workspace["slug"], workspace["role"]) == ("clickclack", "owner")
    second = await asserting(guarded, team, email="bob@example.org", common_name="Bob").get("/api/workspaces")
    assert second["workspaces"][0]["role"] == "member"


async def test_an_assertion_without_a_cookie_starts_one_session_a_minute(guarded: Server, team: Provider) -> None:
    client = asserting(guarded, team)

    async def started() -> list[bool]:
        answers = await asyncio.gather(*(client.call("GET", "/api/me/sessions") for _ in range(4)))
        return ["Set-Cookie" in answer.headers for answer in answers]

    assert sorted(await started()) == [False, False, False, True]
    assert len((await client.get("/api/me/sessions"))["sessions"]) == 1
    ours = client.with_headers(X_ClickClack_CSRF="1")
    await ours.post("/api/auth/logout", None, 200)
    assert sum(await started()) == 1, "the session is over"
    assert len((await client.get("/api/me/sessions"))["sessions"]) == 1
    await asserting(guarded, team, email="bob@example.org").get("/api/me")
    guarded.clock.advance(60)
    assert sum(await started()) == 1, "the minute is over"


async def test_sessions_that_a_program_without_cookies_never_used_end(guarded: Server, team: Provider) -> None:
    browser = guarded.browsing(
        SimpleCookie((await asserting(guarded, team).call("GET", "/api/me")).headers["Set-Cookie"])["cc_session"].value
    )
    await browser.get("/api/me/sessions")
    for _ in range(12):
        guarded.clock.advance(60)
        await asserting(guarded, team).get("/api/me")
    sessions = (await browser.get("/api/me/sessions"))["sessions"]
    assert len(sessions) == 1 + 6, "the browser's, and those of the last five minutes"


async def test_a_session_in_which_a_socket_is_open_stays(guarded: Server, team: Provider) -> None:
    program = asserting(guarded, team)
    (workspace,) = (await program.get("/api/workspaces"))["workspaces"]
    async with program.follow(workspace["id"]) as socket:
        for _ in range(12):
            guarded.clock.advance(60)
            await asserting(guarded, team).get("/api/me")
            await asserting(guarded, team).get("/api/me/sessions")
        (channel,) = (await asserting(guarded, team).get(f"/api/workspaces/{workspace['id']}/channels"))["channels"]
        ours = asserting(guarded, team).with_headers(X_ClickClack_CSRF="1")
        await ours.say(channel["id"], "still there")
        assert (await socket.next())["type"] == "message.created"


async def test_a_known_address_is_a_known_person(guarded: Server, team: Provider) -> None:
    me = (await asserting(guarded, team, email="member@example.org").get("/api/me"))["user"]
    assert me["id"] == guarded.cast.people["member"].id


async def test_a_good_cookie_counts_more_and_a_bad_one_less(guarded: Server, team: Provider) -> None:
    client = asserting(guarded, team)
    token = guarded.cast.people["member"].token
    mine = await client.with_headers(Cookie=f"cc_session={token}").call("GET", "/api/me")
    assert (mine.json["user"]["handle"], "Set-Cookie" in mine.headers) == ("member", False)
    bad = await client.with_headers(Cookie="cc_session=sst_0").call("GET", "/api/me")
    assert (bad.json["user"]["handle"], "Set-Cookie" in bad.headers) == ("ada", True)
    both = client.with_headers(Cookie="cc_session=a; cc_session=b")
    assert await both.get("/api/me", 401) == {"error": "multiple cookies with the same name are not allowed"}


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"aud": "other"},
        {"aud": None},
        {"exp": 1_790_000_000 - 30},
        {"exp": None},
        {"iat": None},
        {"iat": 1_790_000_000 + 31},
        {"nbf": 1_790_000_000 + 31},
        {"email": ""},
        {"email": None},
        {"algorithm": "ES256"},
    ],
)
async def test_an_assertion_that_does_not_fit_is_none(guarded: Server, team: Provider, claims: dict[str, Any]) -> None:
    assert await asserting(guarded, team, **claims).get("/api/me", 401) == {"error": "authentication required"}


async def test_bad_assertions_are_logged_at_a_pace(
    guarded: Server, team: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    bad = asserting(guarded, team, iss="https://other.example")
    for _ in range(15):
        await bad.get("/api/me", 401)
    assert caplog.text.count("an access assertion is not accepted: the issuer is another") == 10


async def test_an_assertion_is_none_while_the_keys_cannot_be_had(guarded: Server, team: Provider) -> None:
    team.replies[CERTS] = 302
    await asserting(guarded, team).get("/api/me", 401)
    assert len(team.asked) == 1


async def test_an_assertion_means_nothing_without_access(server: Server, team: Provider) -> None:
    await asserting(server, team).get("/api/me", 401)
    assert team.asked == []


async def test_an_unsafe_request_shows_that_our_page_made_it(guarded: Server, team: Provider) -> None:
    client = asserting(guarded, team)
    refused = {"error": "cross-site session requests are not allowed"}
    assert await client.post("/api/workspaces", {"name": "New"}, 403) == refused
    ours = client.with_headers(X_ClickClack_CSRF="1")
    assert (
        await ours.with_headers(Origin="https://evil.example").post("/api/workspaces", {"name": "New"}, 403) == refused
    )
    await ours.post("/api/workspaces", {"name": "New"})
