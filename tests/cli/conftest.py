"""The program as a person runs it, in this process: what it prints, what it complains of, how it ends."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from clickclack.__main__ import main


@dataclass(frozen=True, slots=True)
class Ended:
    """The exit status, and the two outputs without their last line end."""

    status: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine that runs the tests counts; the data directory is this test's own."""
    for name in ("ADDR", "DB", "DEV_BOOTSTRAP", "PUBLIC_URL", "PUBLIC_API_URL", "COOKIE_NAMESPACE"):
        monkeypatch.delenv(f"CLICKCLACK_{name}", raising=False)
    monkeypatch.setenv("CLICKCLACK_DATA", str(tmp_path / "data"))


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
