"""The session cookie's name and attributes (contract chat 2.4)."""

from http.cookies import Morsel, SimpleCookie
from typing import Any

import pytest

from clickclack.identity import passwords
from clickclack.kernel.passwords import Passwords
from clickclack.kernel.transaction import Tx
from tests.client import Client
from tests.conftest import Serve, Server

HERE = {"Host": "localhost:8080"}
FAR = {"Host": "chat.example"}


async def cookie_of(server: Server, headers: dict[str, str]) -> Morsel[str]:
    """The cookie that signing in sets."""
    hasher = Passwords()
    stored = await hasher.hash("correct horse")
    await hasher.close()

    def unit(tx: Tx) -> None:
        passwords.set_hash(tx, server.cast.people["member"].n, stored)

    await server.db.write(unit)
    body = {"email": "member@example.org", "password": "correct horse"}
    answer = await Client(server.http, server.base, headers).call("POST", "/api/auth/password/login", body)
    assert answer.status == 200
    (morsel,) = SimpleCookie(answer.headers["Set-Cookie"]).values()
    assert morsel.value == answer.json["token"]
    return morsel


async def test_the_cookie_is_kept_from_scripts_for_thirty_days(serve: Serve) -> None:
    cookie = await cookie_of(await serve(), HERE)
    assert (cookie.key, cookie["path"], cookie["samesite"]) == ("cc_session", "/", "Lax")
    assert cookie["httponly"] is True
    assert cookie["max-age"] == str(30 * 24 * 60 * 60)
    assert cookie["domain"] == ""


@pytest.mark.parametrize(
    ("settings", "name", "path", "samesite"),
    [
        ({"public_url": "https://a.example"}, "cc_session", "/", "Lax"),
        ({"public_url": "https://a.example", "cookie_namespace": "n"}, "__Host-cc-n-session", "/", "Lax"),
        (
            {"public_url": "https://a.example", "public_api_url": "https://a.example/v0", "cookie_namespace": "n-1"},
            "__Secure-cc-n-1-session",
            "/v0",
            "Lax",
        ),
        (
            {"public_url": "https://a.example", "public_api_url": "https://api.example", "cookie_namespace": "n"},
            "__Host-cc-n-session",
            "/",
            "None",
        ),
        ({"public_url": "http://localhost:8080", "cookie_namespace": "n"}, "cc-n-session", "/", "Lax"),
    ],
)
async def test_the_name_and_scope_follow_the_settings(
    serve: Serve, settings: Any, name: str, path: str, samesite: str
) -> None:
    server = await serve(**settings)
    cookie = await cookie_of(server, HERE)
    assert (cookie.key, cookie["path"], cookie["samesite"]) == (name, path, samesite)
    browser = Client(server.http, server.base, {"Cookie": f"{cookie.key}={cookie.value}"})
    await browser.get("/api/me")
    assert await browser.post("/api/workspaces", {}, 403) == {"error": "cross-site session requests are not allowed"}


@pytest.mark.parametrize(
    ("settings", "headers", "secure"),
    [
        ({}, HERE, False),
        ({}, FAR, True),
        ({}, {**HERE, "X-Forwarded-Proto": "https"}, True),
        ({"dev_bootstrap": True}, HERE, False),
        ({"dev_bootstrap": True}, FAR, True),
        ({"public_url": "https://chat.example"}, HERE, True),
        ({"public_url": "http://localhost:8080"}, HERE, False),
        ({"dev_bootstrap": True, "public_url": "http://localhost:8080"}, HERE, False),
    ],
)
async def test_the_cookie_travels_in_the_clear_on_this_machine_alone(
    serve: Serve, settings: Any, headers: dict[str, str], secure: bool
) -> None:
    cookie = await cookie_of(await serve(**settings), headers)
    assert bool(cookie["secure"]) is secure
