"""Data that the program must not use: one line that says what to do, status 1, and nothing changed."""

import asyncio
import re
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from tests.cli.conftest import Run
from tests.served import served

Spoil = Callable[[Path], None]
Out = Callable[..., str]


def garbage(database: Path) -> None:
    database.write_bytes(b"this is no database, though as long as one" * 500)


def torn(database: Path) -> None:
    content = bytearray(database.read_bytes())
    content[100:4096] = b"\xff" * (4096 - 100)
    database.write_bytes(bytes(content))


def of_another_program(database: Path) -> None:
    database.unlink()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")


def newer(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("INSERT INTO schema_migrations VALUES (900, 'x', 'x', 800, '')")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def otherwise_migrated(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE schema_migrations SET sha256 = 'x' WHERE version = 1")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def a_folder(database: Path) -> None:
    database.unlink()
    database.mkdir()


CASES = [
    pytest.param(garbage, "is damaged or is no ClickClack database. Restore a file from the backups", id="garbage"),
    pytest.param(torn, "is damaged or is no ClickClack database. Restore a file from the backups", id="torn"),
    pytest.param(of_another_program, "is a database of another program; choose another --db", id="another program's"),
    pytest.param(newer, "has schema version 900 and needs a ClickClack that knows at least version 800", id="newer"),
    pytest.param(otherwise_migrated, "was applied in another form than this installation has", id="another form"),
    pytest.param(a_folder, "cannot be opened. Check that its folder exists", id="a folder"),
]


@pytest.fixture
def database(out: Out, tmp_path: Path) -> Path:
    """A good database, to be spoiled."""
    out("migrate")
    return tmp_path / "data" / "clickclack.db"


def contents(database: Path) -> bytes:
    return database.read_bytes() if database.is_file() else b""


async def serve(data: Path) -> tuple[int | None, str]:
    """Starts a server that must not start: its status and what it said, the time taken off."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "clickclack",
        "serve",
        "--addr=127.0.0.1:0",
        f"--data={data}",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(20):
        out, err = await process.communicate()
    assert out == b""
    return process.returncode, err.decode()


@pytest.mark.parametrize(("spoil", "says"), CASES)
@pytest.mark.parametrize("command", ["migrate", "admin bootstrap"])
def test_a_command_refuses_the_database(command: str, spoil: Spoil, says: str, database: Path, run: Run):
    spoil(database)
    before = contents(database)
    ended = run(*command.split())
    assert (ended.status, ended.out) == (1, "")
    assert says in ended.err
    assert len(ended.err.splitlines()) == 1
    assert contents(database) == before


@pytest.mark.parametrize(("spoil", "says"), CASES)
async def test_a_server_refuses_the_database(spoil: Spoil, says: str, database: Path):
    spoil(database)
    before = contents(database)
    status, said = await serve(database.parent)
    assert status == 1
    assert re.fullmatch(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d [^\n]+\n", said), said
    assert says in said
    assert contents(database) == before


async def test_a_server_refuses_a_data_directory_that_is_a_file(tmp_path: Path):
    (tmp_path / "data").write_text("mine")
    status, said = await serve(tmp_path / "data")
    assert status == 1
    assert re.fullmatch(r"[^\n]+/data cannot be used: File exists\. Choose another --data[^\n]+\n", said), said
    assert (tmp_path / "data").read_text() == "mine"


def test_migrating_says_nothing_and_the_second_time_changes_nothing(out: Out, tmp_path: Path):
    assert out("migrate") == ""
    before = (tmp_path / "data" / "clickclack.db").read_bytes()
    assert out("migrate") == ""
    assert (tmp_path / "data" / "clickclack.db").read_bytes() == before
    assert list((tmp_path / "data" / "backups").iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_server_with_open_sockets_stops_within_six_seconds(tmp_path: Path, number: signal.Signals):
    async with served(tmp_path) as server, aiohttp.ClientSession(server.origin) as http:
        async with http.get("/api/workspaces") as answer:
            workspace_id = (await answer.json())["workspaces"][0]["id"]
        query = {"workspace_id": workspace_id}
        sockets = [await http.ws_connect("/api/realtime/ws", params=query) for _ in range(3)]
        began = time.monotonic()
        server.process.send_signal(number)
        assert await server.process.wait() == 0
        assert time.monotonic() - began < 6
        for socket in sockets:
            await socket.close()
    assert not (tmp_path / "clickclack.db-wal").exists()
    assert not (tmp_path / "clickclack.db-shm").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("serve", "--registration-open", "false"),
        ("serve", "--dev-bootstrap", "false", "--log-format=human"),
        ("migrate", "now"),
        ("admin", "user", "create", "Bob", "--email=bob@example.org"),
    ],
)
def test_words_behind_the_flags_are_refused_for_what_they_would_drop(arguments: tuple[str, ...], run: Run):
    ended = run(*arguments)
    wanted = next(word for word in arguments[1:] if not word.startswith("-") and word not in ("user", "create"))
    assert (ended.status, ended.err) == (2, f"unexpected argument: {wanted}")
