"""Opening the data directory and the database, or a sentence that says what to do."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from clickclack.kernel.migrations import Applied, MigrationError
from clickclack.kernel.opening import StorageError, migrate_file, prepare_directory


@dataclass(frozen=True, slots=True)
class Sql:
    """A migration that is in no file."""

    name: str
    sql: str

    def read_bytes(self) -> bytes:
        return self.sql.encode()


ONE = Sql("0001_first.sql", "CREATE TABLE one (a INTEGER);\n")


def opened(path: Path) -> Applied:
    return migrate_file(path, [ONE], path.parent / "backups")


def refusal(path: Path) -> str:
    with pytest.raises(StorageError) as refused:
        opened(path)
    return str(refused.value)


def test_the_directory_and_its_folders_are_made_for_this_user_alone(tmp_path: Path):
    data = tmp_path / "deep" / "data"
    prepare_directory(data, ["backups", "uploads"])
    assert sorted(path.name for path in data.iterdir()) == ["backups", "uploads"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in (data, *data.iterdir())} == {0o700}


def test_a_directory_that_is_there_already_keeps_what_is_in_it(tmp_path: Path):
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "file").write_text("kept")
    prepare_directory(tmp_path, ["uploads"])
    assert (tmp_path / "uploads" / "file").read_text() == "kept"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def open_to_all() -> Iterator[None]:
    """Whatever is made without a mode can be read by everybody, as on most machines."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_to_all")
def test_a_directory_that_others_could_read_is_closed_to_them(tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    (data / "uploads").mkdir(mode=0o755)
    prepare_directory(data, ["uploads"])
    assert [mode(path) for path in (data, data / "uploads")] == [0o700, 0o700]


def test_a_directory_that_all_share_stays_shared(tmp_path: Path):
    tmp_path.chmod(0o1777)
    prepare_directory(tmp_path, [])
    assert mode(tmp_path) == 0o1777


@pytest.mark.usefixtures("open_to_all")
def test_no_other_user_can_read_a_database_or_what_lies_beside_it(tmp_path: Path):
    path = tmp_path / "x.db"
    opened(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO one VALUES (1)")
        connection.commit()
        assert {file.name: mode(file) for file in tmp_path.glob("x.db*")} == dict.fromkeys(
            ["x.db", "x.db-wal", "x.db-shm"], 0o600
        )


@pytest.mark.usefixtures("open_to_all")
def test_a_database_that_others_could_read_is_closed_to_them(tmp_path: Path):
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as left_open:
        left_open.execute("PRAGMA journal_mode = WAL")
        left_open.execute("PRAGMA user_version = 7")
        assert mode(path.with_name("x.db-wal")) == 0o644
        opened(path)
        assert {mode(file) for file in tmp_path.glob("x.db*")} == {0o600}


@pytest.mark.usefixtures("open_to_all")
def test_no_other_user_can_read_a_backup(tmp_path: Path):
    path = tmp_path / "x.db"
    opened(path)
    applied = migrate_file(path, [ONE, Sql("0002_second.sql", "CREATE TABLE two (a INTEGER);\n")], tmp_path)
    assert applied.backup is not None
    assert mode(applied.backup) == 0o600


@pytest.mark.parametrize("in_the_way", ["data", "data/uploads", "."])
def test_a_file_in_the_place_of_a_folder_is_refused_with_what_to_do(tmp_path: Path, in_the_way: str):
    data = tmp_path / "deep" / "data"
    file = data.parent / in_the_way
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("a file")
    with pytest.raises(StorageError) as refused:
        prepare_directory(data, ["uploads"])
    assert str(refused.value).startswith(f"{data} cannot be used: ")
    assert str(refused.value).endswith("Choose another --data, or let this user write there.")
    assert file.read_text() == "a file"


def test_a_directory_that_cannot_be_written_is_refused(tmp_path: Path):
    (tmp_path / ".writable").mkdir()
    with pytest.raises(StorageError, match="cannot be used: Is a directory"):
        prepare_directory(tmp_path, [])


def test_a_new_database_keeps_a_write_ahead_log_and_is_migrated_once(tmp_path: Path):
    path = tmp_path / "x.db"
    assert opened(path).names == (ONE.name,)
    assert opened(path).names == ()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert not path.with_name("x.db-wal").exists()


def test_a_damaged_database_is_refused_untouched(tmp_path: Path):
    path = tmp_path / "x.db"
    path.write_bytes(b"no database at all, and longer than a header of one hundred bytes" * 50)
    before = path.read_bytes()
    assert refusal(path).startswith(f"{path} is damaged or is no ClickClack database. Restore")
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_refused_untouched(tmp_path: Path):
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    before = path.read_bytes()
    with pytest.raises(MigrationError, match="another program"):
        opened(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["x.db"]


def test_a_folder_in_the_place_of_the_database_is_refused(tmp_path: Path):
    assert refusal(tmp_path).startswith(f"{tmp_path} cannot be opened.")


def test_a_database_that_another_program_holds_is_refused_after_a_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "x.db"
    opened(path)
    monkeypatch.setattr("clickclack.kernel.opening.BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert refusal(path) == f"{path} is locked by another program. End that program and start again."
    assert opened(path).names == ()


def test_a_full_disk_is_refused_and_nothing_is_half_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def small(database: Path, *, isolation_level: None, timeout: float) -> sqlite3.Connection:
        connection = connect(database, isolation_level=isolation_level, timeout=timeout)
        connection.execute("PRAGMA max_page_count = 4")
        return connection

    connect = sqlite3.connect
    path = tmp_path / "x.db"
    big = Sql("0001_first.sql", "".join(f"CREATE TABLE t{number} (a INTEGER);\n" for number in range(20)))
    monkeypatch.setattr(sqlite3, "connect", small)
    with pytest.raises(StorageError) as refused:
        migrate_file(path, [big], tmp_path)
    monkeypatch.undo()
    assert str(refused.value) == f"The disk that holds {path} is full. Free some space and start again."
    assert migrate_file(path, [big], tmp_path).names == (big.name,)
