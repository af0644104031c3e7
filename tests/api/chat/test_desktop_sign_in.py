"""Signing in with GitHub for a desktop program, as it and its person's browser see it (contract chat 2.6)."""

import base64
import hashlib
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from clickclack.identity import desktop_grants
from tests.conftest import Serve, Server
from tests.github import come_back, cookies_of, github, with_github
from tests.providers import Provider

VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
START = f"/api/auth/github/desktop/start?code_challenge={CHALLENGE}"


@pytest.fixture
async def hub() -> AsyncGenerator[Provider]:
    async with github() as played:
        yield played


@pytest.mark.parametrize(
    ("protocol", "place", "length"),
    [
        ("", "clickclack://auth/callback?code=", 32),
        ("&desktop_protocol=1", "clickclack://auth/callback?code=", 32),
        ("&desktop_protocol=2", "chat.clickclack.desktop:/auth/callback?code=", 43),
    ],
)
async def test_a_desktop_program_gets_a_session_for_its_grant(
    serve: Serve, hub: Provider, protocol: str, place: str, length: int
) -> None:
    server = await with_github(serve, hub)
    answer = await come_back(server.anonymous, START + protocol)
    assert "cc_session" not in cookies_of(answer)
    assert answer.headers["Location"].startswith(place)
    code = answer.headers["Location"].removeprefix(place)
    assert len(code) == length
    body = {"code": code, "code_verifier": VERIFIER}
    wrong = {"code": code, "code_verifier": "w" * 43}
    path = "/api/auth/github/desktop/consume"
    assert await server.anonymous.post(path, wrong, 400) == {"error": "invalid or expired desktop oauth grant"}
    got = await server.anonymous.call("POST", path, body)
    assert (got.status, got.json) == (200, {"ok": True})
    me = await server.bearing(cookies_of(got)["cc_session"]).get("/api/me")
    assert me["user"]["handle"] == "octo"
    assert await server.anonymous.post(path, body, 400) == {"error": "invalid or expired desktop oauth grant"}


async def test_a_grant_ends_after_five_minutes(serve: Serve, hub: Provider) -> None:
    server = await with_github(serve, hub)
    code = (await come_back(server.anonymous, START)).headers["Location"].partition("code=")[2]
    server.clock.advance(300)
    body = {"code": code, "code_verifier": VERIFIER}
    answer = await server.anonymous.post("/api/auth/github/desktop/consume", body, 400)
    assert answer == {"error": "invalid or expired desktop oauth grant"}


async def test_a_grant_ends_with_the_other_sessions(serve: Serve, hub: Provider) -> None:
    server = await with_github(serve, hub)
    browser = server.bearing(cookies_of(await come_back(server.anonymous))["cc_session"])
    code = (await come_back(server.anonymous, START)).headers["Location"].partition("code=")[2]
    assert await browser.delete("/api/me/sessions", 200) == {"revoked": 0}
    body = {"code": code, "code_verifier": VERIFIER}
    await server.anonymous.post("/api/auth/github/desktop/consume", body, 400)


async def test_so_many_grants_wait_at_most(serve: Serve, hub: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop_grants, "PENDING", 1)
    server = await with_github(serve, hub)
    assert (await come_back(server.anonymous, START)).status == 302
    full = await come_back(server.anonymous, START)
    assert (full.status, full.error) == (503, "too many pending oauth requests")
    server.clock.advance(300)
    assert (await come_back(server.anonymous, START)).status == 302


@pytest.mark.parametrize(
    "body", [{}, {"code": "x"}, {"code": "g" * 32, "code_verifier": VERIFIER}, {"code": "0" * 32, "code_verifier": "v"}]
)
async def test_what_is_no_grant_is_told_apart(server: Server, body: Any) -> None:
    answer = await server.anonymous.post("/api/auth/github/desktop/consume", body, 400)
    assert answer == {"error": "invalid desktop oauth grant"}


async def test_no_other_site_exchanges_a_grant(server: Server) -> None:
    path = "/api/auth/github/desktop/consume"
    await server.anonymous.with_headers(Content_Type="text/plain").post(path, {}, 415)
    await server.anonymous.with_headers(Origin="https://evil.example").post(path, {}, 403)


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("", "valid desktop oauth code challenge is required"),
        ("?code_challenge=" + "a" * 42, "valid desktop oauth code challenge is required"),
        ("?code_challenge=" + "." * 43, "valid desktop oauth code challenge is required"),
        ("?desktop_protocol=3&code_challenge=" + "a" * 43, "unsupported desktop oauth protocol"),
    ],
)
async def test_a_desktop_program_begins_with_a_challenge(serve: Serve, hub: Provider, query: str, error: str) -> None:
    server = await with_github(serve, hub)
    assert await server.anonymous.get(f"/api/auth/github/desktop/start{query}", 400) == {"error": error}


async def test_an_old_program_is_told_to_be_renewed_where_cookies_have_a_namespace(serve: Serve, hub: Provider) -> None:
    server = await with_github(serve, hub, cookie_namespace="n")
    answer = await server.anonymous.call("GET", START)
    assert (answer.status, answer.headers["Content-Type"]) == (426, "text/html; charset=utf-8")
    assert b"Update" in answer.raw
    new = await server.anonymous.call("GET", f"{START}&desktop_protocol=2")
    assert list(cookies_of(new)) == ["__Host-cc-n-oauth-binding"]
