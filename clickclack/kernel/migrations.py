"""Moving a database forward: numbered SQL files, each in one transaction, a backup before (design section 4)."""

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from clickclack.kernel.folders import sync_folder

KEPT_BACKUPS = 5
COMPATIBLE_SINCE = 1
"""The oldest schema version whose server can still use a database of the newest version."""

_LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migrations (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  compatible_since INTEGER NOT NULL,
  applied_at TEXT NOT NULL
) STRICT
"""


class MigrationError(Exception):
    """The database cannot be used by this version; the text says why and what to do."""


class SqlFile(Protocol):
    """A migration: a file called `<number>_<name>.sql`."""

    @property
    def name(self) -> str: ...

    def read_bytes(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: its number, its file's name, what it does and the checksum of that."""

    version: int
    name: str
    sql: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Applied:
    """What `migrate` did: the names of the steps, and the backup made before them."""

    names: tuple[str, ...]
    backup: Path | None


def read_migrations(files: Iterable[SqlFile]) -> list[Migration]:
    """The steps in order; MigrationError unless they are numbered from 1 without gaps."""
    found: list[Migration] = []
    for file in sorted((f for f in files if f.name.endswith(".sql")), key=lambda f: f.name):
        content = file.read_bytes()
        number = int(file.name.partition("_")[0])
        found.append(Migration(number, file.name, content.decode(), hashlib.sha256(content).hexdigest()))
    if [m.version for m in found] != list(range(1, len(found) + 1)):
        raise MigrationError("the migrations of this installation are not numbered without gaps; install it again")
    return found


def migrate(connection: sqlite3.Connection, migrations: list[Migration], backups: Path) -> Applied:
    """Applies what is missing, after a backup of a database that has been used before.

    The connection must be in autocommit mode. Raises MigrationError for a database that is newer than this version or
    whose past differs from the files; sqlite3.Error when it cannot be read or written. Killed at any point it leaves a
    database before or after a step, never between.
    """
    pending = pending_migrations(connection, migrations)
    if not pending:
        return Applied((), None)
    backup = _back_up(connection, backups) if pending[0].version > 1 else None
    connection.execute(_LEDGER)
    for migration in pending:
        _apply(connection, migration)
    return Applied(tuple(m.name for m in pending), backup)


def pending_migrations(connection: sqlite3.Connection, migrations: list[Migration]) -> list[Migration]:
    """The steps that this database lacks; MigrationError when it is not one of ours or is newer."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    columns = {row[0] for row in connection.execute("SELECT name FROM pragma_table_info('schema_migrations')")}
    if tables and not columns >= {"version", "name", "sha256", "compatible_since"}:
        raise MigrationError("the file is a database of another program; choose another --db or --data")
    if not tables:
        return migrations
    done: list[tuple[int, str, str, int]] = connection.execute(
        "SELECT version, name, sha256, compatible_since FROM schema_migrations ORDER BY version"
    ).fetchall()
    newest = migrations[-1].version if migrations else 0
    for version, name, sha256, compatible_since in done:
        if version > newest:
            if compatible_since > newest:
                raise MigrationError(
                    f"the database has schema version {done[-1][0]} and needs a ClickClack that knows at least version"
                    f" {compatible_since}; this one knows {newest}. Install a newer ClickClack, or restore a backup."
                )
            continue
        known = migrations[version - 1]
        if known.sha256 != sha256:
            raise MigrationError(
                f"migration {name} was applied in another form than this installation has. Install the version that"
                " made the database, or restore a backup."
            )
    return [m for m in migrations if m.version > len(done)]


def _apply(connection: sqlite3.Connection, migration: Migration) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in statements(migration.sql):
            connection.execute(statement)
        connection.execute(
            "INSERT INTO schema_migrations (version, name, sha256, compatible_since, applied_at)"
            " VALUES (?, ?, ?, ?, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))",
            (migration.version, migration.name, migration.sha256, COMPATIBLE_SINCE),
        )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def statements(sql: str) -> Iterator[str]:
    """The statements of a script, triggers whole."""
    gathered = ""
    for line in sql.splitlines(keepends=True):
        gathered += line
        if sqlite3.complete_statement(gathered):
            yield gathered
            gathered = ""
    if gathered.strip():
        yield gathered


def _back_up(connection: sqlite3.Connection, backups: Path) -> Path:
    """A consistent copy, beside the last few others; it is complete before it has its name."""
    backups.mkdir(mode=0o700, parents=True, exist_ok=True)
    version = connection.execute("SELECT MAX(version) FROM schema_migrations").fetchone()[0]
    stamp = connection.execute("SELECT strftime('%Y%m%dT%H%M%S', 'now')").fetchone()[0]
    path = backups / f"before-migration-{stamp}-v{version}.db"
    partial = path.with_suffix(".partial")
    _clear_partial(backups)
    try:
        partial.touch(mode=0o600)
        with contextlib.closing(sqlite3.connect(partial)) as copy:
            connection.backup(copy)
    except BaseException:
        _clear_partial(backups)
        raise
    partial.rename(path)
    sync_folder(backups)
    others = sorted(other for other in backups.glob("before-migration-*.db") if other != path)
    for old in others[: -(KEPT_BACKUPS - 1)]:
        old.unlink()
    return path


def _clear_partial(backups: Path) -> None:
    """Takes away what a copy left that failed or was killed: started again and again, it would fill the disk."""
    for left in backups.glob("before-migration-*.partial*"):
        left.unlink(missing_ok=True)
