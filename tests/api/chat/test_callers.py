"""Who a request is from: bearer, cookie, dev header, dev fallback, in this order (contract chat 2.1, 2.2, 2.10)."""

import pytest

from tests.client import Client
from tests.conftest import Serve, Server


async def handle(client: Client) -> str:
    name: str = (await client.get("/api/me"))["user"]["handle"]
    return name


@pytest.fixture
async def dev(serve: Serve) -> Server:
    return await serve(dev_bootstrap=True)


async def test_a_bearer_comes_before_a_cookie_and_the_dev_ways(dev: Server) -> None:
    people = dev.cast.people
    client = dev.bearing(people["member"].token)
    client = client.with_headers(Cookie=f"cc_session={people['admin'].token}", X_ClickClack_User=people["guest"].id)
    assert await handle(client) == "member"


async def test_a_cookie_comes_before_the_dev_ways(dev: Server) -> None:
    people = dev.cast.people
    client = dev.browsing(people["admin"].token).with_headers(X_ClickClack_User=people["guest"].id)
    assert await handle(client) == "admin"


async def test_a_bad_credential_is_not_passed_over(dev: Server) -> None:
    for headers in (
        {"Authorization": "Bearer sst_unknown"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer"},
        {"Cookie": "cc_session=unknown"},
    ):
        answer = await dev.anonymous.with_headers(**headers).call("GET", "/api/me")
        assert (headers, answer.status) == (headers, 401)


async def test_two_cookies_of_the_name_are_refused(server: Server) -> None:
    token = server.cast.people["member"].token
    client = server.anonymous.with_headers(Cookie=f"cc_session={token}; a=b; cc_session={token}")
    assert await client.get("/api/me", 401) == {"error": "multiple cookies with the same name are not allowed"}
    assert await handle(client.with_headers(Authorization=f"Bearer {token}")) == "member"


async def test_an_empty_cookie_is_none(dev: Server) -> None:
    assert await handle(dev.anonymous.with_headers(Cookie="cc_session=")) == "owner"


async def test_a_bot_token_is_no_cookie(server: Server) -> None:
    token = server.cast.people["bot_admin"].token
    await server.anonymous.with_headers(Cookie=f"cc_session={token}").get("/api/me", 401)


async def test_without_dev_mode_the_dev_header_is_nobody(server: Server) -> None:
    for headers in ({}, {"X-ClickClack-User": server.cast.people["owner"].id}):
        client = Client(server.http, server.base, headers)
        assert await client.get("/api/me", 401) == {"error": "authentication required"}


async def test_the_dev_header_names_anybody_and_bots_are_people_then(dev: Server) -> None:
    people = dev.cast.people
    assert await handle(dev.anonymous) == "owner"
    assert await handle(dev.anonymous.with_headers(X_ClickClack_User=f" {people['guest'].id} ")) == "guest"
    assert await handle(dev.anonymous.with_headers(X_ClickClack_User="")) == "owner"
    bot = dev.anonymous.with_headers(X_ClickClack_User=people["bot_read"].id)
    await bot.say(dev.cast.general)
    await bot.patch("/api/me", {"display_name": "Renamed"})
    unknown = dev.anonymous.with_headers(X_ClickClack_User="usr_0")
    assert await unknown.get("/api/me", 401) == {"error": "authentication required"}


LOCAL: list[tuple[dict[str, str], bool]] = [
    ({}, True),
    ({"Host": "localhost"}, True),
    ({"Host": "LOCALHOST:8080"}, True),
    ({"Host": "my.app.localhost:1"}, True),
    ({"Host": "127.9.9.9"}, True),
    ({"Host": "[::1]:80"}, True),
    ({"Host": "example.org"}, False),
    ({"Host": "localhost.example.org"}, False),
    ({"Host": "192.168.1.2:8080"}, False),
    ({"Host": "notlocalhost"}, False),
    ({"Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "none"}, True),
    ({"Sec-Fetch-Site": "same-site"}, False),
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Host": "localhost:80", "Origin": "http://localhost:80"}, True),
    ({"Host": "localhost:80", "Origin": "http://LOCALHOST:80"}, True),
    ({"Host": "localhost:80", "Origin": "http://localhost:81"}, False),
    ({"Host": "localhost:80", "Origin": "https://evil.example"}, False),
    ({"Host": "localhost:80", "Origin": "null"}, False),
    ({"X-Forwarded-For": "127.0.0.1"}, True),
    ({"X-Forwarded-For": "127.0.0.1, ::1"}, True),
    ({"X-Forwarded-For": "203.0.113.9"}, False),
    ({"X-Forwarded-For": "127.0.0.1, 203.0.113.9"}, False),
    ({"X-Forwarded-For": ""}, False),
    ({"X-Real-IP": "::1"}, True),
    ({"X-Real-IP": "::ffff:127.0.0.1"}, True),
    ({"X-Real-IP": "10.0.0.1"}, False),
    ({"X-Forwarded-Host": "localhost:3000"}, True),
    ({"X-Forwarded-Host": "chat.example"}, False),
    ({"Forwarded": "for=127.0.0.1;host=localhost;proto=http"}, True),
    ({"Forwarded": 'for="[::1]:4711"'}, True),
    ({"Forwarded": "for=203.0.113.9"}, False),
    ({"Forwarded": "proto=http;For=203.0.113.9"}, False),
    ({"Forwarded": "for=127.0.0.1, for=203.0.113.9"}, False),
    ({"Forwarded": "host=chat.example"}, False),
    ({"Forwarded": "for=unknown"}, False),
]


async def test_the_dev_ways_are_for_this_machine_alone(dev: Server) -> None:
    for headers, local in LOCAL:
        answer = await Client(dev.http, dev.base, headers).call("GET", "/api/me")
        assert (headers, answer.status) == (headers, 200 if local else 401)
        config = (await Client(dev.http, dev.base, headers).get("/api/config"))["config"]
        assert (config["dev_bootstrap"], config["setup_code_required"]) == (local, not local)


async def test_a_token_lacks_what_was_not_granted(server: Server) -> None:
    path = f"/api/channels/{server.cast.general}/messages"
    answer = await server.bot_read.post(path, {"body": "x"}, 403)
    assert answer == {"error": "bot token is missing scope messages:write"}
    answer = await server.bot_foreign.get(f"/api/workspaces/{server.cast.workspace}", 403)
    assert answer == {"error": "bot token cannot access this workspace"}


async def test_a_scope_is_asked_for_before_the_body_is_read(server: Server) -> None:
    path = f"/api/channels/{server.cast.general}/messages"
    answer = await server.bot_read.call("POST", path, raw=b"not json")
    assert (answer.status, answer.error) == (403, "bot token is missing scope messages:write")
    answer = await server.anonymous.call("POST", path, raw=b"not json")
    assert (answer.status, answer.error) == (401, "authentication required")


async def test_two_authorization_headers_are_refused(server: Server) -> None:
    token = server.cast.people["member"].token
    headers = [("Authorization", f"Bearer {token}"), ("Authorization", f"Bearer {token}")]
    async with server.http.get(server.base.with_path("/api/me"), headers=headers) as response:
        assert response.status == 401
