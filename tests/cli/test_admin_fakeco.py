"""A made-up company to look around in."""

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest

from tests.cli.conftest import Run
from tests.served import served

SEED = ("admin", "fakeco", "seed", "--environment", "fakeco")


@pytest.fixture
def owner(run: Run) -> str:
    """The id of who set the server up."""
    return _owner(run)


def test_it_is_made_for_nobody_who_does_not_name_it(run: Run):
    for flags in ((), ("--environment", "production")):
        ended = run("admin", "fakeco", "seed", *flags)
        assert (ended.status, ended.out, ended.err) == (2, "", "-environment must be fakeco")
    assert run("admin", "workspace", "list").out == ""


def test_a_server_is_set_up_first(run: Run):
    ended = run(*SEED)
    assert (ended.status, ended.out) == (1, "")
    assert "nobody has set this server up yet" in ended.err
    assert run("admin", "user", "list").out == ""


def test_it_is_made_once(run: Run, owner: str):
    made = json.loads(run(*SEED).out)
    assert [one["name"] for one in made["channels"]] == ["general", "engineering", "design", "launch"]
    ended = run(*SEED)
    assert (ended.status, ended.out) == (1, "")
    assert "fakeco exists already" in ended.err
    assert len(run("admin", "user", "list").out.splitlines()) == len(made["users"]) + 1


def test_who_is_there_already_can_look_at_it(run: Run, owner: str):
    run(*SEED)
    ended = run("admin", "member", "add", "--workspace", "fakeco", "--created-by", "@mara-lindqvist", "--user", owner)
    assert ended.out.endswith("status=already_member")


async def test_its_people_sign_in_and_find_what_was_said(run: Run, tmp_path: Path):
    await asyncio.to_thread(_owner, run)
    made = json.loads((await asyncio.to_thread(run, *SEED)).out)
    places = {one["name"]: one["id"] for one in made["channels"]}
    links = {who: await asyncio.to_thread(_link, run, who) for who in ("june", "sam")}
    async with served(tmp_path / "data", dev=False) as server, aiohttp.ClientSession(server.origin) as http:
        seen: dict[str, dict[str, str]] = {}
        for who, token in links.items():
            async with http.post("/api/auth/magic/consume", json={"token": token}) as answer:
                seen[who] = {"Authorization": f"Bearer {(await answer.json())['token']}"}
        url = f"/api/channels/{places['launch']}/messages"
        async with http.get(url, headers=seen["sam"]) as answer:
            assert answer.status == 404
        async with http.get(url, headers=seen["june"]) as answer:
            (plan,) = (await answer.json())["messages"]
        assert (plan["author"]["handle"], plan["thread_state"]["reply_count"]) == ("mara-lindqvist", 1)
        async with http.get(f"/api/channels/{places['engineering']}/messages", headers=seen["sam"]) as answer:
            messages = (await answer.json())["messages"]
    kinds = [one["kind"] for one in messages if one["author"]["handle"] == "scout"]
    assert kinds == ["agent_commentary", "agent_tool", "message"]


def _owner(run: Run) -> str:
    return run("admin", "bootstrap", "--name", "Ada").out


def _link(run: Run, who: str) -> str:
    return run("admin", "magic-link", "create", "--email", f"{who}@fakeco.example").out
