"""Running units of work on a connection: all of a batch inside one transaction, each rolled back alone if it raises."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from clickclack.kernel.clock import Clock
from clickclack.kernel.event import Event
from clickclack.kernel.transaction import Tx

T = TypeVar("T")

Unit = Callable[[Tx], Any]

BUSY_MILLISECONDS = 5000


@dataclass(slots=True)
class Outcome:
    """What became of one unit: its result or its error, and what waits for the commit."""

    result: Any = None
    error: Exception | None = None
    events: Sequence[Event] = ()
    work: Sequence[str] = ()


def run_batch(connection: sqlite3.Connection, units: Sequence[Unit], clock: Clock) -> list[Outcome]:
    """Runs and commits a batch; raises, with nothing of it on disk, when the batch as a whole fails.

    Waits up to 5 s for another process that is writing.
    """
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    try:
        outcomes = run_units(connection, units, clock)
    finally:
        connection.execute("PRAGMA busy_timeout = 0")
    commit(connection)
    return outcomes


def run_units(connection: sqlite3.Connection, units: Sequence[Unit], clock: Clock) -> list[Outcome]:
    """Runs a batch and leaves its transaction open for `commit`; raises, rolled back, when the batch fails."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        return [_run_unit(connection, unit, clock.now()) for unit in units]
    except BaseException:
        roll_back(connection)
        raise


def run_brief_units(connection: sqlite3.Connection, units: Sequence[Unit], clock: Clock) -> list[Outcome]:
    """The same without savepoints, which have every page copied that a unit changes: a sixth of a post's unit.

    Only when a unit fails after it has changed something, all start anew within savepoints.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        return [_run_bare(connection, unit, clock.now()) for unit in units]
    except _HalfDoneError:
        connection.execute("ROLLBACK")
    except BaseException:
        roll_back(connection)
        raise
    return run_units(connection, units, clock)


def commit(connection: sqlite3.Connection) -> None:
    """Puts the open transaction on disk, or rolls it back and raises."""
    try:
        connection.execute("COMMIT")
    except BaseException:
        roll_back(connection)
        raise


def roll_back(connection: sqlite3.Connection) -> None:
    """Undoes the open transaction, if SQLite has not done so by itself."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _run_unit(connection: sqlite3.Connection, unit: Unit, now: int) -> Outcome:
    tx = Tx(connection, now)
    tx.run("SAVEPOINT unit")
    try:
        result = unit(tx)
    except Exception as error:
        if not connection.in_transaction:  # SQLite has rolled the whole batch back: disk full or I/O error
            raise
        tx.run("ROLLBACK TO unit")
        tx.run("RELEASE unit")
        return Outcome(error=error)
    tx.run("RELEASE unit")
    return Outcome(result, None, tx.events, tx.work)


class _HalfDoneError(Exception):
    """A unit raised, and what it had changed by then is still there."""


def _run_bare(connection: sqlite3.Connection, unit: Unit, now: int) -> Outcome:
    tx, changes = Tx(connection, now), connection.total_changes
    try:
        result = unit(tx)
    except Exception as error:
        if not connection.in_transaction:
            raise
        if connection.total_changes != changes:
            raise _HalfDoneError from error
        return Outcome(error=error)
    if not connection.in_transaction:
        raise sqlite3.OperationalError("a unit went on after SQLite had rolled its batch back")
    return Outcome(result, None, tx.events, tx.work)


def run_query(connection: sqlite3.Connection, query: Callable[[Tx], T], now: int) -> T:
    """Runs a query function in one snapshot; raises what it raises."""
    connection.execute("BEGIN")
    try:
        result = query(Tx(connection, now))
    except BaseException:
        roll_back(connection)
        raise
    commit(connection)
    return result
