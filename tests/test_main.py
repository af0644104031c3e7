"""Which command runs, how it ends, and where its complaints go (contract chat 7.1)."""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from clickclack.__main__ import main
from clickclack.cli import serving

STAMPED = re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d ")


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """The arguments with which a server would have been started."""
    starts: list[Sequence[str]] = []
    monkeypatch.setattr(serving, "serve", starts.append)
    return starts


@pytest.mark.parametrize(
    ("arguments", "given"),
    [([], []), (["serve"], []), (["serve", "--addr", ":0"], ["--addr", ":0"]), (["--addr=:0"], ["--addr=:0"])],
)
def test_without_a_command_it_serves(arguments: list[str], given: list[str], served: list[Sequence[str]]):
    assert main(arguments) == 0
    assert served == [given]


@pytest.mark.parametrize("word", ["version", "--version", "-version"])
def test_the_version_names_itself(word: str, capsys: pytest.CaptureFixture[str]):
    assert main([word]) == 0
    assert re.fullmatch(r"clickclack \S+ \([^,]+, [^,]+\)\n", capsys.readouterr().out)


def test_the_version_does_not_wait_for_the_servers_modules():
    loaded = "import sys; from clickclack.__main__ import main; main(['version']); print(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert set(answer.stdout.splitlines()[1].split()) & {"aiohttp", "asyncio", "pydantic", "sqlite3"} == set()


@pytest.mark.parametrize("flag", ["-h", "-help", "--help"])
def test_help_names_the_commands(flag: str, capsys: pytest.CaptureFixture[str], served: list[Sequence[str]]):
    assert main([flag]) == 0
    said = capsys.readouterr().out
    assert all(command in said for command in ("serve", "migrate", "admin", "version", "backup", "export", "send"))
    assert served == []


@pytest.mark.parametrize(
    ("command", "flags"),
    [("serve", ["--addr", "--public-url", "--registration-open"]), ("migrate", ["--data"]), ("version", [])],
)
@pytest.mark.parametrize("word", ["-h", "-help", "--help"])
def test_a_command_explains_itself(
    command: str, flags: list[str], word: str, capsys: pytest.CaptureFixture[str], served: list[Sequence[str]]
):
    assert main([command, word]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"clickclack {command}")
    assert all(flag in said for flag in flags)
    assert served == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["frobnicate"], "unknown command: frobnicate; there are login, .*, canary and, for servers, see --help"),
        (["admin"], r"unknown admin command: \(none\); there are bootstrap, user create, .*"),
        (["serve", "--addr=nonsense"], "addr: must be host:port or :port"),
        (["migrate", "--config=/nowhere.json"], r"/nowhere\.json cannot be read: .*"),
    ],
)
def test_a_failure_is_one_stamped_line(arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]):
    assert main(arguments) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert re.fullmatch(STAMPED.pattern + complaint + "\n", said.err)


@pytest.mark.parametrize("command", ["serve", "migrate", "admin bootstrap"])
def test_a_wrong_flag_has_its_own_status(command: str, capsys: pytest.CaptureFixture[str]):
    assert main([*command.split(), "--nope"]) == 2
    assert capsys.readouterr().err == "flag provided but not defined: -nope\n"


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "file").touch()
    assert main(["migrate", f"--data={tmp_path}/file/data"]) == 1
    assert "cannot be used: Not a directory. Choose another --data" in capsys.readouterr().err


def test_a_defect_keeps_its_trace(monkeypatch: pytest.MonkeyPatch):
    def broken(_: Sequence[str]) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(serving, "serve", broken)
    with pytest.raises(ZeroDivisionError):
        main([])
