"""Commands for a first look: who and what there is, help, invitations, and naming people as people do."""

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from clickclack.cli.admin import COMMANDS
from clickclack.cli.serve_flags import BOOLEANS, TEXTS
from tests.cli.conftest import Run
from tests.test_house import ROOT

Out = Callable[..., str]
SECRET = "[0-9A-Za-z]{43}"


@pytest.fixture
def owner(out: Out) -> str:
    """The first user, who owns the default workspace."""
    return out("admin", "bootstrap", "--name", "Ada", "--email", "ada@example.org")


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("word", ["-h", "--help"])
def test_every_command_explains_its_flags_and_does_nothing(name: str, word: str, out: Out, tmp_path: Path):
    said = out("admin", *name.split(), word)
    assert said.startswith(f"clickclack admin {name} [flags]\n\n  {COMMANDS[name].summary}")
    for flag in (*COMMANDS[name].flags, *COMMANDS[name].booleans, "data", "db", "config"):
        assert re.search(rf"^  --{flag} +\S", said, re.MULTILINE)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("name", ["user list", "workspace list", "job list"])
def test_a_list_makes_no_directory_for_a_mistyped_one(name: str, run: Run, tmp_path: Path):
    ended = run("admin", *name.split(), "--data", str(tmp_path / "typo"))
    assert ended.status == 1
    assert f"there is no database at {tmp_path / 'typo' / 'clickclack.db'}" in ended.err
    assert not (tmp_path / "typo").exists()


def test_admin_lists_its_commands(out: Out):
    said = out("admin", "--help")
    assert all(f"  {name} " in said for name in COMMANDS)


def test_every_flag_of_serve_is_documented():
    page = (ROOT / "docs" / "configuration.md").read_text()
    assert [name for name in (*TEXTS, *BOOLEANS) if f"| `--{name}` |" not in page] == []


def test_people_and_workspaces_are_listed(out: Out, owner: str):
    bob = out("admin", "user", "create", "--name", "Bob")
    out("admin", "bot", "create", "--workspace=clickclack", f"--created-by={owner}", "--name=Helper")
    assert out("admin", "user", "list") == f"{owner}\tAda\tada@example.org\tclickclack\n{bob}\tBob\t\t".rstrip("\n")
    assert re.fullmatch("wsp_[0-9a-z]{26}\tclickclack\tClickClack", out("admin", "workspace", "list"))


def test_without_a_workspace_it_is_said_that_there_is_none(run: Run):
    ended = run("admin", "user", "create", "--workspace", "x")
    assert (ended.status, ended.err[20:]) == (1, "there is no workspace yet")


@pytest.mark.parametrize("named", ["ada@example.org", "ADA@example.org", "ada", "@Ada"])
def test_who_makes_and_owns_a_bot_is_named_by_address_or_handle(named: str, out: Out, owner: str):
    create = ("admin", "bot", "create", "--workspace=clickclack", "--name=Helper")
    made = json.loads(out(*create, f"--created-by={named}", f"--owner={named}"))
    assert made["bot"]["owner_user_id"] == owner


@pytest.mark.parametrize("named", ["bob@example.org", "bob", "usr_bob", "@"])
def test_who_is_nobody_makes_no_bot(named: str, run: Run, owner: str):
    ended = run("admin", "bot", "create", "--workspace=clickclack", "--name=Helper", f"--created-by={named}")
    assert (ended.status, ended.err[20:]) == (1, "user not found")


def test_an_invitation_is_printed_as_its_token_with_the_address_beside(run: Run, owner: str):
    ended = run("admin", "invite", "create", "--workspace", "clickclack")
    assert ended.status == 0
    assert re.fullmatch(f"tok_{SECRET}", ended.out)
    assert ended.err == f"http://localhost:8080/app/invite#token={ended.out}"


def test_an_invitation_is_sent_by_the_server_that_can(run: Run, owner: str, monkeypatch: pytest.MonkeyPatch):
    for name, text in (("PUBLIC_URL", "https://chat.example"), ("SMTP_HOST", "mail.example"), ("SMTP_FROM", "a@b.org")):
        monkeypatch.setenv(f"CLICKCLACK_{name}", text)
    flags = ("--email=new@example.org", "--role=guest", "--days=1")
    ended = run("admin", "invite", "create", "--workspace=clickclack", *flags)
    assert ended.err.splitlines() == [
        f"https://chat.example/app/invite#token={ended.out}",
        "the server sends a mail to new@example.org",
    ]


@pytest.mark.parametrize(
    ("flags", "status", "said"),
    [
        ([], 2, "-workspace is required"),
        (["--workspace=clickclack", "--days=x"], 2, 'invalid value "x" for -days: a whole number is wanted'),
        (["--workspace=clickclack", "--days=0"], 1, "an invitation is good for 1 to 90 days"),
        (["--workspace=clickclack", "--role=owner"], 1, "role must be one of guest, member, moderator"),
        (["--workspace=nope"], 1, "workspace nope not found; there are: clickclack"),
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused(flags: list[str], status: int, said: str, run: Run, owner: str):
    ended = run("admin", "invite", "create", *flags)
    assert (ended.status, ended.err[20:] if status == 1 else ended.err) == (status, said)


def test_nobody_invites_before_anybody_is_there(run: Run):
    ended = run("admin", "invite", "create", "--workspace=clickclack")
    assert (ended.status, ended.err[20:]) == (1, "there is no workspace yet")


@pytest.mark.parametrize("email", ["nobody", "a@b,c@d", "a@b@c", "<a@b.org>", "a b@c.org", "@b.org", "a@"])
def test_an_address_that_is_none_makes_no_user(email: str, run: Run, owner: str):
    ended = run("admin", "user", "create", "--email", email)
    assert (ended.status, ended.err[20:]) == (1, "email is not an e-mail address")


def test_jobs_that_were_given_up_are_listed_with_the_reason(out: Out, owner: str, tmp_path: Path):
    assert out("admin", "job", "list") == ""
    with closing(sqlite3.connect(tmp_path / "data" / "clickclack.db")) as server, server:
        for n, state in enumerate(("dead", "waiting", "dead")):
            server.execute(
                "INSERT INTO jobs (id, kind, data, state, attempts, run_at, last_error, created_at, finished_at)"
                " VALUES (?, 'mail.send', '{}', ?, 3, 0, 'no\n such host', 0, ?)",
                [f"job_{n}", state, n * 10**6],
            )
    assert out("admin", "job", "list").splitlines() == [
        "job_2\tmail.send\t3\t1970-01-01T00:00:02Z\tno such host",
        "job_0\tmail.send\t3\t1970-01-01T00:00:00Z\tno such host",
    ]
