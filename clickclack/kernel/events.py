"""The event log: rows written in the transaction of the change they tell of, read in commit order.

Source: design section 5.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import orjson

from clickclack.kernel.ids import parse_id


@dataclass(frozen=True, slots=True)
class Event:
    """One fact.

    `stream` is the row number of the tenant, `topic` of the narrower object in it or None. `recipients` is None when
    all who may see the topic get it, else the row numbers of those who do; the empty tuple is for the server itself.
    `data` holds facts with public ids, ready for any surface. `n` is 0 for an event that is not stored. `size` is how
    many bytes `data` has as JSON, 0 while that is not known.
    """

    n: int
    id: str
    type: str
    stream: int
    topic: int | None
    recipients: tuple[int, ...] | None
    data: dict[str, Any]
    created_at: int
    size: int = field(default=0, compare=False)

    @property
    def cursor(self) -> str:
        """The place in the log, `cur_…`: the bits of `id` under another prefix; ascends in commit order."""
        return "cur_" + self.id[4:] if self.n else ""


class Statements(Protocol):
    """The part of a transaction that the log needs."""

    def one(self, sql: str, *params: Any) -> tuple[Any, ...] | None: ...

    def all(self, sql: str, *params: Any) -> list[tuple[Any, ...]]: ...

    def value(self, sql: str, *params: Any) -> Any: ...

    def run(self, sql: str, *params: Any) -> int: ...

    def insert(self, sql: str, *params: Any) -> int: ...


_INSERT = "INSERT INTO events (id, type, stream, topic, private, data, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
_COLUMNS_BUT_N = "id, type, stream, topic, private, data, created_at"
_COLUMNS = f"n, {_COLUMNS_BUT_N}"
_END = 2**63 - 1


def append(tx: Statements, event: Event) -> Event:
    """Writes an event that has no number yet and returns it with its number."""
    private = 0 if event.recipients is None else 1
    facts = orjson.dumps(event.data)
    row = (event.id, event.type, event.stream, event.topic, private, facts.decode(), event.created_at)
    n = tx.insert(_INSERT, *row)
    for user_n in event.recipients or ():
        tx.run("INSERT INTO event_recipients (user_n, event_n) VALUES (?, ?) ON CONFLICT DO NOTHING", user_n, n)
    return replace(event, n=n, size=len(facts))


def measured(event: Event) -> Event:
    """The event with its size, which one that is not stored lacks."""
    return event if event.size else replace(event, size=len(orjson.dumps(event.data)))


def position(tx: Statements, stream: int, cursor: str) -> int | None:
    """The row number that a cursor stands for in this stream, or None when the log has no such event."""
    canonical = parse_id(cursor, "cur")
    if canonical is None:
        return None
    return tx.value("SELECT n FROM events WHERE id = ? AND stream = ?", "evt_" + canonical[4:], stream)


def position_or_before(tx: Statements, cursor: str) -> int:
    """Where reading goes on after any cursor: the number of the last event up to it, 0 for none."""
    place = (parse_id(cursor, "cur") or cursor).removeprefix("cur_")
    return tx.value("SELECT n FROM events WHERE id <= ? ORDER BY id DESC LIMIT 1", f"evt_{place}") or 0


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """Whose view of a stream: events addressed to `viewer`, and only of `topics` when they are given."""

    stream: int
    viewer: int
    topics: tuple[int, ...] | None = None

    def query(self, last_first: bool = False) -> str:
        """The SQL of what the view shows of a span, in order: what is for all, and what is for the viewer.

        Both are read by an index in that order, and merged: nobody steps over what is for others.
        """
        chosen = ""
        if self.topics is not None:
            chosen = f" AND (topic IS NULL OR topic IN ({', '.join('?' * len(self.topics))}))"
        return (
            f"SELECT {_COLUMNS} FROM events WHERE private = 0 AND stream = ? AND n > ? AND n <= ?{chosen}"
            f" UNION ALL SELECT r.event_n AS n, {_COLUMNS_BUT_N} FROM event_recipients r"
            " JOIN events ON n = r.event_n WHERE private = 1 AND stream = ?"
            f" AND r.event_n > ? AND r.event_n <= ? AND r.user_n = ?{chosen}"
            f" ORDER BY n {'DESC' if last_first else 'ASC'} LIMIT ?"
        )

    def params(self, after: int, until: int, limit: int) -> tuple[int, ...]:
        """The parameters of `query` for `after` < n <= `until`."""
        topics, span = self.topics or (), (self.stream, after, until)
        return (*span, *topics, *span, self.viewer, *topics, limit)


def page(tx: Statements, view: Viewpoint, after: int, until: int, limit: int) -> list[Event]:
    """Up to `limit` events of the view with `after` < n <= `until`, ascending."""
    return [_event(row, view.viewer) for row in tx.all(view.query(), *view.params(after, until, limit))]


def newest(tx: Statements, view: Viewpoint) -> Event | None:
    """The last event of the view."""
    row = tx.one(view.query(last_first=True), *view.params(0, _END, 1))
    return None if row is None else _event(row, view.viewer)


def last_id(tx: Statements) -> str | None:
    """The id of the newest event of the whole log."""
    return tx.value("SELECT id FROM events ORDER BY n DESC LIMIT 1")


def _event(row: tuple[Any, ...], viewer: int) -> Event:
    n, identifier, event_type, stream, topic, private, data, created_at = row
    recipients = (viewer,) if private else None
    return Event(n, identifier, event_type, stream, topic, recipients, orjson.loads(data), created_at)
