"""Who may work on the data at the same time: one server, and commands that leave its schema alone (contract 7.2)."""

import errno
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from clickclack.cli import data
from clickclack.cli.data import LOCK, bring_up_to_date, held, held_uploads
from clickclack.kernel import instance_lock
from clickclack.kernel.instance_lock import AlreadyServed, InstanceLock
from clickclack.kernel.opening import StorageError
from clickclack.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


def elsewhere(tmp_path: Path, name: str, file: str = "other.db") -> Settings:
    """A data directory whose database lies in another folder."""
    return Settings(data=tmp_path / name, db=f"sqlite://{tmp_path / 'databases' / file}")


def version_of(settings: Settings) -> int:
    with closing(sqlite3.connect(settings.database)) as connection:
        return connection.execute("SELECT MAX(version) FROM schema_migrations").fetchone()[0]


def test_a_second_server_is_kept_off_the_data_directory(settings: Settings):
    with held(settings), pytest.raises(AlreadyServed), held(settings):
        pass


def test_a_second_server_is_kept_off_a_database_outside_its_data_directory(tmp_path: Path):
    with held(elsewhere(tmp_path, "a")), pytest.raises(AlreadyServed), held(elsewhere(tmp_path, "b")):
        pass


def test_a_second_server_is_kept_off_a_database_inside_anothers_data_directory(settings: Settings, tmp_path: Path):
    thief = Settings(data=tmp_path / "thief", db=f"sqlite://{settings.database}")
    with held(settings), pytest.raises(AlreadyServed), held(thief):
        pass


def test_a_second_server_is_kept_off_the_uploads_of_another_which_it_would_take_for_orphans(
    settings: Settings, tmp_path: Path
):
    thief = Settings(data=tmp_path / "thief", uploads=str(settings.upload_folder))
    refused = pytest.raises(AlreadyServed, match="use another --uploads")
    with held(settings), held_uploads(settings), held(thief), refused, held_uploads(thief):
        pass


def test_uploads_may_lie_in_the_data_directory_itself(tmp_path: Path):
    settings = Settings(data=tmp_path, uploads=str(tmp_path))
    with held(settings), held_uploads(settings):
        pass


def test_a_folder_of_uploads_that_is_there_is_taken_as_it_is(tmp_path: Path):
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o775)
    with held_uploads(Settings(data=tmp_path / "data", uploads=str(folder))):
        assert folder.stat().st_mode & 0o777 == 0o775


def test_a_folder_of_uploads_that_cannot_be_used_is_told(tmp_path: Path):
    (tmp_path / "file").touch()
    settings = Settings(data=tmp_path / "data", uploads=str(tmp_path / "file"))
    with pytest.raises(StorageError, match="Choose another --uploads"), held_uploads(settings):
        pass


def test_a_file_system_without_locks_is_no_other_server(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    def refuse(_: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(instance_lock, "_lock", refuse)
    with pytest.raises(StorageError, match="cannot be locked: No locks available"), held(settings):
        pass


def test_a_database_that_is_served_already_is_told_with_its_own_option(tmp_path: Path):
    with (
        held(elsewhere(tmp_path, "a")),
        pytest.raises(AlreadyServed, match=r"databases/other\.db is already served by .* use another --db"),
        held(elsewhere(tmp_path, "b")),
    ):
        pass


def test_a_folder_of_the_database_that_cannot_be_used_is_told(tmp_path: Path):
    (tmp_path / "file").touch()
    settings = Settings(data=tmp_path / "data", db=f"sqlite://{tmp_path / 'file' / 'x.db'}")
    with pytest.raises(StorageError, match=r"cannot be used: .*Choose another --db"), held(settings):
        pass


def test_a_lock_that_cannot_be_opened_is_told(settings: Settings):
    (settings.data / LOCK).mkdir(parents=True)
    with pytest.raises(StorageError, match=r"cannot be locked: Is a directory\. Choose another --data"), held(settings):
        pass


def test_another_name_of_the_same_database_is_no_way_around_the_lock(tmp_path: Path):
    with held(elsewhere(tmp_path, "a")):
        (tmp_path / "databases" / "link.db").symlink_to(tmp_path / "databases" / "other.db")
        with pytest.raises(AlreadyServed), held(elsewhere(tmp_path, "b", "link.db")):
            pass


def test_two_databases_of_one_folder_are_served_side_by_side(tmp_path: Path):
    with held(elsewhere(tmp_path, "a", "a.db")), held(elsewhere(tmp_path, "b", "b.db")):
        pass


def test_a_server_that_is_refused_leaves_nothing_locked(settings: Settings, tmp_path: Path):
    other = elsewhere(tmp_path, "b")
    with held(other):
        half_free = Settings(data=settings.data, db=other.db)
        with pytest.raises(AlreadyServed), held(half_free):
            pass
        with held(settings):
            pass


def test_a_new_data_directory_is_made_and_migrated(settings: Settings):
    bring_up_to_date(settings)
    assert version_of(settings) >= 1
    with held(settings):
        pass


def test_current_data_are_left_alone_beside_a_server(settings: Settings):
    bring_up_to_date(settings)
    with held(settings):
        bring_up_to_date(settings)


def test_the_schema_is_not_changed_beneath_a_server(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(data, "PATIENCE", 0.2)
    with held(settings), pytest.raises(AlreadyServed, match=r"newer schema first, but .* by process \d+\. Stop it"):
        bring_up_to_date(settings)
    assert not settings.database.exists()


def test_a_command_waits_for_another_that_migrates(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    steps: list[str] = []
    migrating, waited = threading.Event(), threading.Event()
    migrate: Callable[[Settings], None] = data.open_data

    def slowly(given: Settings) -> None:
        migrating.set()
        assert waited.wait(10)
        migrate(given)
        steps.append("migrated")

    monkeypatch.setattr(data, "open_data", slowly)
    monkeypatch.setattr(data, "PATIENCE", 10.0)
    monkeypatch.setattr(data, "InstanceLock", telling(waited))
    threads = [threading.Thread(target=bring_up_to_date, args=[settings]) for _ in range(2)]
    threads[0].start()
    assert migrating.wait(10)
    threads[1].start()
    for thread in threads:
        thread.join(10)
    assert steps == ["migrated"]
    assert version_of(settings) >= 1


def telling(refused: threading.Event) -> type[InstanceLock]:
    """A lock that says when it refused somebody."""

    class Telling(InstanceLock):
        def acquire(self) -> InstanceLock:
            try:
                return super().acquire()
            except AlreadyServed:
                refused.set()
                raise

    return Telling
