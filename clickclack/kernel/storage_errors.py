"""SQLite's failures in words: the problem a caller gets, and what the person who runs the server can do."""

import sqlite3
from pathlib import Path

from clickclack.kernel.errors import Problem, StorageFull, Unavailable

_PRIMARY = 0xFF

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_READ_ONLY = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_DEVICE = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL)


def primary_code(error: sqlite3.Error) -> int:
    """The failure's kind without its details; 0 when SQLite gave none."""
    return (getattr(error, "sqlite_errorcode", 0) or 0) & _PRIMARY


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another process holds the database."""
    return primary_code(error) in _BUSY


def classify(error: sqlite3.Error) -> Problem | None:
    """The problem that a caller can act on, or None when the failure is a mistake in a statement."""
    code = primary_code(error)
    if code == sqlite3.SQLITE_FULL:
        return StorageFull("the server's disk is full; nothing was saved")
    if code in _BUSY:
        return Unavailable("the database is locked by another program; try again")
    if code in _READ_ONLY:
        return Unavailable("the database cannot be written: it is read-only")
    if code in _DAMAGED:
        return Unavailable("the database is damaged; restore a backup")
    if code in _DEVICE:
        return Unavailable("the database cannot be reached: input/output error")
    return None


def start_advice(error: sqlite3.Error, path: Path) -> str:
    """What to tell who starts a server that cannot use its database, and what to do about it."""
    code = primary_code(error)
    if code == sqlite3.SQLITE_FULL:
        return f"The disk that holds {path} is full. Free some space and start again."
    if code in _BUSY:
        return f"{path} is locked by another program. End that program and start again."
    if code in _READ_ONLY:
        return f"{path} or its folder cannot be written. Give this user write permission and start again."
    if code in _DAMAGED:
        return f"{path} is damaged or is no ClickClack database. Restore a file from the backups folder beside it."
    if code in _DEVICE:
        return f"{path} cannot be opened. Check that its folder exists, can be written, and that the disk is healthy."
    return f"{path} cannot be used: {error}"
