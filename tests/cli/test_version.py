"""What the version says of the commit: that of the checkout, else that of the build."""

import json
import subprocess
from pathlib import Path

import pytest

from clickclack import __version__
from clickclack.cli import version


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package in a folder of its own, from which the program seems to run."""
    made = tmp_path / "clickclack"
    made.mkdir()

    def files(_: str) -> Path:
        return made

    monkeypatch.setattr(version.resources, "files", files)
    return made


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    answer = subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return answer.stdout.strip()


def test_a_build_says_what_it_was_built_of(package: Path):
    assert version.line() == f"clickclack {__version__} (unknown, unknown)"
    (package / "build.json").write_text(json.dumps({"commit": "abc", "date": "2026-01-02"}))
    assert version.line() == f"clickclack {__version__} (abc, 2026-01-02)"


def test_a_checkout_says_its_commit_and_not_that_of_an_older_build(package: Path):
    root = package.parent
    (package / "build.json").write_text(json.dumps({"commit": "abc", "date": "2026-01-02"}))
    (root / "pyproject.toml").touch()
    git(root, "init", "-q")
    assert "(abc, 2026-01-02)" in version.line(), "there is no commit yet"
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "One")
    assert version.line() == f"clickclack {__version__} ({git(root, 'log', '-1', '--format=%h, %cs')})"


def test_a_package_in_a_folder_of_somebody_elses_is_no_checkout(package: Path):
    git(package.parent, "init", "-q")
    git(package.parent, "commit", "-q", "--allow-empty", "-m", "One")
    assert "(unknown, unknown)" in version.line()
