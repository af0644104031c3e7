"""`version` (contract chat 7.1)."""

import json
import shutil
import subprocess
from importlib import resources
from pathlib import Path

from clickclack import __version__


def line() -> str:
    """`clickclack <version> (<commit>, <date>)`, of the checkout that it runs from, else of the build."""
    package = Path(str(resources.files("clickclack")))
    commit, date = _checked_out(package.parent) or _built(package)
    return f"clickclack {__version__} ({commit}, {date})"


def _built(package: Path) -> tuple[str, str]:
    file = package / "build.json"
    build: dict[str, str] = json.loads(file.read_text()) if file.is_file() else {}
    return build.get("commit", "unknown"), build.get("date", "unknown")


def _checked_out(root: Path) -> tuple[str, str] | None:
    """The commit of the checkout at `root` and its date; None when there is none, or no git to ask."""
    git = shutil.which("git")
    if git is None or not ((root / ".git").exists() and (root / "pyproject.toml").is_file()):
        return None
    command = [git, "-C", str(root), "log", "-1", "--format=%h %cs"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - nothing of a stranger's
    found = answer.stdout.split()
    return (found[0], found[1]) if answer.returncode == 0 and len(found) == 2 else None
