"""Moving a database forward: all of a step or nothing of it, with the old one kept."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import pytest

from clickclack.kernel.migrations import (
    KEPT_BACKUPS,
    Applied,
    MigrationError,
    migrate,
    read_migrations,
    statements,
)

FIRST = "CREATE TABLE one (a INTEGER);\n"
SECOND = "CREATE TABLE two (a INTEGER);\nINSERT INTO two VALUES (1);\nINSERT INTO one VALUES (2);\n"


@dataclass(frozen=True, slots=True)
class Sql:
    """A migration that is in no file."""

    name: str
    sql: str

    def read_bytes(self) -> bytes:
        return self.sql.encode()


ONE = Sql("0001_first.sql", FIRST)
TWO = Sql("0002_second.sql", SECOND)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "x.db", isolation_level=None)) as opened:
        opened.execute("PRAGMA journal_mode = WAL")
        yield opened


def moved(connection: sqlite3.Connection, backups: Path, *files: Sql) -> Applied:
    return migrate(connection, read_migrations(files), backups)


def contents(connection: sqlite3.Connection) -> list[str]:
    """The whole database as text."""
    return list(connection.iterdump())


def test_a_fresh_database_gets_every_step_in_order_and_no_backup(connection: sqlite3.Connection, tmp_path: Path):
    applied = moved(connection, tmp_path / "b", TWO, Sql("README", "no migration"), ONE)
    assert applied == Applied(("0001_first.sql", "0002_second.sql"), None)
    ledger = connection.execute("SELECT version, name, compatible_since FROM schema_migrations").fetchall()
    assert ledger == [(1, "0001_first.sql", 1), (2, "0002_second.sql", 1)]
    assert not (tmp_path / "b").exists()


def test_the_second_time_nothing_happens(connection: sqlite3.Connection, tmp_path: Path):
    moved(connection, tmp_path, ONE, TWO)
    before, changes = contents(connection), connection.total_changes
    assert moved(connection, tmp_path, ONE, TWO) == Applied((), None)
    assert (contents(connection), connection.total_changes) == (before, changes)


def test_the_product_s_own_steps_apply_and_are_whole(connection: sqlite3.Connection, tmp_path: Path):
    files = list(resources.files("clickclack").joinpath("schema").iterdir())
    migrate(connection, read_migrations(files), tmp_path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_used_database_is_copied_as_it_was_before_it_is_changed(connection: sqlite3.Connection, tmp_path: Path):
    moved(connection, tmp_path, ONE)
    connection.execute("INSERT INTO one VALUES (7)")
    before = contents(connection)
    backup = moved(connection, tmp_path / "b", ONE, TWO).backup
    assert backup is not None
    assert backup.name.endswith("-v1.db")
    with closing(sqlite3.connect(backup)) as copy:
        assert contents(copy) == before
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert list((tmp_path / "b").iterdir()) == [backup]


@pytest.mark.parametrize("years", [range(2020, 2026), range(2990, 2996)])  # also where a clock ran ahead
def test_the_newest_backups_are_kept_and_nothing_else_is_touched(
    connection: sqlite3.Connection, tmp_path: Path, years: range
):
    backups = tmp_path / "b"
    backups.mkdir()
    names = [f"before-migration-{year}0101T000000-v1.db" for year in years]
    for name in [*names, "mine.db"]:
        (backups / name).write_text("old")
    moved(connection, backups, ONE)
    backup = moved(connection, backups, ONE, TWO).backup
    assert backup is not None
    kept = {file.name for file in backups.iterdir()}
    assert kept == {*names[-(KEPT_BACKUPS - 1) :], backup.name, "mine.db"}


def test_a_copy_that_cannot_be_made_leaves_the_database_alone(connection: sqlite3.Connection, tmp_path: Path):
    moved(connection, tmp_path, ONE)
    before = contents(connection)
    (tmp_path / "b").write_text("a file, no folder")
    with pytest.raises(FileExistsError):
        moved(connection, tmp_path / "b", ONE, TWO)
    assert contents(connection) == before


def test_half_a_copy_is_not_kept_whether_it_fails_or_is_killed(tmp_path: Path):
    class FullDisk(sqlite3.Connection):
        def backup(self, target: sqlite3.Connection, **_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            target.execute("CREATE TABLE half (a)")
            raise sqlite3.OperationalError("database or disk is full")

    backups = tmp_path / "b"
    backups.mkdir()
    killed = "before-migration-20200101T000000-v1.partial"
    for name in (killed, f"{killed}-journal"):
        (backups / name).write_text("half")
    with closing(sqlite3.connect(tmp_path / "x.db", isolation_level=None, factory=FullDisk)) as connection:
        moved(connection, backups, ONE)
        before = contents(connection)
        with pytest.raises(sqlite3.OperationalError, match="full"):
            moved(connection, backups, ONE, TWO)
        assert contents(connection) == before
    assert list(backups.iterdir()) == []


def test_a_step_that_was_applied_in_another_form_is_refused(connection: sqlite3.Connection, tmp_path: Path):
    moved(connection, tmp_path, ONE)
    before = contents(connection)
    with pytest.raises(MigrationError, match=r"^migration 0001_first\.sql was applied in another form"):
        moved(connection, tmp_path, Sql(ONE.name, FIRST + "-- changed\n"), TWO)
    assert contents(connection) == before


def test_a_newer_database_is_refused_with_the_version_that_it_needs(connection: sqlite3.Connection, tmp_path: Path):
    moved(connection, tmp_path, ONE)
    connection.execute("INSERT INTO schema_migrations VALUES (2, 'x', 'x', 1, ''), (5, 'y', 'y', 4, '')")
    before = contents(connection)
    with pytest.raises(MigrationError, match=r"has schema version 5 and needs .* at least version 4; this one knows 1"):
        moved(connection, tmp_path, ONE)
    assert contents(connection) == before


def test_a_newer_database_that_says_it_is_compatible_is_used(connection: sqlite3.Connection, tmp_path: Path):
    moved(connection, tmp_path, ONE)
    connection.execute("INSERT INTO schema_migrations VALUES (2, 'x', 'x', 1, '')")
    before = contents(connection)
    assert moved(connection, tmp_path, ONE) == Applied((), None)
    assert contents(connection) == before


def test_a_database_of_another_program_is_refused_untouched(connection: sqlite3.Connection, tmp_path: Path):
    connection.execute("CREATE TABLE songs (title TEXT)")
    before = contents(connection)
    with pytest.raises(MigrationError, match="database of another program"):
        moved(connection, tmp_path, ONE)
    assert contents(connection) == before


def test_a_ledger_of_another_program_is_refused_untouched(connection: sqlite3.Connection, tmp_path: Path):
    connection.execute("CREATE TABLE schema_migrations (version TEXT)")
    before = contents(connection)
    with pytest.raises(MigrationError, match="database of another program"):
        moved(connection, tmp_path, ONE)
    assert contents(connection) == before


def test_a_statement_that_fails_leaves_the_state_before_its_step(connection: sqlite3.Connection, tmp_path: Path):
    broken = Sql("0002_second.sql", SECOND + "INSERT INTO nowhere VALUES (1);\n")
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        moved(connection, tmp_path, ONE, broken)
    assert not connection.in_transaction
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert tables == {"one", "schema_migrations"}
    assert moved(connection, tmp_path, ONE, TWO).names == ("0002_second.sql",)


@pytest.mark.parametrize("names", [["0002_a.sql"], ["0001_a.sql", "0003_b.sql"], ["0001_a.sql", "0001_b.sql"]])
def test_steps_with_gaps_are_refused(names: list[str]):
    with pytest.raises(MigrationError, match="without gaps"):
        read_migrations([Sql(name, "") for name in names])


def test_a_script_is_split_into_statements_with_triggers_whole():
    trigger = (
        "CREATE TRIGGER t AFTER INSERT ON one BEGIN\n"
        "  UPDATE one SET a = CASE WHEN a > 1 THEN 1 ELSE a END;\n"
        "  DELETE FROM one WHERE a = 'x; END;';\n"
        "END;\n"
    )
    script = f"-- first; not a statement\n{FIRST}\n{trigger}INSERT INTO one\nVALUES (1); -- after\nSELECT 1"
    found = [text.strip() for text in statements(script)]
    assert len(found) == 4
    assert found[0].endswith(FIRST.strip())
    assert found[1] == trigger.strip()
    assert found[3] == "SELECT 1"
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in statements(script):
            connection.execute(statement)


KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
from clickclack.kernel.migrations import migrate, read_migrations

class Dying(sqlite3.Connection):
    left = int(sys.argv[2])
    def execute(self, *arguments):
        if Dying.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        Dying.left -= 1
        return super().execute(*arguments)

folder = Path(sys.argv[1])
connection = sqlite3.connect(folder / "x.db", isolation_level=None, factory=Dying)
migrate(connection, read_migrations((folder / "sql").iterdir()), folder / "b")
"""


def test_a_kill_between_any_two_statements_leaves_before_or_after_and_the_next_run_completes(tmp_path: Path):
    (tmp_path / "sql").mkdir()
    for file in (ONE, TWO):
        (tmp_path / "sql" / file.name).write_text(file.sql)
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        moved(connection, tmp_path, ONE)
        connection.execute("INSERT INTO one VALUES (7)")
        before = contents(connection)
    start = path.read_bytes()
    killed = 0
    for left in range(30):
        for file in tmp_path.glob("x.db*"):
            file.unlink()
        path.write_bytes(start)
        run = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(left)], check=False, timeout=20)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            if run.returncode == 0:
                assert connection.execute("SELECT COUNT(*) FROM one").fetchone() == (2,)
                break
            assert run.returncode == -signal.SIGKILL
            killed += 1
            assert contents(connection) == before
            assert moved(connection, tmp_path / "b", ONE, TWO).names == (TWO.name,)
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert killed >= 8
