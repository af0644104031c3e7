"""The event log, as it is read: in commit order, by a cursor, as one viewer may see it. `Tx.emit` writes it.

Source: design section 5.
"""

from dataclasses import dataclass
from typing import Any

import orjson

from clickclack.kernel.event import Event
from clickclack.kernel.ids import parse_id
from clickclack.kernel.transaction import Tx

PRUNED_AT_ONCE = 1000
_COLUMNS_BUT_N = "id, type, stream, place, private, data, created_at"
_COLUMNS = f"n, {_COLUMNS_BUT_N}"
_END = 2**63 - 1


def position(tx: Tx, stream: int, cursor: str) -> int | None:
    """The row number that a cursor stands for in this stream, or None when the log has no such event."""
    canonical = parse_id(cursor, "cur")
    if canonical is None:
        return None
    return tx.value("SELECT n FROM events WHERE id = ? AND stream = ?", "evt_" + canonical[4:], stream)


def position_or_before(tx: Tx, cursor: str) -> int:
    """Where reading goes on after any cursor: the number of the last event up to it, 0 for none."""
    place = (parse_id(cursor, "cur") or cursor).removeprefix("cur_")
    return tx.value("SELECT n FROM events WHERE id <= ? ORDER BY id DESC LIMIT 1", f"evt_{place}") or 0


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """Whose view of a stream: events addressed to `viewer`, and only of `places` when they are given."""

    stream: int
    viewer: int
    places: tuple[int, ...] | None = None

    def query(self, last_first: bool = False) -> str:
        """The SQL of what the view shows of a span, in order: what is for all, and what is for the viewer.

        Both are read by an index in that order, and merged: nobody steps over what is for others.
        """
        chosen = ""
        if self.places is not None:
            chosen = f" AND (place IS NULL OR place IN ({', '.join('?' * len(self.places))}))"
        return (
            f"SELECT {_COLUMNS} FROM events WHERE private = 0 AND stream = ? AND n > ? AND n <= ?{chosen}"
            f" UNION ALL SELECT r.event_n AS n, {_COLUMNS_BUT_N} FROM event_recipients r"
            " JOIN events ON n = r.event_n WHERE private = 1 AND stream = ?"
            f" AND r.event_n > ? AND r.event_n <= ? AND r.user_n = ?{chosen}"
            f" ORDER BY n {'DESC' if last_first else 'ASC'} LIMIT ?"
        )

    def params(self, after: int, until: int, limit: int) -> tuple[int, ...]:
        """The parameters of `query` for `after` < n <= `until`."""
        places, span = self.places or (), (self.stream, after, until)
        return (*span, *places, *span, self.viewer, *places, limit)


def page(tx: Tx, view: Viewpoint, after: int, until: int, limit: int) -> list[Event]:
    """Up to `limit` events of the view with `after` < n <= `until`, ascending."""
    return [_event(row, view.viewer) for row in tx.all(view.query(), *view.params(after, until, limit))]


def newest(tx: Tx, view: Viewpoint) -> Event | None:
    """The last event of the view."""
    row = tx.one(view.query(last_first=True), *view.params(0, _END, 1))
    return None if row is None else _event(row, view.viewer)


def prune(tx: Tx, stream: int, before: int | None, keep: int | None, until: int = _END) -> int:
    """Removes up to 1000 events of a stream, oldest first, and says how many; 0 when there are no more.

    Those made at `before`, in microseconds UTC, or later stay, the newest `keep`, and those behind the row `until`. The
    newest event of the whole log always stays: the next one is numbered after it.
    """
    newest: int = tx.value("SELECT MAX(n) FROM events") or 0
    if keep:
        kept = "SELECT n FROM events WHERE stream = ? ORDER BY n DESC LIMIT 1 OFFSET ?"
        newest = tx.value(kept, stream, keep - 1) or 0
    return tx.run(
        "DELETE FROM events WHERE n IN"
        " (SELECT n FROM events WHERE stream = ? AND n < ? AND n <= ? AND created_at < ? ORDER BY n LIMIT ?)",
        *(stream, newest, until, _END if before is None else before, PRUNED_AT_ONCE),
    )


def last_id(tx: Tx) -> str | None:
    """The id of the newest event of the whole log."""
    return tx.value("SELECT id FROM events ORDER BY n DESC LIMIT 1")


def _event(row: tuple[Any, ...], viewer: int) -> Event:
    n, identifier, event_type, stream, place, private, data, created_at = row
    recipients = (viewer,) if private else None
    return Event(n, identifier, event_type, stream, place, recipients, orjson.loads(data), created_at)
