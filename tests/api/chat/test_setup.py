"""The first run: who comes first owns the server, from elsewhere only with the code of its terminal."""

import asyncio
from typing import Any

import pytest

from clickclack.api.chat.parts import SIGN_IN
from tests.client import Client
from tests.conftest import Serve, Server

FIRST = {"display_name": " Ann ", "email": " Ann@Example.org ", "password": "correct horse"}
GRAVATAR = "https://gravatar.com/avatar/438c4c7afe600cdf1e455c369bec76dc970fc8ca463447c7b387a347f3c79331?d=identicon"


@pytest.fixture
async def fresh(serve: Serve) -> Server:
    """A server that nobody has used yet."""
    return await serve(empty=True)


def far(server: Server) -> Client:
    return server.anonymous.with_headers(X_Forwarded_For="203.0.113.9")


async def test_the_first_person_owns_the_first_workspace(fresh: Server) -> None:
    config = (await fresh.anonymous.get("/api/config"))["config"]
    assert (config["setup_required"], config["setup_code_required"], config["dev_bootstrap"]) == (True, False, False)
    answer = await fresh.anonymous.post("/api/setup", {**FIRST, "workspace_name": " Home "})
    assert (answer["user"]["display_name"], answer["user"]["avatar_url"]) == ("Ann", GRAVATAR)
    assert (answer["workspace"]["name"], answer["workspace"]["slug"]) == ("Home", "clickclack")
    assert answer["workspace"]["role"] == "owner"
    client = fresh.bearing(answer["token"])
    channels = (await client.get(f"/api/workspaces/{answer['workspace']['id']}/channels"))["channels"]
    assert [channel["name"] for channel in channels] == ["general"]
    assert (await fresh.anonymous.get("/api/config"))["config"]["setup_required"] is False
    login = {"email": "ann@example.org", "password": "correct horse"}
    await fresh.anonymous.post("/api/auth/password/login", login, 200)


async def test_nobody_sets_up_a_second_time(fresh: Server) -> None:
    await fresh.anonymous.post("/api/setup", FIRST)
    for client in (fresh.anonymous, far(fresh)):
        assert await client.post("/api/setup", FIRST, 409) == {"error": "this server is already set up"}


async def test_of_several_at_once_one_is_first(fresh: Server) -> None:
    bodies = [{**FIRST, "email": f"{number}@example.org"} for number in range(6)]
    answers = await asyncio.gather(*(fresh.anonymous.call("POST", "/api/setup", body) for body in bodies))
    assert sorted(answer.status for answer in answers) == [201] + [409] * 5
    assert await fresh.db.read(lambda tx: tx.value("SELECT COUNT(*) FROM users")) == 1


async def test_from_elsewhere_the_code_is_asked_for(fresh: Server) -> None:
    stranger, code = far(fresh), fresh.app[SIGN_IN].setup_code
    assert (await stranger.get("/api/config"))["config"]["setup_code_required"] is True
    assert await stranger.post("/api/setup", FIRST, 403) == {"error": "setup code is required"}
    wrong = {**FIRST, "setup_code": "0000-0000-0000"}
    assert await stranger.post("/api/setup", wrong, 403) == {"error": "setup code is wrong"}
    assert (await fresh.anonymous.get("/api/config"))["config"]["setup_required"] is True
    await stranger.post("/api/setup", {**FIRST, "setup_code": f" {code.lower().replace('-', ' ', 1)} "})


async def test_behind_a_public_address_the_code_is_asked_for_whoever_seems_to_call(serve: Serve) -> None:
    server = await serve(empty=True, public_url="https://chat.example")
    assert (await server.anonymous.get("/api/config"))["config"]["setup_code_required"] is True
    assert await server.anonymous.post("/api/setup", FIRST, 403) == {"error": "setup code is required"}
    await server.anonymous.post("/api/setup", {**FIRST, "setup_code": server.app[SIGN_IN].setup_code})


async def test_guessing_the_code_is_throttled(fresh: Server) -> None:
    wrong = {**FIRST, "setup_code": "ÄÖÜ"}
    for _ in range(50):
        await far(fresh).post("/api/setup", wrong, 403)
    right = {**FIRST, "setup_code": fresh.app[SIGN_IN].setup_code}
    answer = await far(fresh).call("POST", "/api/setup", right)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "18")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"display_name": " "}, "display_name is required"),
        ({"display_name": "ä" * 41}, "display_name is too long"),
        ({"email": ""}, "email is required"),
        ({"email": "ann"}, "email is not an e-mail address"),
        ({"password": "short"}, "password must have at least 10 characters"),
        ({"password": None}, "password: field required"),
        ({"workspace_name": "x" * 81}, "workspace name is too long"),
    ],
)
async def test_a_wrong_first_person_leaves_the_server_unused(fresh: Server, change: Any, error: str) -> None:
    assert await fresh.anonymous.post("/api/setup", {**FIRST, **change}, 400) == {"error": error}
    assert (await fresh.anonymous.get("/api/config"))["config"]["setup_required"] is True
    tables = "SELECT (SELECT COUNT(*) FROM users) + (SELECT COUNT(*) FROM workspaces) + (SELECT COUNT(*) FROM events)"
    assert await fresh.db.read(lambda tx: tx.value(tables)) == 0


async def test_dev_mode_needs_no_setup(serve: Serve) -> None:
    server = await serve(dev_bootstrap=True, empty=True)
    config = (await server.anonymous.get("/api/config"))["config"]
    assert (config["setup_required"], config["dev_bootstrap"]) == (False, True)
    me = (await server.anonymous.get("/api/me"))["user"]
    assert (me["display_name"], me["handle"]) == ("Local Captain", "local-captain")
    (workspace,) = (await server.anonymous.get("/api/workspaces"))["workspaces"]
    assert (workspace["name"], workspace["slug"], workspace["role"]) == ("ClickClack", "clickclack", "owner")
    assert (await far(server).get("/api/config"))["config"]["dev_bootstrap"] is False


async def test_the_configuration_tells_where_the_server_is(serve: Serve) -> None:
    server = await serve(public_url="https://Chat.Example/", public_api_url="https://api.chat.example/v0")
    config = (await server.anonymous.get("/api/config"))["config"]
    assert config["frontend_base_url"] == "https://chat.example"
    assert config["api_base_url"] == "https://api.chat.example/v0"
