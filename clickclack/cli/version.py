"""`version` (contract chat 7.1)."""

import json
from importlib import resources

from clickclack import __version__


def line() -> str:
    """`clickclack <version> (<commit>, <date>)`; a checkout has neither commit nor date of a build."""
    file = resources.files("clickclack").joinpath("build.json")
    build: dict[str, str] = json.loads(file.read_text()) if file.is_file() else {}
    return f"clickclack {__version__} ({build.get('commit', 'unknown')}, {build.get('date', 'unknown')})"
