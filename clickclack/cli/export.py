"""`export`: what the database holds, as JSON, without secrets (contract chat 7.2, 8)."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Generator, Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from clickclack.api.chat import events as event_words
from clickclack.chat import exported as conversations
from clickclack.cli import help_pages
from clickclack.cli.commands import WHERE
from clickclack.cli.flags import parse
from clickclack.identity import exported as identities
from clickclack.kernel.errors import Invalid
from clickclack.kernel.event import Event
from clickclack.kernel.opening import StorageError, is_current
from clickclack.kernel.snapshots import Table, rows, snapshot
from clickclack.kernel.transaction import Tx
from clickclack.settings import load

TABLES = (*identities.TABLES, *conversations.TABLES)
FLAGS = {"out": "the file, or - for standard output (-)", **WHERE}


def run(arguments: Sequence[str]) -> None:
    """Writes every table of the export, all of one moment, a few rows in memory at a time."""
    if help_pages.WORDS.intersection(arguments):
        print(help_pages.page("export", "Writes what the database holds as JSON, without secrets.", FLAGS))
        return
    parsed = parse(arguments, frozenset(FLAGS))
    parsed.refuse_rest()
    given = {flag: parsed.values[flag] for flag in ("data", "db") if flag in parsed.values}
    database, target = load(given, config=parsed.text("config")).database, parsed.text("out", "-")
    _require_current(database)
    with snapshot(database) as tx:
        if target == "-":
            _write(tx, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            with _replacing(Path(target), database) as file:
                _write(tx, file)


def _require_current(database: Path) -> None:
    if not database.is_file():
        raise StorageError(f"there is no database at {database}")
    if not is_current(database, resources.files("clickclack").joinpath("schema").iterdir()):
        raise StorageError(f"{database} has an older schema; run clickclack migrate first")


def _write(tx: Tx, file: BinaryIO) -> None:
    file.write(b"{")
    for count, table in enumerate(TABLES):
        file.write(b"%s\n  %s: [" % (b"," if count else b"", orjson.dumps(table.name)))
        started = False
        for row in _rows(tx, table):
            text = orjson.dumps(row, option=orjson.OPT_INDENT_2).replace(b"\n", b"\n    ")
            file.write(b"%s\n    %s" % (b"," if started else b"", text))
            started = True
        file.write(b"\n  ]" if started else b"]")
    file.write(b"\n}\n")


def _rows(tx: Tx, table: Table) -> Iterator[dict[str, Any]]:
    if table is not conversations.EVENTS:
        yield from rows(tx, table)
        return
    for row in rows(tx, table):
        if row["type"] in event_words.PAYLOADS:  # the others are the server's own
            yield _event_row(row)


def _event_row(row: dict[str, Any]) -> dict[str, Any]:
    record = Event(row["n"], row["id"], row["type"], 0, None, None, orjson.loads(row["data"]), row["created"])
    said = event_words.event(record)
    return {
        "id": said["id"],
        "cursor": said["cursor"],
        "workspace_id": said["workspace_id"],
        "channel_id": said.get("channel_id"),
        "type": said["type"],
        "seq": said.get("seq"),
        "payload_json": orjson.dumps(said["payload"]).decode(),
        "created_at": said["created_at"],
        "is_private": row["private"],
        "mentioned_user_ids": orjson.dumps(said.get("mentioned_user_ids", [])).decode(),
    }


@contextlib.contextmanager
def _replacing(target: Path, database: Path) -> Generator[BinaryIO]:
    """A new file for this user alone that takes the name of `target` when it is whole and on disk."""
    own = {database.with_name(f"{database.name}{ending}").resolve() for ending in ("", "-wal", "-shm", ".lock")}
    if target.resolve() in own:
        raise Invalid(f"{target} belongs to the database itself; choose another --out")
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise StorageError(f"{target} cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
