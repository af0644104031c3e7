"""Which browser pages may call: forgery, preflights, shared origins (contract chat 1.8)."""

import pytest

from tests.client import Client
from tests.conftest import Serve, Server

FORGED = {"error": "cross-site session requests are not allowed"}
METHOD, NAMES = "Access-Control-Request-Method", "Access-Control-Request-Headers"


def cookie_of(server: Server, **headers: str) -> Client:
    token = server.cast.people["browser"].token
    return Client(server.http, server.base, {"Cookie": f"cc_session={token}"}).with_headers(**headers)


def own(server: Server) -> str:
    return str(server.base).rstrip("/")


async def test_a_cookie_alone_changes_nothing(server: Server) -> None:
    for headers in ({}, {"X_ClickClack_CSRF": "0"}, {"X_ClickClack_CSRF": "true"}):
        assert await cookie_of(server, **headers).patch("/api/me", {"display_name": "x"}, 403) == FORGED
    assert (await cookie_of(server).get("/api/me"))["user"]["display_name"] == "Browser"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec_Fetch_Site": "same-origin"}, 200),
        ({"Sec_Fetch_Site": "none"}, 200),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Origin": "{own}"}, 200),
        ({"Origin": "{own}", "Sec_Fetch_Site": "cross-site"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "http://127.0.0.1"}, 403),
        ({"Origin": "http://127.0.0.1:99999"}, 403),
        ({"Origin": "http://localhost:{port}"}, 403),
    ],
)
async def test_the_csrf_header_needs_an_origin_of_ours(server: Server, headers: dict[str, str], status: int) -> None:
    filled = {k: v.format(own=own(server), port=server.base.port) for k, v in headers.items()}
    client = cookie_of(server, X_ClickClack_CSRF="1", **filled)
    answer = await client.call("PATCH", "/api/me", {"display_name": "New"})
    assert answer.status == status
    name = (await server.browser.get("/api/me"))["user"]["display_name"]
    assert name == ("New" if status == 200 else "Browser")


async def test_forgery_is_refused_before_anything_else(server: Server) -> None:
    stale = Client(server.http, server.base, {"Cookie": "cc_session=unknown"})
    assert await stale.post("/api/nowhere", want=403) == FORGED
    twice = Client(server.http, server.base, {"Cookie": "cc_session=a; cc_session=b"})
    assert await twice.post("/api/workspaces", {}, 403) == FORGED


async def test_a_bearer_needs_no_csrf_header(server: Server) -> None:
    token = server.cast.people["browser"].token
    for scheme in ("Bearer", "bearer", "BEARER"):
        await cookie_of(server, Authorization=f"{scheme} {token}").patch("/api/me", {})
    assert await cookie_of(server, Authorization=f"Basic {token}").patch("/api/me", {}, 403) == FORGED


async def test_other_cookies_are_no_session(server: Server) -> None:
    client = Client(server.http, server.base, {"Cookie": "theme=dark; xcc_session=1"})
    assert await client.post("/api/workspaces", {}, 401) == {"error": "authentication required"}


async def test_our_own_origin_is_allowed_to_read(server: Server) -> None:
    answer = await server.member.with_headers(Origin=own(server)).call("GET", "/api/me")
    assert answer.headers["Access-Control-Allow-Origin"] == own(server)
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_another_origin_is_answered_without_permission(server: Server, origin: str) -> None:
    answer = await server.member.with_headers(Origin=origin).call("GET", "/api/me")
    assert answer.status == 200
    assert not [name for name in answer.headers if name.startswith("Access-Control")]


async def test_without_an_origin_there_is_no_permission_to_give(server: Server) -> None:
    answer = await server.member.call("GET", "/api/me")
    assert not [name for name in answer.headers if name.startswith("Access-Control")]


async def test_a_preflight_is_answered(server: Server) -> None:
    asked = {"Origin": own(server), METHOD: "patch", NAMES: "X-ClickClack-CSRF, content-type,Authorization"}
    answer = await Client(server.http, server.base, asked).call("OPTIONS", "/api/channels/x")
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == own(server)
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert answer.headers["Access-Control-Allow-Methods"] == "PATCH"
    assert answer.headers["Access-Control-Allow-Headers"] == "authorization, content-type, x-clickclack-csrf"
    assert answer.headers["Access-Control-Max-Age"] == "600"
    assert answer.headers["Vary"] == f"Origin, {METHOD}, {NAMES}"


async def test_a_preflight_without_headers_names_none(server: Server) -> None:
    client = Client(server.http, server.base, {"Origin": own(server), METHOD: "GET"})
    answer = await client.call("OPTIONS", "/api/nowhere")
    assert answer.status == 204
    assert "Access-Control-Allow-Headers" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({"Origin": "https://evil.example", METHOD: "GET"}, "origin is not allowed"),
        ({"Origin": "{own}", METHOD: "TRACE"}, "CORS method is not allowed"),
        ({"Origin": "{own}", METHOD: "GET", NAMES: "X-ClickClack-User"}, "CORS header is not allowed"),
        ({"Origin": "{own}", METHOD: "GET", NAMES: "*"}, "CORS header is not allowed"),
    ],
)
async def test_a_preflight_is_refused(server: Server, headers: dict[str, str], error: str) -> None:
    filled = {name: value.format(own=own(server)) for name, value in headers.items()}
    answer = await Client(server.http, server.base, filled).call("OPTIONS", "/api/me")
    assert (answer.status, answer.error) == (403, error)


async def test_without_an_origin_it_is_no_preflight(server: Server) -> None:
    answer = await Client(server.http, server.base, {METHOD: "POST"}).call("OPTIONS", "/api/me")
    assert (answer.status, answer.raw) == (405, b"")


async def test_a_public_address_is_the_only_origin(serve: Serve) -> None:
    server = await serve(public_url="https://Chat.Example:443")
    csrf = {"X_ClickClack_CSRF": "1"}
    for origin, status in (
        ("https://chat.example", 200),
        ("HTTPS://CHAT.example:443", 200),
        ("http://chat.example", 403),
        ("https://chat.example:8443", 403),
        (own(server), 403),
    ):
        answer = await cookie_of(server, Origin=origin, **csrf).call("PATCH", "/api/me", {})
        assert (origin, answer.status) == (origin, status)
    answer = await cookie_of(server, Origin="HTTPS://CHAT.example:443").call("GET", "/api/me")
    assert answer.headers["Access-Control-Allow-Origin"] == "https://chat.example"
