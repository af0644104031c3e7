"""The rules of the house that no linter knows: who imports whom, how large things are, what stays where."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from clickclack.settings import Settings, variable_of

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "clickclack"

CALLERS = "callers"
"""Who is calling: below the surfaces, which share it."""
HTTP_LIBRARIES = {"aiohttp", "multidict", "yarl"}

AREAS = {"identity", "chat"}
MAY_IMPORT: dict[str, set[str]] = {
    "kernel": set(),
    "setting_values": {"kernel"},
    "sign_in_settings": {"kernel", "setting_values"},
    "settings": {"kernel", "setting_values", "sign_in_settings"},
    "identity": {"kernel"},
    "chat": {"kernel", "identity"},
    "api": {"kernel", "settings", *AREAS},
    "client": set(),
}
COMPOSE_EVERYTHING = {"app", "background", "cli", "integration_parts", "push_sender", "sign_in_parts", "__main__"}

HARD_STOP, LARGE, LONG_FUNCTION = 400, 300, 40
COUNTED = {".py", ".ts", ".svelte", ".css"}
DOMAIN_WORDS = re.compile(
    "board|bot|card|channel|conversation|guest|inbox|invitation|mention|membership|moderator|reaction|workspace"
)
REGISTRY_HOSTS = ["pypi" + ".org", "python" + "hosted", "npm" + "js.", "yarn" + "pkg", "deb.debian" + ".org"]


def python_files(folder: Path = PACKAGE) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def tracked_files() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    answer = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [file for name in answer.stdout.split("\0") if name and (file := ROOT / name).is_file()]


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def room_of(file: Path) -> str:
    return file.relative_to(PACKAGE).with_suffix("").parts[0]


def all_imports_of(file: Path) -> Iterator[tuple[int, str]]:
    """The modules that a file imports, wherever in the file: (line, dotted name)."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            yield getattr(node, "lineno", 0), name


def imports_of(file: Path) -> Iterator[tuple[int, str]]:
    """The modules of this package that a file imports: (line, dotted name below clickclack)."""
    for line, name in all_imports_of(file):
        package, _, rest = name.partition(".")
        if package == "clickclack" and rest and not rest.startswith("__version__"):
            yield line, rest


def test_imports_point_one_way() -> None:
    wrong: list[str] = []
    for file in python_files():
        room = room_of(file)
        if room in COMPOSE_EVERYTHING or file == PACKAGE / "__init__.py":
            continue
        assert room in MAY_IMPORT, f"say in MAY_IMPORT what clickclack/{room} may import"
        for line, target in imports_of(file):
            other = target.split(".")[0]
            if other != room and other not in MAY_IMPORT[room]:
                wrong.append(f"{name_of(file)}:{line} imports {target}")
    assert wrong == []


def test_only_the_command_line_uses_the_client() -> None:
    wrong = [
        f"{name_of(file)}:{line} imports {target}"
        for file in python_files()
        if room_of(file) not in ("client", "cli")
        for line, target in imports_of(file)
        if target.split(".")[0] == "client"
    ]
    assert wrong == []


def test_areas_know_nothing_of_http() -> None:
    wrong = [
        f"{name_of(file)}:{line} imports {name}"
        for area in sorted(AREAS)
        for file in python_files(PACKAGE / area)
        for line, name in all_imports_of(file)
        if name.split(".")[0] in HTTP_LIBRARIES
    ]
    assert wrong == []


def test_callers_are_below_the_surfaces() -> None:
    wrong = [
        f"{name_of(file)}:{line} imports {target}"
        for file in python_files(PACKAGE / "api" / CALLERS)
        for line, target in imports_of(file)
        if target.split(".")[0] not in ("kernel", "identity") and not target.startswith(f"api.{CALLERS}.")
    ]
    assert wrong == []


def test_surfaces_do_not_know_each_other() -> None:
    surfaces = {folder.name for folder in (PACKAGE / "api").iterdir() if folder.is_dir()} - {CALLERS}
    wrong = [
        f"{name_of(file)}:{line} imports {target}"
        for file in python_files(PACKAGE / "api")
        for line, target in imports_of(file)
        if target.startswith("api.")
        and target.split(".")[1] in surfaces - {file.relative_to(PACKAGE / "api").parts[0]}
        and file.parent != PACKAGE / "api"
    ]
    assert wrong == []


def test_only_the_kernel_talks_to_a_connection() -> None:
    call = re.compile(r"\.execute(many|script)?\(")
    wrong = [
        f"{name_of(file)}:{number}"
        for file in python_files()
        if room_of(file) != "kernel"
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if call.search(line)
    ]
    assert wrong == [], "go through a Tx: an open cursor outside a unit loses acknowledged rows"


def test_the_kernel_knows_no_word_of_the_domain() -> None:
    wrong: list[str] = []
    for file in python_files(PACKAGE / "kernel"):
        for node in ast.walk(ast.parse(file.read_bytes())):
            names = [getattr(node, key, None) for key in ("id", "attr", "name", "arg")]
            for name in [name for name in names if isinstance(name, str)]:
                words = re.findall(r"[a-z]+|[A-Z][a-z]*", name)
                if any(DOMAIN_WORDS.fullmatch(word.lower().removesuffix("s")) for word in words):
                    wrong.append(f"{name_of(file)}:{getattr(node, 'lineno', 0)} {name}")
    assert wrong == []


def sizes() -> dict[str, int]:
    return {
        name_of(file): len(file.read_text().splitlines())
        for file in tracked_files()
        if file.suffix in COUNTED and "generated" not in file.read_text().partition("\n")[0].lower()
    }


def test_no_file_is_too_large() -> None:
    assert {name: lines for name, lines in sizes().items() if lines > HARD_STOP} == {}


def test_few_files_are_large() -> None:
    lines = sorted(sizes().values())
    assert lines[int(len(lines) * 0.95)] <= LARGE


def test_no_function_is_too_long() -> None:
    long = [
        f"{name_of(file)}:{node.lineno} {node.name}"
        for file in python_files()
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONG_FUNCTION
    ]
    assert long == []


def test_no_file_names_a_package_registry() -> None:
    wrong = [
        f"{name_of(file)} names {host}"
        for file in tracked_files()
        for host in REGISTRY_HOSTS
        if host.encode() in file.read_bytes()
    ]
    assert wrong == []


def declared_dependencies() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    names = {re.split(r"[\[>=<;]", line)[0] for group in groups for line in group}
    return names - {"clickclack"}


def test_every_dependency_is_explained() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text()
    assert {name for name in declared_dependencies() if f"`{name}`" not in page} == set()


def test_every_dependency_is_locked() -> None:
    locks = [ROOT / "requirements.lock", *(ROOT / "packaging").glob("*.lock")]
    locked = {line.partition("==")[0] for lock in locks for line in lock.read_text().splitlines() if "==" in line}
    assert declared_dependencies() - locked == set()


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text()
    assert [name for name in Settings.model_fields if f"`{variable_of(name)}`" not in page] == []
