"""How client commands are called: flags before and behind, words that are missing, places by any name."""

import json
import logging
from collections.abc import Generator

import pytest

from clickclack.cli.caller import COMMANDS
from tests.cli.conftest import Call, Run
from tests.conftest import Server


@pytest.fixture
def quiet_again() -> Generator[None]:
    log = logging.getLogger("clickclack.client")
    yield
    log.handlers.clear()
    log.setLevel(logging.NOTSET)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, run: Run):
    ended = run(*name.split(), "--help")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith(f"clickclack {name} ")
    assert all(f"  --{flag} " in ended.out for flag in ("server", "json", *COMMANDS[name].flags))


@pytest.mark.parametrize(
    ("command", "status", "complaint"),
    [
        ("--json", 1, "a command is wanted: login, "),
        ("messages", 1, "messages is followed by one of send, list"),
        ("reactions toggle", 1, "reactions is followed by one of add, remove"),
        ("--verbose nonsense", 1, "unknown command: nonsense; there are login, "),
        ("reactions add msg_x", 2, "<emoji> is required"),
        ("reply --body x", 2, "<message> is required"),
        ("whoami now", 2, "unexpected argument: now"),
        ("whoami --nope", 2, "flag provided but not defined: -nope"),
        ("--server nonsense whoami", 1, "nonsense is not the http or https address of a server"),
        ("--server http://a:b@localhost whoami", 1, "the address of a server holds no credentials"),
    ],
)
def test_what_is_wrong_is_said(command: str, status: int, complaint: str, run: Run):
    ended = run(*command.split())
    said = ended.err if status == 2 else ended.err[20:]
    assert (ended.status, ended.out, said[: len(complaint)]) == (status, "", complaint)


async def test_common_flags_stand_before_and_behind_and_the_last_counts(server: Server, run: Run, call: Call):
    token = server.cast.people["owner"].token
    assert (await call("--plain", "whoami", "-token", token)).out == server.cast.people["owner"].id
    assert json.loads((await call("whoami", "--plain", "--json")).out)["user"]["handle"] == "member"


async def test_a_request_is_told_without_query_and_token(server: Server, call: Call, quiet_again: None):
    ended = await call("messages", "list", "--verbose")
    assert f"GET /api/channels/{server.cast.general}/messages 200 (" in ended.err
    assert server.cast.people["member"].token not in ended.err
    assert "?" not in ended.err


async def test_workspaces_and_channels_are_listed(server: Server, call: Call):
    cast = server.cast
    line = f"{cast.workspace}\tacme\tAcme"
    assert (await call("workspaces", "list")).out == line
    assert (await call("workspaces", "list", "--plain")).out == line
    assert list(json.loads((await call("workspaces", "list", "--json")).out)) == ["workspaces"]
    lines = [f"{cast.general}\tgeneral\tpublic", f"{cast.guest}\tguest\tpublic", f"{cast.random}\trandom\tpublic"]
    assert (await call("channels", "list")).out.splitlines() == lines
    whole = json.loads((await call("channels", "list", "--workspace", "ACME", "--json")).out)
    assert (list(whole), whole["workspace"]["slug"]) == (["workspace", "channels"], "acme")


async def test_a_channel_is_found_by_id_in_every_workspace_or_by_name_in_one(server: Server, call: Call):
    cast = server.cast
    made = await server.member.post("/api/workspaces", {"name": "Second"})
    second = made["workspace"]["id"]
    posted = await server.member.post(f"/api/workspaces/{second}/channels", {"name": "other"})
    channel = posted["channel"]["id"]
    sent = [
        await call("send", *flags, "x")
        for flags in (
            ["--channel", channel],
            ["--workspace", second],
            ["--workspace", "second", "--channel", "#other"],
            ["--channel", cast.random],
        )
    ]
    assert [ended.out.partition(" to ")[2] for ended in sent] == ["#other", "#other", "#other", "#random"]
    for flags, complaint in (
        (["--workspace", "acme", "--channel", channel], f"channel {channel} not found"),
        (["--channel", "nope"], "channel nope not found"),
        (["--workspace", "nope"], "workspace nope not found"),
    ):
        ended = await call("send", *flags, "x")
        assert (ended.status, ended.err[20:]) == (1, complaint)
