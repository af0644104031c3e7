"""The commands of the server's owner (contract chat 7.2)."""

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clickclack.kernel.database import Database
from clickclack.kernel.ids import decode, encode, new_id
from tests.cli.conftest import Run

Out = Callable[..., str]
SECRET = "[0-9A-Za-z]{43}"


@pytest.fixture
def owner(out: Out) -> str:
    """The first user, who owns the default workspace."""
    return out("admin", "bootstrap", "--name", "Ada", "--email", "ada@example.org")


def test_bootstrap_makes_the_first_user_once(out: Out, owner: str):
    assert re.fullmatch("usr_[0-9a-z]{26}", owner)
    assert out("admin", "bootstrap", "--name", "Bob") == owner


def test_what_a_server_with_a_fast_clock_writes_meanwhile_comes_before(
    out: Out, owner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    database, write = tmp_path / "data" / "clickclack.db", Database.write
    later = "evt_" + encode((decode(new_id("evt")[4:]) or 0) + (60_000 << 80))

    async def write_late(self: Database, unit: Any, *given: Any) -> Any:
        with closing(sqlite3.connect(database)) as server, server:
            server.execute(
                "INSERT INTO events (id, type, stream, data, created_at) VALUES (?, 'x', 1, '{}', 0)", [later]
            )
        return await write(self, unit, *given)

    monkeypatch.setattr(Database, "write", write_late)
    out("admin", "user", "create", "--workspace", "clickclack")
    with closing(sqlite3.connect(database)) as reader:
        found = [identifier for (identifier,) in reader.execute("SELECT id FROM events ORDER BY n")]
    assert found[-2] == later
    assert found[-1] > later


def test_bootstrap_needs_no_name(out: Out):
    assert out("admin", "bootstrap").startswith("usr_")


def test_a_user_is_made_with_or_without_a_workspace(out: Out, owner: str):
    made = {out("admin", "user", "create"), out("admin", "user", "create", "--name=B", "--workspace=clickclack")}
    assert len(made | {owner}) == 3


def test_an_address_belongs_to_one_user(run: Run, owner: str):
    ended = run("admin", "user", "create", "--email", "ADA@example.org")
    assert ended.status == 1
    assert ended.err.endswith("there is a user with the e-mail address ada@example.org already")


def test_a_user_has_an_address_that_can_be_one(run: Run, owner: str):
    ended = run("admin", "user", "create", "--email", "nobody")
    assert (ended.status, ended.err[20:]) == (1, "email is not an e-mail address")


def test_a_workspace_that_is_not_there_makes_no_user(run: Run, out: Out, owner: str):
    ended = run("admin", "user", "create", "--email", "b@example.org", "--workspace", "wsp_nope")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.endswith("workspace wsp_nope not found; there are: clickclack")
    assert out("admin", "user", "create", "--email", "b@example.org").startswith("usr_")


def test_a_member_is_added_once(out: Out, owner: str):
    user = out("admin", "user", "create", "--name", "B", "--email", "b@example.org")
    add = ("admin", "member", "add", "--workspace", "clickclack", "--created-by", owner)
    said = out(*add, "--email", "B@Example.org")
    assert re.fullmatch(rf"workspace=wsp_\w+ user={user} role=member status=added", said)
    assert out(*add, "--user", user) == said.replace("status=added", "status=already_member")


def test_an_owner_makes_moderators_and_a_moderator_does_not(run: Run, out: Out, owner: str):
    first, second = out("admin", "user", "create"), out("admin", "user", "create")
    add = ("admin", "member", "add", "--workspace", "clickclack", "--role", "moderator")
    assert "role=moderator status=added" in out(*add, "--created-by", owner, "--user", first)
    refused = run(*add, "--created-by", first, "--user", second)
    assert refused.status == 1
    assert refused.err.endswith("workspace manager permission required")


def test_a_moderator_adds_members_and_a_member_adds_nobody(run: Run, out: Out, owner: str):
    first, second, third = (out("admin", "user", "create") for _ in range(3))
    add = ("admin", "member", "add", "--workspace", "clickclack")
    out(*add, "--created-by", owner, "--user", first, "--role", "moderator")
    assert "role=member status=added" in out(*add, "--created-by", first, "--user", second)
    refused = run(*add, "--created-by", second, "--user", third)
    assert (refused.status, refused.err[20:]) == (1, "workspace manager permission required")


@pytest.mark.parametrize("role", ["owner", "guest", "bot", "x"])
def test_another_role_is_refused(role: str, run: Run, owner: str):
    ended = run("admin", "member", "add", "--workspace=clickclack", f"--created-by={owner}", f"--role={role}")
    assert (ended.status, ended.err.endswith(f'invalid workspace role "{role}"')) == (1, True)


@pytest.mark.parametrize("who", [[], ["--email", "a@example.org", "--user", "usr_x"]])
def test_a_member_is_named_in_exactly_one_way(who: list[str], run: Run, owner: str):
    ended = run("admin", "member", "add", "--workspace=clickclack", f"--created-by={owner}", *who)
    assert (ended.status, ended.err) == (2, "exactly one of -email and -user is required")


@pytest.mark.parametrize("who", ["--email=nobody@example.org", "--user=usr_nobody"])
def test_a_member_who_is_nobody_is_not_found(who: str, run: Run, owner: str):
    ended = run("admin", "member", "add", "--workspace=clickclack", f"--created-by={owner}", who)
    assert (ended.status, ended.err[20:]) == (1, "user not found")


@pytest.mark.parametrize("email", ["nobody", "two words@example.org", "a@.", "@example.org"])
def test_a_magic_link_is_for_an_address_that_can_be_one(run: Run, email: str):
    ended = run("admin", "magic-link", "create", "--email", email)
    assert (ended.status, ended.out, ended.err[20:]) == (1, "", "email is not an e-mail address")


def test_a_magic_link_is_printed_as_its_token_with_the_address_beside(run: Run, monkeypatch: pytest.MonkeyPatch):
    create = ("admin", "magic-link", "create", "--email", "a@example.org")
    ended = run(*create)
    assert re.fullmatch(f"mgt_{SECRET}", ended.out)
    nobody = "nobody has the address a@example.org yet: the link makes a new user"
    assert (ended.status, ended.err) == (0, f"http://localhost:8080/app/sign-in#token={ended.out}\n{nobody}")
    assert run("admin", "user", "create", "--email", "a@example.org").status == 0
    monkeypatch.setenv("CLICKCLACK_PUBLIC_URL", "https://chat.example")
    ended = run(*create)
    assert ended.err == f"https://chat.example/app/sign-in#token={ended.out}"


BOT = ("admin", "bot", "create", "--workspace", "clickclack", "--name", "Helper")


def test_a_bot_is_printed_plain_as_its_token(out: Out, owner: str):
    assert re.fullmatch(f"ccb_{SECRET}", out(*BOT, "--created-by", owner, "--plain"))


def test_a_bot_is_printed_as_one_line_of_json(out: Out, owner: str):
    flags = ("--handle=helper", "--avatar-url=https://example.org/a.png", "--token-name=ci", "--scopes=bot:read")
    said = out(*BOT, "--created-by", owner, "--owner", owner, *flags)
    made = json.loads(said)
    assert "\n" not in said
    assert sorted(made) == ["bot", "bot_token", "token"]
    assert (made["bot"]["kind"], made["bot"]["handle"], made["bot"]["owner_user_id"]) == ("bot", "helper", owner)
    assert (made["bot_token"]["name"], made["bot_token"]["bot_user_id"]) == ("ci", made["bot"]["id"])
    assert "messages:read" in made["bot_token"]["scopes"]
    assert "messages:write" not in made["bot_token"]["scopes"]
    assert re.fullmatch(f"ccb_{SECRET}", made["token"])


def test_a_bot_belongs_to_its_maker_or_to_a_workspace_that_the_maker_manages(run: Run, out: Out, owner: str):
    member = out("admin", "user", "create", "--workspace", "clickclack")
    stranger = out("admin", "user", "create")
    for flags, complaint in (
        (["--created-by", stranger, "--owner", stranger], "bot owner must be a workspace member"),
        (["--created-by", member], "workspace manager permission required"),
        (["--created-by", owner, "--owner", member], "only the bot owner can create a user-owned bot"),
    ):
        ended = run(*BOT, *flags)
        assert (ended.status, ended.err[20:]) == (1, complaint)


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        ("magic-link create", "email"),
        ("member add --created-by usr_x", "workspace"),
        ("member add --workspace clickclack", "created-by"),
        ("bot create --workspace clickclack --created-by usr_x", "name"),
        ("bot create --workspace clickclack --name= --created-by usr_x", "name"),
    ],
)
def test_what_is_required_is_named(command: str, missing: str, run: Run):
    ended = run("admin", *command.split())
    assert (ended.status, ended.err) == (2, f"-{missing} is required")


def test_a_command_works_on_the_database_that_it_is_told(out: Out, run: Run, owner: str, tmp_path: Path):
    there = f"--data={tmp_path}/there"
    assert out("admin", "bootstrap", there) != owner
    assert out("admin", "bootstrap") == owner
    assert (tmp_path / "there" / "clickclack.db").exists()
    refused = run("admin", "bootstrap", "--db", "postgres://here")
    assert (refused.status, refused.err[20:]) == (1, "db: must start with sqlite://")
