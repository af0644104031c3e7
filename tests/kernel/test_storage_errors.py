"""SQLite's failures in words."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from clickclack.kernel.errors import StorageFull, Unavailable
from clickclack.kernel.storage_errors import classify, is_busy, primary_code, start_advice

CASES = [
    (sqlite3.SQLITE_FULL, 507, "disk is full", "Free some space"),
    (sqlite3.SQLITE_BUSY, 503, "locked by another program", "End that program"),
    (sqlite3.SQLITE_BUSY_SNAPSHOT, 503, "locked by another program", "End that program"),
    (sqlite3.SQLITE_LOCKED, 503, "locked by another program", "End that program"),
    (sqlite3.SQLITE_READONLY, 503, "read-only", "write permission"),
    (sqlite3.SQLITE_READONLY_DBMOVED, 503, "read-only", "write permission"),
    (sqlite3.SQLITE_PERM, 503, "read-only", "write permission"),
    (sqlite3.SQLITE_CORRUPT, 503, "damaged", "Restore a file from the backups folder"),
    (sqlite3.SQLITE_CORRUPT_INDEX, 503, "damaged", "Restore a file from the backups folder"),
    (sqlite3.SQLITE_NOTADB, 503, "damaged", "Restore a file from the backups folder"),
    (sqlite3.SQLITE_IOERR, 503, "input/output error", "the disk is healthy"),
    (sqlite3.SQLITE_IOERR_WRITE, 503, "input/output error", "the disk is healthy"),
    (sqlite3.SQLITE_CANTOPEN, 503, "input/output error", "its folder exists"),
]


def failure(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("an inner word")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(("code", "status", "text", "advice"), CASES)
def test_each_failure_has_a_status_a_text_and_something_to_do(code: int, status: int, text: str, advice: str):
    problem = classify(failure(code))
    assert isinstance(problem, StorageFull if status == 507 else Unavailable)
    assert problem.status == status
    assert text in problem.text
    shown = start_advice(failure(code), Path("/data/x.db"))
    assert "/data/x.db" in shown
    assert advice in shown
    assert "an inner word" not in problem.text + shown


@pytest.mark.parametrize("code", [sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_MISMATCH])
def test_a_mistake_in_a_statement_is_not_the_disk_s(code: int):
    assert classify(failure(code)) is None
    assert start_advice(failure(code), Path("x.db")) == "x.db cannot be used: an inner word"


def test_an_error_that_sqlite_did_not_number_is_a_mistake():
    error = sqlite3.ProgrammingError("closed")
    assert primary_code(error) == 0
    assert classify(error) is None
    assert not is_busy(error)


def test_a_real_lock_is_busy(tmp_path: Path):
    path = tmp_path / "x.db"
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as one,
        closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as two,
    ):
        one.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as refused:
            two.execute("BEGIN IMMEDIATE")
        assert is_busy(refused.value)
