"""Signing in with an OpenID Connect provider, as a browser sees it (contract chat 2.7)."""

import asyncio
import base64
from collections.abc import AsyncGenerator
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest

from clickclack.kernel.clock import SECOND
from tests.answers import Answer
from tests.client import Client
from tests.conftest import Serve, Server
from tests.github import cookies_of
from tests.providers import Provider, provider
from tests.tokens import signer

PAGE = "https://chat.example"
START, CALLBACK = "/api/auth/openclaw/start", "/api/auth/openclaw/callback"
DISCOVERY = "/realm/.well-known/openid-configuration"


@pytest.fixture
async def login() -> AsyncGenerator[Provider]:
    async with provider() as played:
        played.replies |= {
            DISCOVERY: {
                "issuer": f"{played.url}/realm/",
                "authorization_endpoint": f"{played.url}/authorize?theme=1",
                "token_endpoint": f"{played.url}/token",
                "jwks_uri": f"{played.url}/keys",
            },
            "/keys": {"keys": [signer(name).jwk | {"kid": name} for name in ("RS256", "ES256", "EdDSA")]},
        }
        yield played


async def with_openid(serve: Serve, login: Provider, **more: Any) -> Server:
    client = {"openclaw_id_client_id": "id:1", "openclaw_id_client_secret": "s3cret"}
    return await serve(**{**client, "openclaw_id_issuer": f"{login.url}/realm", "public_url": PAGE, **more})


def document(login: Provider) -> dict[str, Any]:
    """What the provider says about itself."""
    return cast("dict[str, Any]", login.replies[DISCOVERY])


async def leave(client: Client) -> tuple[dict[str, str], Client]:
    answer = await client.call("GET", START)
    assert answer.status == 302, answer.raw
    query = {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}
    binding = cookies_of(answer)["cc_oauth_binding"]
    return query, client.with_headers(Cookie=f"cc_oauth_binding={binding}")


async def come_back(server: Server, login: Provider, algorithm: str = "RS256", **claims: Any) -> Answer:
    """Signs in as who the claims say; those that are None are left away."""
    query, browser = await leave(server.anonymous)
    said = {
        "iss": f"{login.url}/realm",
        "aud": "id:1",
        "sub": "s-1",
        "exp": server.clock.now() // SECOND + 60,
        "nonce": query.get("nonce"),
        "email": "Ada@Example.org",
        "email_verified": True,
        "name": "Ada",
        **claims,
    }
    token = signer(algorithm).sign({name: value for name, value in said.items() if value is not None}, kid=algorithm)
    login.replies.setdefault("/token", {"id_token": token})
    return await browser.call("GET", f"{CALLBACK}?code=c0de&state={query['state']}")


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
async def test_a_new_person_joins_the_default_workspace(serve: Serve, login: Provider, algorithm: str) -> None:
    server = await with_openid(serve, login)
    answer = await come_back(server, login, algorithm)
    assert (answer.status, answer.headers["Location"]) == (302, f"{PAGE}/")
    client = server.bearing(cookies_of(answer)["cc_session"])
    me = (await client.get("/api/me"))["user"]
    assert (me["display_name"], me["handle"]) == ("Ada", "ada")
    assert [w["slug"] for w in (await client.get("/api/workspaces"))["workspaces"]] == ["clickclack"]
    form = login.form("/token")
    assert (form["grant_type"], form["code"], form["redirect_uri"]) == (
        "authorization_code",
        "c0de",
        f"{PAGE}{CALLBACK}",
    )
    pair = base64.b64encode(b"id%3A1:s3cret").decode()
    assert login.headers("/token")["Authorization"] == f"Basic {pair}"


async def test_the_browser_takes_a_challenge_and_a_nonce_along(serve: Serve, login: Provider) -> None:
    server = await with_openid(serve, login)
    query, _ = await leave(server.anonymous)
    assert {name: query[name] for name in query if name not in ("state", "nonce", "code_challenge")} == {
        "theme": "1",
        "response_type": "code",
        "client_id": "id:1",
        "redirect_uri": f"{PAGE}{CALLBACK}",
        "scope": "openid profile email",
        "code_challenge_method": "S256",
    }
    assert len({query["state"], query["nonce"], query["code_challenge"]}) == 3


async def test_somebody_with_the_same_address_is_the_same_person(serve: Serve, login: Provider) -> None:
    server = await with_openid(serve, login)
    answer = await come_back(server, login, email="MEMBER@example.org")
    me = await server.bearing(cookies_of(answer)["cc_session"]).get("/api/me")
    assert me["user"]["id"] == server.cast.people["member"].id


async def test_the_same_subject_of_another_issuer_is_somebody_else(serve: Serve, login: Provider) -> None:
    first = await come_back(await with_openid(serve, login), login)
    issuer = f"{login.url}/other"
    login.replies["/other/.well-known/openid-configuration"] = {**document(login), "issuer": issuer}
    del login.replies["/token"]
    other = await with_openid(serve, login, openclaw_id_issuer=issuer)
    second = await come_back(other, login, iss=issuer, email="bob@example.org")
    ids = [
        (await other.bearing(cookies_of(answer)["cc_session"]).get("/api/me"))["user"]["id"]
        for answer in (first, second)
    ]
    assert ids[0] != ids[1]


async def test_who_is_invited_by_the_address_enters_that_workspace_too(serve: Serve, login: Provider) -> None:
    server = await with_openid(serve, login)
    path = f"/api/workspaces/{server.cast.workspace}/invitations"
    await server.owner.post(path, {"email": "ada@example.org", "role": "guest"})
    answer = await come_back(server, login)
    listed = await server.bearing(cookies_of(answer)["cc_session"]).get("/api/workspaces")
    roles = {workspace["slug"]: workspace["role"] for workspace in listed["workspaces"]}
    assert roles == {"acme": "guest", "clickclack": "owner"}


@pytest.mark.parametrize(
    ("claims", "error"),
    [
        ({"iss": "https://evil.example"}, "invalid openclaw id token issuer"),
        ({"iss": None}, "invalid openclaw id token issuer"),
        ({"aud": "other"}, "invalid openclaw id token audience"),
        ({"aud": ["other"]}, "invalid openclaw id token audience"),
        ({"aud": ["other", "id:1"], "azp": "other"}, "invalid openclaw id token audience"),
        ({"exp": 1_790_000_000 - 30}, "openclaw id token expired"),
        ({"exp": None}, "openclaw id token expired"),
        ({"nonce": "x"}, "invalid openclaw id token nonce"),
        ({"nonce": None}, "invalid openclaw id token nonce"),
        ({"email_verified": False}, "openclaw id account email is not verified"),
        ({"email_verified": "true"}, "openclaw id account email is not verified"),
        ({"email": None}, "openclaw id account email is not verified"),
        ({"email": "nobody"}, "openclaw id account email is not verified"),
        ({"sub": None}, "invalid openclaw id token"),
        ({"sub": "s" * 256}, "invalid openclaw id token"),
    ],
)
async def test_a_token_that_does_not_fit_lets_nobody_in(
    serve: Serve, login: Provider, claims: dict[str, Any], error: str
) -> None:
    answer = await come_back(await with_openid(serve, login), login, **claims)
    assert (answer.status, answer.error) == (403, error)


@pytest.mark.parametrize("claims", [{"aud": ["other", "id:1"], "azp": "id:1"}, {"exp": 1_790_000_000 - 29}])
async def test_a_token_may_be_for_several_and_a_little_late(
    serve: Serve, login: Provider, claims: dict[str, Any]
) -> None:
    answer = await come_back(await with_openid(serve, login), login, **claims)
    assert answer.status == 302


async def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(serve: Serve, login: Provider) -> None:
    login.replies["/keys"] = {"keys": [signer("RS256", "two").jwk | {"kid": "RS256"}]}
    answer = await come_back(await with_openid(serve, login), login)
    assert (answer.status, answer.error) == (403, "invalid openclaw id token")


@pytest.mark.parametrize("reply", [{"id_token": "x"}, {}, {"id_token": "a.b.c"}])
async def test_what_is_no_token_lets_nobody_in(serve: Serve, login: Provider, reply: Any) -> None:
    login.replies["/token"] = reply
    answer = await come_back(await with_openid(serve, login), login)
    assert (answer.status, answer.error) == (403, "invalid openclaw id token")


@pytest.mark.parametrize(("path", "reply"), [("/token", 400), ("/keys", 500), ("/token", [])])
async def test_a_provider_that_fails_is_said_so(serve: Serve, login: Provider, path: str, reply: Any) -> None:
    login.replies[path] = reply
    answer = await come_back(await with_openid(serve, login), login)
    assert (answer.status, answer.error) == (502, "openclaw id authentication provider request failed")


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "ftp://a.example"},
        {"token_endpoint": "https://["},
        {"jwks_uri": None},
        {"jwks_uri": "https:///keys"},
        {"authorization_endpoint": "https://a.example/\r\nSet-Cookie: a=b"},
    ],
)
async def test_a_discovery_document_that_does_not_fit_begins_nothing(
    serve: Serve, login: Provider, change: dict[str, Any]
) -> None:
    login.replies[DISCOVERY] = {**document(login), **change}
    server = await with_openid(serve, login)
    answer = await server.anonymous.get(START, 502)
    assert answer == {"error": "openclaw id authentication provider request failed"}


async def test_a_provider_that_is_away_is_asked_once_in_ten_seconds(serve: Serve, login: Provider) -> None:
    server = await with_openid(serve, login)
    said, login.replies[DISCOVERY] = document(login), 500
    await asyncio.gather(*(server.anonymous.get(START, 502) for _ in range(8)))
    assert [path for path, _, _ in login.asked] == [DISCOVERY]
    login.replies[DISCOVERY] = said
    server.clock.advance(10)
    await leave(server.anonymous)
    for asked, status in enumerate((500, 404), start=3):
        login.replies[DISCOVERY] = status
        server.clock.advance(3600)
        answer = await server.anonymous.call("GET", START)
        assert answer.headers["Location"].startswith(f"{login.url}/authorize?"), "what was found before serves"
        assert [path for path, _, _ in login.asked] == [DISCOVERY] * asked


async def test_a_provider_without_a_discovery_document_has_the_endpoints_of_openclaw_id(
    serve: Serve, login: Provider
) -> None:
    del login.replies[DISCOVERY]
    server = await with_openid(serve, login)
    answer = await server.anonymous.call("GET", START)
    assert answer.headers["Location"].startswith(f"{login.url}/realm/oauth2/authorize?")
    login.replies["/realm/oauth2/token"] = {
        "id_token": signer("ES256").sign(
            {
                "iss": f"{login.url}/realm/",
                "aud": "id:1",
                "sub": "s",
                "exp": server.clock.now() // SECOND + 60,
                "email": "ada@example.org",
                "email_verified": True,
            }
        )
    }
    assert (await come_back(server, login)).status == 302


async def test_a_sign_in_of_another_browser_is_refused(serve: Serve, login: Provider) -> None:
    server = await with_openid(serve, login)
    query, browser = await leave(server.anonymous)
    for client in (server.anonymous, (await leave(server.anonymous))[1]):
        answer = await client.get(f"{CALLBACK}?code=c&state={query['state']}", 400)
        assert answer == {"error": "invalid openclaw id oauth state"}
    assert await browser.get(f"{CALLBACK}?state={query['state']}", 400) == {
        "error": "openclaw id oauth code is required"
    }


async def test_what_happens_is_counted(serve: Serve, login: Provider) -> None:
    server = await with_openid(serve, login, metrics_enabled=True)
    await come_back(server, login, aud="other")
    async with server.http.get(server.base.with_path("/metrics")) as answer:
        text = await answer.text()
    for event in ("browser_start", "identity_rejected"):
        assert f'clickclack_openclaw_id_oauth_events_total{{event="{event}"}} 1.0' in text
