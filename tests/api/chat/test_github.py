"""Signing in with GitHub, as a browser sees it (contract chat 2.6)."""

import base64
import hashlib
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from clickclack.api.chat.parts import OAUTH
from clickclack.identity import identities, magic_links, oauth_transactions, users
from clickclack.kernel.transaction import Tx
from tests.client import Client
from tests.conftest import Serve, Server
from tests.github import CALLBACK, PAGE, come_back, cookies_of, github, leave, with_github
from tests.providers import Provider


@pytest.fixture
async def hub() -> AsyncGenerator[Provider]:
    async with github() as played:
        yield played


async def signed_in(server: Server) -> Client:
    """Who has signed in in the browser."""
    answer = await come_back(server.anonymous)
    assert (answer.status, answer.headers["Location"]) == (302, f"{PAGE}/")
    return server.bearing(cookies_of(answer)["cc_session"])


async def roles(client: Client) -> dict[str, str]:
    return {w["slug"]: w["role"] for w in (await client.get("/api/workspaces"))["workspaces"]}


async def test_the_browser_is_sent_to_github_bound_by_a_cookie(serve: Serve, hub: Provider) -> None:
    server = await with_github(serve, hub)
    answer = await server.anonymous.call("GET", "/api/auth/github/start")
    location = urlsplit(answer.headers["Location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == f"{hub.url}/login/oauth/authorize"
    query = parse_qs(location.query)
    assert {name: query[name] for name in query if name not in ("state", "code_challenge")} == {
        "response_type": ["code"],
        "client_id": ["id"],
        "redirect_uri": [f"{PAGE}{CALLBACK}"],
        "scope": ["read:user user:email"],
        "code_challenge_method": ["S256"],
    }
    assert len(query["state"][0]) == len(query["code_challenge"][0]) == 43
    set_cookie = answer.headers["Set-Cookie"]
    for part in ("cc_oauth_binding=", "HttpOnly", "Max-Age=1800", "Path=/", "SameSite=Lax", "Secure", "expires="):
        assert part in set_cookie


async def test_a_browser_keeps_its_binding(serve: Serve, hub: Provider) -> None:
    server = await with_github(serve, hub)
    _, browser = await leave(server.anonymous)
    _, again = await leave(browser)
    assert again.headers["Cookie"] == browser.headers["Cookie"]
    twice = browser.with_headers(Cookie="cc_oauth_binding=a; cc_oauth_binding=b")
    assert (await twice.call("GET", "/api/auth/github/start")).status == 400


async def test_a_new_person_is_made_of_the_profile(serve: Serve, hub: Provider) -> None:
    server = await with_github(serve, hub)
    client = await signed_in(server)
    me = (await client.get("/api/me"))["user"]
    assert (me["display_name"], me["handle"], me["avatar_url"]) == ("Octo Cat", "octo", "https://a.b/7")
    assert await roles(client) == {"guests": "member"}
    form = hub.form("/login/oauth/access_token")
    assert (form["code"], form["client_secret"], form["redirect_uri"]) == ("c0de", "s3cret", f"{PAGE}{CALLBACK}")
    assert len(form["code_verifier"]) == 43
    assert hub.headers("/api/user")["Authorization"] == "Bearer gho_1"
    again = await signed_in(server)
    assert (await again.get("/api/me"))["user"]["id"] == me["id"]


async def test_the_verifier_fits_the_challenge(serve: Serve, hub: Provider) -> None:
    server = await with_github(serve, hub)
    query, browser = await leave(server.anonymous)
    await browser.call("GET", f"{CALLBACK}?code=c&state={query['state']}")
    verifier = hub.form("/login/oauth/access_token")["code_verifier"]
    digest = hashlib.sha256(verifier.encode()).digest()
    assert query["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")


async def test_somebody_with_the_same_address_is_the_same_person(serve: Serve, hub: Provider) -> None:
    server = await with_github(serve, hub)
    hub.replies["/api/user/emails"] = [{"email": "Member@example.org", "primary": True, "verified": True}]
    me = (await (await signed_in(server)).get("/api/me"))["user"]
    assert (me["id"], me["handle"]) == (server.cast.people["member"].id, "member")
    assert me["avatar_url"] == "https://a.b/7", "the picture of the address gives way to the one of the profile"


@pytest.mark.parametrize("public", [None, "member@example.org"])
async def test_an_address_that_is_not_verified_joins_nobody(serve: Serve, hub: Provider, public: str | None) -> None:
    server = await with_github(serve, hub)
    hub.replies["/api/user"] = {"id": 7, "login": "Octo", "email": public}
    hub.replies["/api/user/emails"] = [{"email": "member@example.org", "primary": True, "verified": False}]
    me = (await (await signed_in(server)).get("/api/me"))["user"]
    assert me["id"] != server.cast.people["member"].id


async def test_of_several_verified_addresses_the_public_one_counts(serve: Serve, hub: Provider) -> None:
    server = await with_github(serve, hub)
    hub.replies["/api/user"] = {"id": 7, "login": "Octo", "email": "member@example.org"}
    hub.replies["/api/user/emails"] = [
        {"email": "octo@example.org", "primary": True, "verified": True},
        {"email": "member@example.org", "primary": False, "verified": True},
    ]
    me = (await (await signed_in(server)).get("/api/me"))["user"]
    assert me["id"] == server.cast.people["member"].id


async def test_who_has_proven_an_address_comes_before_who_claimed_it_earlier(serve: Serve, hub: Provider) -> None:
    server = await with_github(serve, hub)

    def claim(tx: Tx) -> None:
        identities.link(
            tx, users.create_human(tx, "Mallory").n, identities.CLAIMED, "new@example.org", "new@example.org"
        )

    await server.db.write(claim)
    me = (await (await signed_in(server)).get("/api/me"))["user"]
    hub.replies["/api/user/emails"] = [{"email": "new@example.org", "primary": True, "verified": True}]
    await signed_in(server)
    link = await server.db.write(magic_links.create, "new@example.org", "")
    signed = await server.anonymous.post("/api/auth/magic/consume", {"token": link.token}, 200)
    assert signed["user"]["id"] == me["id"]


async def test_the_same_number_at_another_github_is_somebody_else(serve: Serve, hub: Provider) -> None:
    first = await (await signed_in(await with_github(serve, hub))).get("/api/me")
    hub.replies["/api/user/emails"] = []
    other = await with_github(serve, hub, github_url=f"{hub.url}/other")
    hub.replies["/other/login/oauth/access_token"] = {"access_token": "gho_2"}
    second = await (await signed_in(other)).get("/api/me")
    assert first["user"]["id"] != second["user"]["id"]


async def test_a_picture_of_ones_own_stays(serve: Serve, hub: Provider) -> None:
    server = await with_github(serve, hub)
    client = await signed_in(server)
    await client.patch("/api/me", {"avatar_url": "https://own.example/me.png"})
    assert (await (await signed_in(server)).get("/api/me"))["user"]["avatar_url"] == "https://own.example/me.png"


@pytest.mark.parametrize(
    ("settings", "states", "wanted"),
    [
        ({"github_allowed_org": "acme"}, {"acme": "active"}, {"clickclack": "owner"}),
        ({"github_allowed_org": "acme"}, {"acme": "pending"}, None),
        ({"github_allowed_org": "acme"}, {}, None),
        ({"github_moderator_org": "core"}, {"core": "active"}, {"guests": "moderator"}),
        ({"github_moderator_org": "core"}, {}, {"guests": "guest"}),
        (
            {"github_allowed_org": "acme", "github_moderator_org": "core"},
            {"acme": "active"},
            {"guests": "member"},
        ),
        ({"github_allowed_org": "acme", "github_moderator_org": "core"}, {"core": "active"}, None),
    ],
)
async def test_organisations_decide_who_enters_and_as_what(
    serve: Serve,
    hub: Provider,
    settings: dict[str, str],
    states: dict[str, str],
    wanted: dict[str, str] | None,
) -> None:
    server = await with_github(serve, hub, **settings)
    for organisation, state in states.items():
        hub.replies[f"/api/user/memberships/orgs/{organisation}"] = {"state": state}
    query, _ = await leave(server.anonymous)
    assert query["scope"] == "read:user user:email read:org"
    if wanted is not None:
        assert await roles(await signed_in(server)) == wanted
        return
    refused = await come_back(server.anonymous)
    assert (refused.status, refused.error) == (403, "github account is not a member of the allowed organization")


async def test_the_first_person_owns_the_waiting_room_and_guests_see_its_channel(serve: Serve, hub: Provider) -> None:
    server = await with_github(serve, hub, github_moderator_org="core")
    client = await signed_in(server)
    (workspace,) = (await client.get("/api/workspaces"))["workspaces"]
    channels = (await client.get(f"/api/workspaces/{workspace['id']}/channels"))["channels"]
    assert [channel["name"] for channel in channels] == ["guest"]
    assert (await roles(server.owner))["guests"] == "owner"


@pytest.mark.parametrize("broken", ["state", "none", "other browser", "other provider", "late", "twice"])
async def test_a_sign_in_ends_in_the_browser_that_began_it_once_and_in_time(
    serve: Serve, hub: Provider, broken: str
) -> None:
    server = await with_github(serve, hub)
    query, browser = await leave(server.anonymous)
    state, path = query["state"], CALLBACK
    if broken == "late":
        server.clock.advance(600)
    if broken == "other browser":
        _, browser = await leave(server.anonymous)
    if broken == "none":
        browser = server.anonymous
    if broken == "state":
        state = state[:-1]
    if broken == "twice":
        assert (await browser.call("GET", f"{path}?code=c&state={state}")).status == 302
    if broken == "other provider":
        begun = await server.db.write(oauth_transactions.begin, "openclaw-id", "b" * 43)
        state, browser = begun.state, server.anonymous.with_headers(Cookie=f"cc_oauth_binding={'b' * 43}")
    answer = await browser.call("GET", f"{path}?code=c&state={state}")
    assert (answer.status, answer.error) == (400, "invalid github oauth state")
    assert "Set-Cookie" not in answer.headers


async def test_a_code_is_needed(serve: Serve, hub: Provider) -> None:
    answer = await come_back((await with_github(serve, hub)).anonymous, code="")
    assert (answer.status, answer.error) == (400, "github oauth code is required")


@pytest.mark.parametrize(
    ("path", "reply"),
    [
        ("/login/oauth/access_token", {"error": "bad_verification_code"}),
        ("/login/oauth/access_token", 500),
        ("/login/oauth/access_token", ["x"]),
        ("/api/user", 401),
        ("/api/user", {"id": "7"}),
        ("/api/user", {"id": True}),
        ("/api/user/emails", 500),
    ],
)
async def test_a_github_that_fails_is_said_so(serve: Serve, hub: Provider, path: str, reply: Any) -> None:
    hub.replies[path] = reply
    answer = await come_back((await with_github(serve, hub)).anonymous)
    assert (answer.status, answer.error) == (502, "github authentication provider request failed")


async def test_a_github_that_is_away_is_said_so(serve: Serve, hub: Provider) -> None:
    server = await with_github(serve, hub, github_url="http://127.0.0.1:1")
    answer = await come_back(server.anonymous)
    assert (answer.status, answer.error) == (502, "github authentication provider request failed")


async def test_a_browser_has_eight_sign_ins_under_way_at_most(serve: Serve, hub: Provider) -> None:
    server = await with_github(serve, hub)
    _, browser = await leave(server.anonymous)
    for _ in range(7):
        await leave(browser)
    answer = await browser.call("GET", "/api/auth/github/start")
    assert (answer.status, answer.error) == (503, "too many pending oauth requests")
    await leave(server.anonymous)
    server.clock.advance(600)
    await leave(browser)


async def test_all_browsers_together_have_a_limit(serve: Serve, hub: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oauth_transactions, "PENDING", 2)
    server = await with_github(serve, hub)
    await leave(server.anonymous)
    await leave(server.anonymous)
    answer = await server.anonymous.call("GET", "/api/auth/github/start")
    assert (answer.status, answer.error) == (503, "too many pending oauth requests")


async def test_one_address_leaves_room_for_others(serve: Serve, hub: Provider) -> None:
    server = await with_github(serve, hub)
    near, far = (
        server.anonymous.with_headers(X_Real_IP=address, X_Forwarded_For=address)
        for address in ("203.0.113.1", "203.0.113.2")
    )
    for _ in range(255):
        assert server.app[OAUTH].starts.take("203.0.113.1") is None
    await leave(near)
    for path in ("/api/auth/github/start", f"/api/auth/github/desktop/start?code_challenge={'a' * 43}"):
        answer = await near.call("GET", path)
        assert (answer.status, answer.error) == (503, "too many pending oauth requests")
    await leave(far)
    server.clock.advance(600)
    await leave(near)


async def test_what_happens_is_counted(serve: Serve, hub: Provider) -> None:
    server = await with_github(serve, hub, metrics_enabled=True)
    await signed_in(server)
    await server.anonymous.call("GET", f"{CALLBACK}?code=c&state=x")
    async with server.http.get(server.base.with_path("/metrics")) as answer:
        text = await answer.text()
    for event in ("browser_start", "browser_succeeded", "state_rejected"):
        assert f'clickclack_github_oauth_events_total{{event="{event}"}} 1.0' in text
