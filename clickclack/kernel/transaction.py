"""What a unit of work holds in its hand: statements in, rows out, and what waits for the commit."""

import sqlite3
from collections.abc import Callable, Collection, Iterable
from contextlib import closing
from functools import partial
from typing import Any

import orjson

from clickclack.kernel.event import Event
from clickclack.kernel.ids import new_id


class Tx:
    """One unit's view of the database; valid only while the unit runs. No cursor leaves it.

    `now` is the unit's time in microseconds UTC, the same for all that it writes.
    """

    __slots__ = ("_execute", "events", "now", "work")

    def __init__(self, connection: sqlite3.Connection, now: int) -> None:
        self._execute = partial(sqlite3.Connection.execute, connection)
        self.now = now
        self.events: list[Event] = []
        self.work: tuple[str, ...] = ()

    def one(self, sql: str, *params: Any) -> tuple[Any, ...] | None:
        """The first row, or None."""
        rows = self._execute(sql, params).fetchall()
        return rows[0] if rows else None

    def all(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Every row."""
        return self._execute(sql, params).fetchall()

    def until(self, full: Callable[[Any], bool], sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """The rows up to the first for which `full` says so, that one too; what comes after is not read."""
        found: list[tuple[Any, ...]] = []
        with closing(self._execute(sql, params)) as cursor:
            for row in cursor:
                found.append(row)
                if full(row):
                    break
        return found

    def value(self, sql: str, *params: Any) -> Any:
        """The first column of the first row, or None."""
        rows = self._execute(sql, params).fetchall()
        return rows[0][0] if rows else None

    def run(self, sql: str, *params: Any) -> int:
        """How many rows the statement changed."""
        return self._execute(sql, params).rowcount

    def insert(self, sql: str, *params: Any) -> int:
        """Inserts one row and returns its number, the column `n`."""
        n = self._execute(sql, params).lastrowid
        if n is None:
            raise LookupError("no row was inserted")
        return n

    def add_work(self, kind: str) -> None:
        """Notes that this unit has added durable work; whoever does that kind hears of it after the commit."""
        if kind not in self.work:
            self.work += (kind,)

    def emit(
        self,
        event_type: str,
        stream: int,
        data: dict[str, Any],
        *,
        place: int | None = None,
        recipients: Iterable[int] | None = None,
    ) -> Event:
        """Appends an event to the log in this unit; it is published when the unit is on disk."""
        named = None if recipients is None else tuple(recipients)
        identifier, facts = new_id("evt"), orjson.dumps(data)
        private = 0 if named is None else 1
        n = self.insert(
            "INSERT INTO events (id, type, stream, place, private, data, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            *(identifier, event_type, stream, place, private, facts.decode(), self.now),
        )
        for user_n in named or ():
            self.run("INSERT INTO event_recipients (user_n, event_n) VALUES (?, ?) ON CONFLICT DO NOTHING", user_n, n)
        event = Event(n, identifier, event_type, stream, place, named, data, self.now, len(facts))
        self.events.append(event)
        return event


def marks(values: Collection[object]) -> str:
    """As many `?` as there are values, for a list in SQL."""
    return ", ".join("?" * len(values))
