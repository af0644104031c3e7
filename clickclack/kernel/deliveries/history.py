"""What became of an endpoint's deliveries, in pages, newest first."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from clickclack.kernel.ids import parse_id
from clickclack.kernel.transaction import Tx

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PastAttempt:
    """A try, with what was sent: `status` is 0 without an answer, `error` empty when it was good."""

    id: str
    delivery_id: str
    subject: str
    topic: str
    body: str
    attempt: int
    status: int
    response: str
    error: str
    started_at: int
    completed_at: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A delivery that was given up."""

    id: str
    subject: str
    topic: str
    attempts: int
    error: str
    created_at: int
    finished_at: int


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows, newest first; `next_cursor` is the id after which the next page begins, None on the last."""

    rows: tuple[T, ...]
    next_cursor: str | None


_END = 2**63 - 1
_ATTEMPTS = (
    "SELECT a.id, d.id, d.subject, d.topic, d.body, a.attempt, a.status, a.response, a.error, a.started_at,"
    " a.completed_at FROM delivery_attempts a JOIN deliveries d ON d.n = a.delivery_n"
    " WHERE a.endpoint_n = ? AND a.n < ? ORDER BY a.n DESC LIMIT ?"
)
_DEAD = (
    "SELECT id, subject, topic, attempts, last_error, created_at, finished_at FROM deliveries"
    " WHERE endpoint_n = ? AND n < ? AND state = 'dead' ORDER BY n DESC LIMIT ?"
)


def attempts(tx: Tx, endpoint_n: int, before: str, limit: int) -> Page[PastAttempt] | None:
    """Up to `limit` tries before the one with the id `before`, all when it is empty; None for an unknown id."""
    sql = "SELECT n FROM delivery_attempts WHERE id = ? AND endpoint_n = ?"
    end = _END if not before else tx.value(sql, parse_id(before, "eda") or before, endpoint_n)
    if end is None:
        return None
    found = [PastAttempt(*row) for row in tx.all(_ATTEMPTS, endpoint_n, end, limit + 1)]
    return Page(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)


def dead_letters(tx: Tx, endpoint_n: int, before: str, limit: int) -> Page[DeadLetter] | None:
    """Up to `limit` dead deliveries before the one with the id `before`, as `attempts` does it."""
    sql = "SELECT n FROM deliveries WHERE id = ? AND endpoint_n = ?"
    end = _END if not before else tx.value(sql, parse_id(before, "dlv") or before, endpoint_n)
    if end is None:
        return None
    found = [DeadLetter(*row) for row in tx.all(_DEAD, endpoint_n, end, limit + 1)]
    return Page(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)


def dead_since(tx: Tx, endpoint_n: int, since: int, limit: int) -> list[int]:
    """The rows of up to `limit` dead deliveries of an endpoint that were made at `since` or later, oldest first."""
    sql = "SELECT n FROM deliveries WHERE endpoint_n = ? AND state = 'dead' AND created_at >= ? ORDER BY n LIMIT ?"
    return [n for (n,) in tx.all(sql, endpoint_n, since, limit)]


def row_of(tx: Tx, endpoint_n: int, delivery_id: str) -> int | None:
    """The row of a delivery of this endpoint, or None."""
    return tx.value("SELECT n FROM deliveries WHERE id = ? AND endpoint_n = ?", delivery_id, endpoint_n)
