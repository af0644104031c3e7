"""`backup`: a whole copy while a server writes (contract chat 7.2)."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from clickclack.client import Client
from tests.cli.conftest import Run
from tests.served import served

Out = Callable[..., str]


def bodies(database: Path) -> list[str]:
    """What the messages of a copy say; fails for a copy that is damaged."""
    with closing(sqlite3.connect(database)) as reader:
        assert reader.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert reader.execute("PRAGMA foreign_key_check").fetchall() == []
        return [body for (body,) in reader.execute("SELECT body FROM messages ORDER BY n")]


async def test_a_copy_made_under_load_is_whole_and_has_all_that_was_acknowledged(run: Run, tmp_path: Path):
    data = tmp_path / "data"
    async with served(data) as server, Client(server.origin) as client:
        workspace = (await client.workspaces.list())[0]["id"]
        channel = (await client.channels.list(workspace))[0]["id"]
        acknowledged: list[str] = []

        async def write() -> None:
            while True:
                await client.messages.send(channel, str(len(acknowledged)))
                acknowledged.append(str(len(acknowledged)))

        writing = asyncio.create_task(write())
        for count in range(3):
            await asyncio.sleep(0.2)
            before = list(acknowledged)
            ended = await asyncio.to_thread(run, "backup", "--out", str(tmp_path / f"{count}.db"))
            assert (ended.status, ended.out, ended.err) == (0, "", "")
            copied = bodies(tmp_path / f"{count}.db")
            assert copied[: len(before)] == before
            assert copied == [str(number) for number in range(len(copied))]
        writing.cancel()
    assert len(acknowledged) > 10


async def test_a_copy_can_be_served(out: Out, tmp_path: Path):
    async with served(tmp_path / "data") as server, Client(server.origin) as client:
        me = await client.me()
        await asyncio.to_thread(out, "backup", "--out", str(tmp_path / "copy.db"))
    moved = tmp_path / "moved"
    moved.mkdir()
    (tmp_path / "copy.db").rename(moved / "clickclack.db")
    async with served(moved) as server, Client(server.origin) as client:
        assert await client.me() == me


def test_a_copy_is_for_its_owner_alone_and_leaves_nothing_beside_it(out: Out, tmp_path: Path):
    out("admin", "bootstrap")
    (tmp_path / "backups").mkdir()
    out("backup", "--out", str(tmp_path / "backups" / "a.db"))
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["a.db"]
    assert (tmp_path / "backups" / "a.db").stat().st_mode & 0o777 == 0o600
    beside = {path.name for path in (tmp_path / "data").iterdir() if path.name.startswith("clickclack.db")}
    assert beside == {"clickclack.db", "clickclack.db.lock"}


@pytest.mark.parametrize("dangling", [False, True])
def test_a_file_that_is_there_is_not_touched(dangling: bool, out: Out, run: Run, tmp_path: Path):
    out("admin", "bootstrap")
    target = tmp_path / "mine.db"
    target.symlink_to(tmp_path / "nowhere") if dangling else target.write_text("mine")
    ended = run("backup", "--out", str(target))
    assert (ended.status, ended.err[20:]) == (1, f"{target} is there already; choose another file")
    assert target.is_symlink() if dangling else target.read_text() == "mine"


def test_what_cannot_be_copied_is_said_and_nothing_is_made(run: Run, tmp_path: Path):
    database = tmp_path / "data" / "clickclack.db"
    ended = run("backup", "--out", str(tmp_path / "a.db"))
    assert (ended.status, ended.err[20:]) == (1, f"there is no database at {database}")
    database.parent.mkdir()
    database.write_bytes(b"this is no database, though as long as one" * 500)
    ended = run("backup", "--out", str(tmp_path / "a.db"))
    assert ended.status == 1
    assert "is damaged or is no ClickClack database" in ended.err
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []
    assert run("backup").err == "-out is required"


@pytest.mark.parametrize("command", ["backup", "export"])
def test_a_folder_that_is_not_there_is_said(command: str, out: Out, run: Run, tmp_path: Path):
    out("admin", "bootstrap")
    target = tmp_path / "nowhere" / "a"
    ended = run(command, "--out", str(target))
    assert (ended.status, ended.err[20:]) == (1, f"{target} cannot be written: No such file or directory")
