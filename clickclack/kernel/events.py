"""The event log, as it is read: in commit order, by a cursor, as one viewer may see it. `Tx.emit` writes it.

Source: design section 5.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import orjson

from clickclack.kernel.event import Event
from clickclack.kernel.ids import parse_id
from clickclack.kernel.transaction import Tx, marks

PRUNED_AT_ONCE = 1000
FEW = 200
"""So many places of a view are read one by one, which costs 1 ms for all; SQLite merges 500 queries at most."""
END = "events.pruned"
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

        Each is read by an index in that order, and they are merged. Up to 200 places are read one by one; who may see
        more passes what is in other places within the index, which tells the place: 72 ms for a million.
        """
        branches = [f"SELECT {_COLUMNS} FROM events {shown} AND n > ? AND n <= ?" for shown, _ in self._for_all()]
        return (
            " UNION ALL ".join(branches) + f" UNION ALL SELECT r.event_n AS n, {_COLUMNS_BUT_N} FROM event_recipients r"
            " JOIN events ON n = r.event_n WHERE private = 1 AND stream = ?"
            f" AND r.event_n > ? AND r.event_n <= ? AND r.user_n = ?{self._chosen()}"
            f" ORDER BY n {'DESC' if last_first else 'ASC'} LIMIT ?"
        )

    def params(self, after: int, until: int, limit: int) -> tuple[int, ...]:
        """The parameters of `query` for `after` < n <= `until`."""
        span = after, until
        for_all = [n for _, values in self._for_all() for n in (*values, *span)]
        return (*for_all, self.stream, *span, self.viewer, *(self.places or ()), limit)

    def _for_all(self) -> list[tuple[str, tuple[int, ...]]]:
        """Where that which has no recipients is read, with the parameters."""
        if self.places is None or len(self.places) > FEW:
            return [(f"WHERE private = 0 AND stream = ?{self._chosen()}", (self.stream, *(self.places or ())))]
        of = "WHERE private = 0 AND stream = ? AND place"
        return [(f"{of} IS NULL", (self.stream,)), *((f"{of} = ?", (self.stream, place)) for place in self.places)]

    def _chosen(self) -> str:
        return "" if self.places is None else f" AND (place IS NULL OR place IN ({marks(self.places)}))"


def page(tx: Tx, view: Viewpoint, after: int, until: int, limit: int) -> list[Event]:
    """Up to `limit` events of the view with `after` < n <= `until`, ascending."""
    return [_event(row, view.viewer) for row in tx.all(view.query(), *view.params(after, until, limit))]


def newest(tx: Tx, view: Viewpoint) -> Event | None:
    """The last event of the view."""
    row = tx.one(view.query(last_first=True), *view.params(0, _END, 1))
    return None if row is None else _event(row, view.viewer)


@dataclass(frozen=True, slots=True)
class Pruning:
    """What may go of a stream: all made before `before`, in microseconds UTC, but the newest `keep` of `types` stay.

    None for a bound that is not set.
    """

    stream: int
    types: Collection[str]
    before: int | None = None
    keep: int | None = None


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows went, and how many of them were of the types that were asked about."""

    rows: int
    told: int


def prune(tx: Tx, wanted: Pruning, until: int = _END) -> Pruned:
    """Removes up to 1000 events of a stream, oldest first, up to the row `until`; no rows when there are no more.

    The newest event of the whole log always stays, for the next one is numbered after it: see `mark_end`.
    """
    stream, types, before, keep = wanted.stream, wanted.types, wanted.before, wanted.keep
    newest: int = tx.value("SELECT MAX(n) FROM events") or 0
    if keep:
        kept = _of_stream(f"type IN ({marks(types)})") + " ORDER BY n DESC LIMIT 1 OFFSET ?"
        newest = tx.value(kept, *(stream, *types) * 2, keep - 1) or 0
    which = stream, newest, until, _END if before is None else before
    old = _of_stream("n < ? AND n <= ? AND created_at < ?") + " ORDER BY n LIMIT ?"
    gone = tx.all(f"DELETE FROM events WHERE n IN ({old}) RETURNING type", *which * 2, PRUNED_AT_ONCE)
    return Pruned(len(gone), sum(event_type in types for (event_type,) in gone))


def remove_some(tx: Tx, stream: int, before_n: int, limit: int) -> int:
    """Removes up to `limit` events of a stream with a number below `before_n`, and says how many."""
    old = _of_stream("n < ?") + " ORDER BY n LIMIT ?"
    return tx.run(f"DELETE FROM events WHERE n IN ({old})", *(stream, before_n) * 2, limit)


def mark_end(tx: Tx, wanted: Pruning) -> None:
    """Ends the log with an event that nobody is told of, where its last one may go: it could not else."""
    last = tx.one("SELECT stream, type, created_at FROM events WHERE n = (SELECT MAX(n) FROM events)")
    if last is None or wanted.keep:
        return
    stream, event_type, created_at = last
    goes = stream == wanted.stream and (wanted.before is None or created_at < wanted.before)
    if goes and event_type != END:
        tx.emit(END, stream, {}, recipients=())


def last_id(tx: Tx) -> str | None:
    """The id of the newest event of the whole log."""
    return tx.value("SELECT id FROM events ORDER BY n DESC LIMIT 1")


def _of_stream(condition: str) -> str:
    """The SQL of the numbers of a stream's events, whoever sees them, in order by index; twice the same parameters."""
    return " UNION ALL ".join(
        f"SELECT n FROM events WHERE private = {private} AND stream = ? AND {condition}" for private in (0, 1)
    )


def _event(row: tuple[Any, ...], viewer: int) -> Event:
    n, identifier, event_type, stream, place, private, data, created_at = row
    recipients = (viewer,) if private else None
    return Event(n, identifier, event_type, stream, place, recipients, orjson.loads(data), created_at)
