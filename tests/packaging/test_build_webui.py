"""The build of the web UI: when it happens, and what it leaves in the package."""

import gzip
import os
import shutil
from pathlib import Path

import pytest
from build_webui import WebUI, find_node


@pytest.fixture
def webui(tmp_path: Path) -> WebUI:
    (tmp_path / "clickclack").mkdir()
    return WebUI(tmp_path)


def sources(webui: WebUI, page: str) -> None:
    files = {"package.json": "{}", "index.html": page, "node_modules/a/b.js": page}
    for name, content in files.items():
        file = webui.sources / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)


def build(webui: WebUI) -> bool:
    """A build that copies the one page, and a file that does not compress."""

    def copy() -> None:
        (webui.sources / "dist").mkdir(exist_ok=True)
        shutil.copy(webui.sources / "index.html", webui.sources / "dist")
        (webui.sources / "dist" / "tiny.js").write_text("1")

    return webui.build_if_stale(copy)


def test_without_sources_there_is_nothing_to_build(webui: WebUI) -> None:
    assert not build(webui)
    assert not webui.target.exists()


def test_it_builds_once_and_again_only_when_a_source_changes(webui: WebUI) -> None:
    sources(webui, "one")
    assert build(webui)
    assert not build(webui)
    (webui.sources / "node_modules/a/b.js").write_text("not a source")
    assert not build(webui)
    sources(webui, "two")
    assert build(webui)
    assert (webui.target / "index.html").read_text() == "two"


def test_a_failed_build_leaves_the_old_one_in_place(webui: WebUI) -> None:
    sources(webui, "one")
    build(webui)
    sources(webui, "two")

    def fail() -> None:
        raise SystemExit("npm run build failed")

    with pytest.raises(SystemExit):
        webui.build_if_stale(fail)
    assert (webui.target / "index.html").read_text() == "one"
    assert not webui.is_fresh()


def test_what_compresses_well_lies_compressed_beside_itself(webui: WebUI) -> None:
    sources(webui, "word " * 1000)
    build(webui)
    assert {file.name for file in webui.target.iterdir()} == {
        ".sources",
        "index.html",
        "index.html.gz",
        "tiny.js",
    }
    assert gzip.decompress((webui.target / "index.html.gz").read_bytes()) == b"word " * 1000


@pytest.mark.skipif(os.name == "nt", reason="the stand-in programs are shell scripts")
@pytest.mark.parametrize(("version", "used"), [("v20.18.9", False), ("v20.19.0", True), ("v24.1.0", True)])
def test_an_old_node_on_the_path_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, used: bool
) -> None:
    for name in ("node", "npm"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho {version}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    node = find_node()
    assert (node is not None and node.folder == tmp_path) == used
