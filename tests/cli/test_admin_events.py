"""`admin events prune`: old events go, piece by piece; messages stay (contract chat 7.2)."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from clickclack.kernel import events
from clickclack.kernel.clock import DAY, from_rfc3339
from clickclack.kernel.ids import new_id
from tests.cli.conftest import Run

Out = Callable[..., str]
PRUNE = ("admin", "events", "prune", "--workspace", "clickclack")
NOW = from_rfc3339("2026-03-01T00:00:00Z")


@pytest.fixture
def database(out: Out, tmp_path: Path) -> Path:
    """A log of 30 events, one a day up to March, in a new workspace."""
    out("admin", "bootstrap")
    path = tmp_path / "data" / "clickclack.db"
    with closing(sqlite3.connect(path)) as writer, writer:
        writer.execute("DELETE FROM events")
        stream = writer.execute("SELECT n FROM workspaces").fetchone()[0]
        for day in range(30):
            row = [new_id("evt"), stream, NOW - (29 - day) * DAY]
            writer.execute(
                "INSERT INTO events (id, type, stream, data, created_at) VALUES (?, 'channel.updated', ?, '{}', ?)", row
            )
    return path


def left(database: Path) -> list[int]:
    """How many days before the newest event those are that are left."""
    with closing(sqlite3.connect(database)) as reader:
        found = [
            at for (at,) in reader.execute("SELECT created_at FROM events WHERE type <> 'events.pruned' ORDER BY n")
        ]
    return [(NOW - at) // DAY for at in found]


def test_what_is_older_than_a_time_goes(out: Out, database: Path):
    assert out(*PRUNE, "--before", "2026-02-25T02:00:00+02:00") == "pruned 25 events"
    assert left(database) == [4, 3, 2, 1, 0]
    assert out(*PRUNE, "--before", "2026-02-25T00:00:00Z") == "pruned 0 events"


def test_the_newest_stay_whatever_their_age(out: Out, database: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(events, "PRUNED_AT_ONCE", 4)
    assert out(*PRUNE, "--older-than-days", "1", "--keep-latest", "3") == "pruned 27 events"
    assert left(database) == [2, 1, 0]
    assert out(*PRUNE, "--keep-latest", "2") == "pruned 1 events"


def test_a_time_before_all_prunes_nothing(out: Out, database: Path):
    assert out(*PRUNE, "--older-than-days", "999999999") == "pruned 0 events"


def test_the_last_event_can_go_as_well(out: Out, database: Path):
    assert out(*PRUNE, "--keep-latest", "0") == "pruned 30 events"
    assert left(database) == []
    assert out(*PRUNE, "--keep-latest", "0") == "pruned 0 events"


def test_what_only_the_server_reads_neither_counts_nor_is_kept(out: Out, database: Path):
    out("admin", "user", "create", "--name", "Bob", "--workspace", "clickclack")
    assert out(*PRUNE, "--keep-latest", "2") == "pruned 28 events"
    assert left(database)[:2] == [1, 0]


@pytest.mark.parametrize(
    ("flags", "complaint"),
    [
        ([], "one of -older-than-days, -before and -keep-latest is required"),
        (["--older-than-days=1", "--before=2026-01-01T00:00:00Z"], "-older-than-days and -before exclude each other"),
        (["--older-than-days=-1"], 'invalid value "-1" for -older-than-days: a whole number is wanted'),
        (["--keep-latest", "-1"], 'invalid value "-1" for -keep-latest: a whole number is wanted'),
        (["--before", "yesterday"], 'invalid value "yesterday" for -before: a time such as'),
        (["--before", "2026-01-01T00:00:00"], 'invalid value "2026-01-01T00:00:00" for -before: a time such as'),
    ],
)
def test_what_would_prune_something_else_prunes_nothing(flags: list[str], complaint: str, run: Run, database: Path):
    ended = run(*PRUNE, *flags)
    assert (ended.status, ended.err[: len(complaint)]) == (2, complaint)
    assert len(left(database)) == 30


def test_the_workspace_is_named_and_there(run: Run, database: Path):
    assert run("admin", "events", "prune", "--keep-latest=1").err == "-workspace is required"
    ended = run("admin", "events", "prune", "--keep-latest=1", "--workspace=nope")
    assert ended.err[20:] == "workspace nope not found; there are: clickclack"
