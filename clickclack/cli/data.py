"""The data that a command works on: held by one server at most, and never migrated beneath it (contract chat 7.2)."""

import contextlib
import time
from collections.abc import Generator
from importlib import resources
from pathlib import Path

from clickclack.app import FOLDERS, open_data
from clickclack.kernel.instance_lock import AlreadyServed, InstanceLock, told
from clickclack.kernel.opening import is_current, prepare_directory, prepare_folder
from clickclack.settings import Settings

LOCK = "server.lock"
PATIENCE = 2.0
"""Seconds that a command waits for another command to finish migrating."""
_STEP = 0.05


@contextlib.contextmanager
def held(settings: Settings) -> Generator[InstanceLock]:
    """Makes the data directory and keeps every other server off it and off the database, which may lie elsewhere.

    What is told through the lock that is given is read by `address_served`.

    Raises AlreadyServed when another process holds one of them, StorageError when the directory cannot be used.
    """
    prepare_directory(settings.data, FOLDERS)
    database = settings.database.resolve()
    prepare_folder(database.parent, "--db")
    with InstanceLock(settings.data / LOCK, settings.data), InstanceLock(_lock_of(database), database, "--db") as lock:
        yield lock


def address_served(settings: Settings) -> str:
    """Where the server of this database is, `http://localhost:9000`, say; empty when there is none."""
    return told(_lock_of(settings.database.resolve()))


def _lock_of(database: Path) -> Path:
    return database.with_name(f"{database.name}.lock")


@contextlib.contextmanager
def held_uploads(settings: Settings) -> Generator[None]:
    """The same for uploads, wherever they lie: another server would take the files of this one for orphans."""
    folder = settings.upload_folder.resolve()
    prepare_folder(folder, "--uploads")
    if folder == settings.data.resolve():  # held already
        yield
        return
    with InstanceLock(folder / LOCK, folder, "--uploads"):
        yield


def bring_up_to_date(settings: Settings) -> None:
    """Migrates what is behind, beside a running server only when nothing is.

    Raises AlreadyServed when a server holds data that must be migrated, else what `open_data` raises.
    """
    prepare_directory(settings.data, FOLDERS)
    end = time.monotonic() + PATIENCE
    while not is_current(settings.database, resources.files("clickclack").joinpath("schema").iterdir()):
        try:
            with held(settings):
                open_data(settings)
                return
        except AlreadyServed as error:
            if time.monotonic() >= end:
                raise AlreadyServed(f"the database must be brought to a newer schema first, but {error}") from None
            time.sleep(_STEP)
