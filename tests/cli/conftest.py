"""The program as a person runs it, in this process: what it prints, what it complains of, how it ends."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from clickclack.__main__ import main
from tests.conftest import Server


@dataclass(frozen=True, slots=True)
class Ended:
    """The exit status, and the two outputs without their last line end."""

    status: int
    out: str
    err: str


Run = Callable[..., Ended]
Call = Callable[..., Coroutine[Any, Any, Ended]]


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine that runs the tests counts; the data directory is this test's own."""
    servers = ("ADDR", "DB", "DEV_BOOTSTRAP", "PUBLIC_URL", "PUBLIC_API_URL", "COOKIE_NAMESPACE")
    for name in (*servers, "SERVER", "TOKEN", "USER_ID", "WORKSPACE", "CHANNEL"):
        monkeypatch.delenv(f"CLICKCLACK_{name}", raising=False)
    monkeypatch.setenv("CLICKCLACK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def ran(*arguments: str) -> Ended:
        status = main(arguments)
        said = capsys.readouterr()
        return Ended(status, said.out.rstrip("\n"), said.err.rstrip("\n"))

    return ran


@pytest.fixture
def out(run: Run) -> Callable[..., str]:
    """Runs a command that must succeed, and returns what it printed."""

    def printed(*arguments: str) -> str:
        ended = run(*arguments)
        assert (ended.status, ended.err) == (0, "")
        return ended.out

    return printed


@pytest.fixture
def call(server: Server, run: Run) -> Call:
    """Runs a client command against the server, as somebody in the cast or `by=None` as nobody."""

    async def called(*arguments: str, by: str | None = "member") -> Ended:
        token = ("--token", server.cast.people[by].token) if by else ()
        return await asyncio.to_thread(run, "--server", str(server.base), *token, *arguments)

    return called
