"""Opening the data directory and the database, or refusing with a sentence that says what to do."""

import contextlib
import os
import sqlite3
import stat
from collections.abc import Generator, Iterable
from pathlib import Path

from clickclack.kernel.migrations import Applied, SqlFile, migrate, pending_migrations, read_migrations
from clickclack.kernel.storage_errors import start_advice

BUSY_SECONDS = 5.0
"""How long another program may hold the database before the start is given up."""


class StorageError(Exception):
    """The data directory or the database cannot be used; the text says what to do."""


def prepare_directory(data: Path, folders: Iterable[str]) -> None:
    """Makes the data directory and its folders, for this user alone; StorageError when it cannot be written.

    Folders of this user that are there already are closed to others, but for one that is shared by all (`/tmp`).
    """
    with _told(data, "--data"):
        for folder in (data, *(data / name for name in folders)):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _close_to_others(folder)
        _prove_writable(data)


def prepare_folder(folder: Path, option: str) -> None:
    """Makes a folder that `option` names, for this user alone, or takes one as it is; StorageError as above."""
    with _told(folder, option):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _prove_writable(folder)


@contextlib.contextmanager
def _told(folder: Path, option: str) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be used: {error.strerror}. Choose another {option}, or let this user write there."
        ) from error


def _prove_writable(folder: Path) -> None:
    probe = folder / ".writable"
    probe.touch(mode=0o600)
    probe.unlink()


def migrate_file(path: Path, files: Iterable[SqlFile], backups: Path) -> Applied:
    """Brings a database file, for this user alone, to the newest schema and proves that it can be written.

    Raises StorageError when it cannot be used, MigrationError when it must not be.
    """
    _make_private(path)
    with _opened(path) as connection:
        migrations = read_migrations(files)
        pending_migrations(connection, migrations)  # a database that is not ours is refused before anything changes
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        applied = migrate(connection, migrations, backups)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("PRAGMA user_version = 1")
        connection.execute("COMMIT")
        return applied


def _make_private(path: Path) -> None:
    """Makes the file unless it is there, and closes it to others; SQLite gives what lies beside it the same mode."""
    with contextlib.suppress(OSError):  # opening the database says better what is wrong
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        if file.is_file():
            _close_to_others(file)


def _close_to_others(path: Path) -> None:
    """Takes the rights of the group and of everybody away from what belongs to this user."""
    found = path.stat()
    mode = stat.S_IMODE(found.st_mode)
    if os.name == "posix" and mode & 0o077 and not mode & stat.S_ISVTX and found.st_uid == os.geteuid():
        path.chmod(mode & ~0o077)


def is_current(path: Path, files: Iterable[SqlFile]) -> bool:
    """Whether the database is there and lacks no migration; changes nothing, raises as `migrate_file` does."""
    if not path.exists():
        return False
    with _opened(path) as connection:
        return not pending_migrations(connection, read_migrations(files))


@contextlib.contextmanager
def _opened(path: Path) -> Generator[sqlite3.Connection]:
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)
        try:
            yield connection
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise StorageError(start_advice(error, path)) from error
