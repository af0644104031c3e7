"""A database that keeps every statement of what is done with it, to be explained (design section 4)."""

import re
import sqlite3
from typing import Any

from clickclack.identity.actors import Actor
from clickclack.kernel.transaction import Tx
from tests.clock import FakeClock
from tests.people import Cast

Statement = tuple[str, tuple[Any, ...]]


class Watched:
    """A database in which every statement of a verb is kept, to be explained."""

    def __init__(self, connection: sqlite3.Connection, cast: Cast) -> None:
        self.connection = connection
        self.cast = cast
        self.statements: list[Statement] = []
        self.tx = Tx(connection, FakeClock().now())
        execute = self.tx._execute

        def recorded(sql: str, params: tuple[Any, ...] = ()) -> sqlite3.Cursor:
            self.statements.append((sql, params))
            return execute(sql, params)

        vars_of: Any = self.tx
        vars_of._execute = recorded

    def actor(self, name: str) -> Actor:
        person = self.cast.people[name]
        return Actor(person.n, person.id, "bot" if name.startswith("bot") else "human", "bearer")

    def plans(self) -> list[tuple[str, str]]:
        """Each statement with each line of its plan."""
        found: list[tuple[str, str]] = []
        for sql, params in self.statements:
            rows = self.connection.execute(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()
            found += [(sql, row[3]) for row in rows]
        return found

    def scans(self) -> list[tuple[str, str]]:
        tables = {row[0] for row in self.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        tables -= {"search_changes", "search_progress"}  # a queue, read from its start, and a single row
        aliases = {"m", "c", "w", "u", "a", "q", "r", "j", "t", "p", "f", "b", "i", "mo", "ro", "o", "k", "s"}
        return [
            (line, sql)
            for sql, line in self.plans()
            if (match := re.match(r"SCAN (\w+)(?! VIRTUAL TABLE INDEX \d+:\S)", line)) and match[1] in tables | aliases
        ]
