"""Who one is on a server: `login`, `logout`, `whoami`, `status`, and the file that remembers (contract chat 7.3)."""

import getpass
import json
import sys
from pathlib import Path

import pytest

from clickclack.cli.stored_caller import same_server
from clickclack.identity import magic_links
from tests.cli.conftest import Call, Ended, Run
from tests.conftest import Server


class ConfigFile:
    """The file that `login` writes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def stored(self) -> dict[str, str] | None:
        return json.loads(self.path.read_text()) if self.path.exists() else None

    @property
    def modes(self) -> tuple[int, int]:
        """Of the file, behind a link, and of its folder."""
        return self.path.stat().st_mode & 0o777, self.path.parent.stat().st_mode & 0o777

    @property
    def is_link(self) -> bool:
        return self.path.is_symlink()

    @property
    def names(self) -> list[str]:
        """What lies in the folder of the file, behind a link."""
        return [path.name for path in self.path.resolve().parent.iterdir()]

    def write(self, content: str = "", **members: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(content or json.dumps(members))

    def move(self, to: Path) -> None:
        """Puts the file elsewhere and a link in its place."""
        to.parent.mkdir()
        self.path.rename(to)
        self.path.symlink_to(to)


@pytest.fixture
def file(tmp_path: Path) -> ConfigFile:
    return ConfigFile(tmp_path / "config" / "clickclack" / "config.json")


async def link_of(server: Server) -> str:
    return (await server.db.write(magic_links.create, "member@example.org", "")).token


async def test_login_says_who_and_stores_the_token_for_this_user_alone(server: Server, call: Call, file: ConfigFile):
    ended = await call("login", "--magic-token", await link_of(server), by=None)
    assert (ended.status, ended.out, ended.err) == (0, "logged in as Member", "")
    stored = file.stored or {}
    assert stored == {"server": str(server.base).rstrip("/"), "token": stored["token"]}
    assert (file.modes, file.names) == ((0o600, 0o700), ["config.json"])
    assert (await call("whoami", by=None)).out == f"{server.cast.people['member'].id}\tMember"


async def test_login_prints_the_token_or_the_whole_answer_and_stores_nothing_when_told(
    server: Server, call: Call, file: ConfigFile
):
    plain = await call("login", "--plain", "--no-store", "--magic-token", await link_of(server), by=None)
    assert plain.out.startswith("sst_")
    whole = await call("login", "--json", "--store=false", "--magic-token", await link_of(server), by=None)
    assert sorted(json.loads(whole.out)) == ["session", "token", "user"]
    assert whole.out.startswith('{\n  "user"')
    assert file.stored is None


async def test_login_keeps_the_places_that_it_was_given(server: Server, call: Call, file: ConfigFile):
    token = await link_of(server)
    await call("login", "--magic-token", token, "--workspace", "acme", "--channel", "random", by=None)
    stored = file.stored or {}
    assert (stored["workspace"], stored["channel"]) == ("acme", "random")
    assert (await call("send", "hi", by=None)).out.endswith(" to #random")


async def test_a_link_is_good_once_and_the_second_login_changes_nothing(server: Server, call: Call, file: ConfigFile):
    token = await link_of(server)
    await call("login", "--magic-token", token, by=None)
    before = file.stored
    again = await call("login", "--magic-token", token, by=None)
    assert (again.status, again.err[20:]) == (1, "400 Bad Request: magic link already used")
    assert file.stored == before


def test_login_without_a_token_and_a_terminal_is_refused(run: Run):
    ended = run("login")
    assert (ended.status, ended.err) == (2, "-magic-token is required")


def test_login_without_a_token_is_refused_when_the_input_ends(run: Run, monkeypatch: pytest.MonkeyPatch):
    def ended(_: str) -> str:
        raise EOFError

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(getpass, "getpass", ended)
    assert run("login") == Ended(2, "", "-magic-token is required")


async def test_logout_ends_the_session_and_forgets_its_token(server: Server, call: Call, file: ConfigFile):
    await call("login", "--magic-token", await link_of(server), by=None)
    token = (file.stored or {})["token"]
    assert (await call("logout", by=None)).out == "logged out"
    assert "token" not in (file.stored or {})
    await server.bearing(token).get("/api/me", want=401)
    assert (await call("logout", "--plain", by=None)).out == "logged_out"
    assert json.loads((await call("--json", "logout", by=None)).out) == {"logged_out": True}


def test_logout_does_not_depend_on_the_server(run: Run, file: ConfigFile, unused_tcp_port: int):
    file.write(server=f"http://127.0.0.1:{unused_tcp_port}", token="sst_x")
    assert run("logout").out == "logged out"
    assert file.stored == {"server": f"http://127.0.0.1:{unused_tcp_port}"}


async def test_whoami_and_status_in_three_forms(server: Server, call: Call):
    me, cast = server.cast.people["member"].id, server.cast
    assert (await call("whoami")).out == f"{me}\tMember"
    assert (await call("whoami", "--plain")).out == me
    assert json.loads((await call("whoami", "--json")).out)["user"]["handle"] == "member"
    origin = str(server.base).rstrip("/")
    status = (await call("status")).out
    assert status == f"server\t{origin}\nuser\t{me}\nworkspace\t{cast.workspace}\nchannel\t{cast.general}"
    assert (await call("status", "--plain")).out == ""
    whole = json.loads((await call("status", "--json")).out)
    assert list(whole) == ["server", "user", "workspace", "channel"]
    assert (whole["server"], whole["channel"]["id"]) == (origin, cast.general)


async def test_status_leaves_open_what_is_not_there_unless_it_was_asked_for(server: Server, call: Call):
    ended = await call("status", by="stray")
    assert ended.out.endswith("\nworkspace\t\nchannel\t")
    refused = await call("status", "--channel", "nope", by="stray")
    assert (refused.status, refused.err[20:]) == (1, "no workspaces visible")


async def test_a_stored_token_goes_to_its_own_server_alone_and_not_beside_a_user_id(
    server: Server, call: Call, file: ConfigFile
):
    token = server.cast.people["member"].token
    file.write(server="http://other.example", token=token, workspace="acme")
    assert (await call("whoami", by=None)).err[20:].startswith("401 Unauthorized")
    file.write(server=str(server.base).upper().replace("HTTP", "Http"), token=token)
    assert (await call("whoami", by=None)).status == 0
    assert (await call("whoami", "--user", "usr_x", by=None)).err[20:].startswith("401 Unauthorized")


async def test_flags_come_before_variables_and_variables_before_what_is_stored(
    server: Server, run: Run, call: Call, file: ConfigFile, monkeypatch: pytest.MonkeyPatch
):
    people = server.cast.people
    file.write(server=str(server.base), token=people["member"].token, channel="general")
    monkeypatch.setenv("CLICKCLACK_TOKEN", people["owner"].token)
    monkeypatch.setenv("CLICKCLACK_CHANNEL", "random")
    assert (await call("whoami", by=None)).out.endswith("Owner")
    assert (await call("whoami", by="moderator")).out.endswith("Moderator")
    assert (await call("send", "x", by=None)).out.endswith("#random")
    assert (await call("send", "--channel", "#general", "x", by=None)).out.endswith("#general")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://localhost:8080", "HTTP://LOCALHOST:8080/", True),
        ("https://a.example/chat/", "https://a.example/chat", True),
        ("https://a.example/chat", "https://a.example/Chat", False),
        ("http://a.example", "https://a.example", False),
        ("http://a.example", "http://a.example:8080", False),
        ("", "", False),
    ],
)
def test_what_the_same_server_is(one: str, other: str, same: bool):
    assert same_server(one, other) is same


async def test_a_file_that_is_there_keeps_its_mode_and_a_link_is_followed(
    server: Server, call: Call, file: ConfigFile, tmp_path: Path
):
    file.write(server="http://old.example")
    file.path.chmod(0o640)
    file.move(tmp_path / "dotfiles" / "clickclack.json")
    await call("login", "--magic-token", await link_of(server), by=None)
    assert file.is_link
    assert "token" in (file.stored or {})
    assert (file.modes[0], file.names) == (0o640, ["clickclack.json"])


async def test_a_file_that_is_read_only_is_left_alone_and_the_link_stays_good(
    server: Server, call: Call, file: ConfigFile
):
    file.write(server="http://old.example")
    file.path.chmod(0o400)
    token = await link_of(server)
    ended = await call("login", "--magic-token", token, by=None)
    assert (ended.status, ended.err[20:]) == (1, f"{file.path} is read-only")
    assert (file.stored, file.names) == ({"server": "http://old.example"}, ["config.json"])
    assert (await call("login", "--no-store", "--magic-token", token, by=None)).status == 0


@pytest.mark.parametrize("content", ["{", "[]", '{"token": 5}'])
def test_a_file_that_is_none_of_ours_is_named(content: str, run: Run, file: ConfigFile):
    file.write(content)
    ended = run("whoami")
    assert ended.status == 1
    assert ended.err[20:].startswith(str(file.path))
