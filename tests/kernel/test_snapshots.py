"""Reading a database as it was at one moment, table by table, beside somebody who writes."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from clickclack.kernel.opening import StorageError
from clickclack.kernel.snapshots import Table, rows, snapshot

PAIRS = Table(
    "pairs",
    "pairs p",
    {"a": "p.a", "b": "p.b", "made_at": "p.made_at", "gone_at": "NULL"},
    ("p.a", "p.b"),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with 450 rows, numbered by two columns."""
    path = tmp_path / "a?b#c.db"
    with closing(sqlite3.connect(path)) as writer, writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE pairs (a INTEGER, b TEXT, made_at INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID")
        made = [(count // 7, str(count % 7), count * 1_000_000) for count in range(450)]
        writer.executemany("INSERT INTO pairs VALUES (?, ?, ?)", made)
    return path


def test_every_row_is_read_once_in_order_and_times_are_text(path: Path):
    with snapshot(path) as tx:
        found = list(rows(tx, PAIRS))
    assert [(row["a"], row["b"]) for row in found] == [(count // 7, str(count % 7)) for count in range(450)]
    assert found[1] == {"a": 0, "b": "1", "made_at": "1970-01-01T00:00:01Z", "gone_at": None}


def test_what_is_written_meanwhile_is_not_seen(path: Path):
    with snapshot(path) as tx:
        reading = rows(tx, PAIRS)
        next(reading)
        with closing(sqlite3.connect(path)) as writer, writer:
            writer.execute("INSERT INTO pairs VALUES (1000, 'x', 0)")
            writer.execute("DELETE FROM pairs WHERE a = 60")
        assert len(list(reading)) == 449
    with snapshot(path) as tx:
        assert len(list(rows(tx, PAIRS))) == 444


def test_nothing_can_be_written(path: Path):
    with pytest.raises(StorageError), snapshot(path) as tx:
        tx.run("DELETE FROM pairs")
    with snapshot(path) as tx:
        assert len(list(rows(tx, PAIRS))) == 450
