"""The database as it is at one moment, beside a server that goes on writing: copied whole, or read table by table."""

import contextlib
import os
import sqlite3
import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clickclack.kernel.clock import to_rfc3339
from clickclack.kernel.opening import BUSY_SECONDS, StorageError
from clickclack.kernel.storage_errors import start_advice
from clickclack.kernel.transaction import Tx, marks

PAGE = 100
"""Rows that are in memory at once."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in a form for others: `source` is what follows FROM, `columns` are expressions by name.

    `key` are the columns that number the rows, in an order that an index has. Columns that end in `_at` are times.
    """

    name: str
    source: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    where: str = "1 = 1"

    def query(self, first: bool) -> str:
        """The SQL of the first page, or of the one behind a key."""
        chosen = ", ".join((*(f"{sql} AS {name}" for name, sql in self.columns.items()), *self.key))
        key = ", ".join(self.key)
        behind = "" if first else f" AND ({key}) > ({marks(self.key)})"
        return f"SELECT {chosen} FROM {self.source} WHERE {self.where}{behind} ORDER BY {key} LIMIT ?"


def rows(tx: Tx, table: Table) -> Iterator[dict[str, Any]]:
    """Every row by column, in the order of the key; 100 are read at once."""
    count = len(table.columns)
    page = tx.all(table.query(first=True), PAGE)
    while page:
        for row in page:
            yield {name: _value(name, value) for name, value in zip(table.columns, row[:count], strict=True)}
        page = tx.all(table.query(first=False), *page[-1][count:], PAGE) if len(page) == PAGE else []


def _value(name: str, value: Any) -> Any:
    return to_rfc3339(value) if name.endswith("_at") and value is not None else value


@contextlib.contextmanager
def snapshot(path: Path) -> Generator[Tx]:
    """Reads of one moment, and nothing else; StorageError for a file that cannot be read."""
    with _reading(path) as connection:
        connection.execute("BEGIN")
        yield Tx(connection, time.time_ns() // 1000)


def copy(path: Path, target: Path) -> None:
    """Copies the database to a new file for this user alone; it is whole and on disk before it has its name.

    Raises StorageError for a database that cannot be read or a folder that cannot be written, FileExistsError for a
    target that is there.
    """
    if os.path.lexists(target):
        raise FileExistsError(f"{target} is there already; choose another file")
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise StorageError(f"{target} cannot be written: {error.strerror}") from error
    try:
        with _reading(path) as connection, contextlib.closing(sqlite3.connect(partial)) as copied:
            connection.backup(copied)
        _make_durable(partial)
        _name(partial, target)
    finally:
        for left in (partial, partial.with_name(f"{partial.name}-journal")):
            left.unlink(missing_ok=True)


def _make_durable(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _name(partial: Path, target: Path) -> None:
    """Gives the file its name, over no other file: a second name, or where there are none a new one."""
    try:
        target.hardlink_to(partial)
    except FileExistsError:
        raise FileExistsError(f"{target} is there already; choose another file") from None
    except OSError:
        partial.rename(target)


@contextlib.contextmanager
def _reading(path: Path) -> Generator[sqlite3.Connection]:
    if not path.is_file():
        raise StorageError(f"there is no database at {path}")
    try:
        address = f"{path.absolute().as_uri()}?mode=rw"  # whoever closes last tidies up, as a server would
        with contextlib.closing(
            sqlite3.connect(address, uri=True, isolation_level=None, timeout=BUSY_SECONDS)
        ) as connection:
            connection.execute("PRAGMA query_only = ON")
            yield connection
    except sqlite3.Error as error:
        raise StorageError(start_advice(error, path)) from error
