"""The queues of deliveries: what waits for each endpoint, and what of it is due.

A delivery is a row, added in the unit that makes it necessary, and has one id however often it is sent. It waits, is
tried until it is done, or is dead and stays to be seen. `runner` sends them.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from clickclack.kernel.deliveries.endpoints import ENDPOINT_COLUMNS, WORK, Endpoint
from clickclack.kernel.ids import new_id
from clickclack.kernel.transaction import Tx, marks

QUEUE = 100_000
"""How many deliveries may wait for one endpoint; what comes after them is dead at once."""

FULL = f"more than {QUEUE} deliveries wait for this endpoint"


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """What an endpoint is to be told: JSON about `subject`, an id, of the kind `topic`."""

    endpoint_n: int
    subject: str
    topic: str
    body: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery that waits. `attempts` numbers all tries so far, `tries` those since it was queued last."""

    n: int
    id: str
    endpoint_n: int
    subject: str
    topic: str
    body: str
    attempts: int
    tries: int
    queued_at: int


DELIVERY_COLUMNS = "d.n, d.id, d.endpoint_n, d.subject, d.topic, d.body, d.attempts, d.tries, d.queued_at"
_INSERT = (
    "INSERT INTO deliveries"
    " (id, endpoint_n, subject, topic, body, state, queued_at, next_at, last_error, created_at, finished_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def add(tx: Tx, new: Sequence[NewDelivery]) -> None:
    """Adds deliveries in the caller's unit, begun right after its commit in the order given.

    Those for which an endpoint has no room are dead, with a text that says so; what is for one that is gone is left.
    """
    wanted = Counter(one.endpoint_n for one in new)
    sql = f"SELECT n, pending FROM delivery_endpoints WHERE n IN ({marks(wanted)})"
    room = {n: QUEUE - pending for n, pending in tx.all(sql, *wanted)}
    for one in (one for one in new if one.endpoint_n in room):
        waits = room[one.endpoint_n] > 0
        room[one.endpoint_n] -= 1
        end = ("", tx.now, None) if waits else (FULL, tx.now, tx.now)
        given = (new_id("dlv"), one.endpoint_n, one.subject, one.topic, one.body, "pending" if waits else "dead")
        tx.run(_INSERT, *given, tx.now, tx.now, *end)
    for n, left in room.items():
        added = wanted[n] + min(0, left)
        if added > 0:
            tx.run("UPDATE delivery_endpoints SET pending = pending + ? WHERE n = ?", added, n)
    tx.add_work(WORK)


_WAITING = (
    "SELECT d.n FROM deliveries d WHERE d.endpoint_n = e.n AND d.state = 'pending' AND d.next_at <= ?"
    " ORDER BY d.next_at, d.n LIMIT ?"
)
_DUE = (
    f"SELECT {ENDPOINT_COLUMNS}, {DELIVERY_COLUMNS} FROM delivery_endpoints e CROSS JOIN deliveries d"
    f" WHERE e.pending > 0 AND e.closed_at IS NULL AND e.failures {{}} 0 AND e.open_until <= ?"
    f" AND e.n NOT IN ({{}}) AND d.n IN ({_WAITING})"
)


@dataclass(frozen=True, slots=True)
class Portion:
    """How much is taken at a time: `each` of an endpoint that works, one of an endpoint that has just failed."""

    each: int
    most: int


def due(tx: Tx, full: Collection[int], portion: Portion) -> list[tuple[Endpoint, Delivery]]:
    """What may be sent now, of one endpoint in the order in which it is to be; nothing of those that are `full`.

    An endpoint whose circuit is open has nothing due; once its time is over it has one, the probe.
    """
    found: list[tuple[Endpoint, Delivery]] = []
    for compared, each in (("=", portion.each), (">", 1)):
        sql = _DUE.format(compared, marks(full)) + " ORDER BY e.n, d.next_at, d.n LIMIT ?"
        rows = tx.all(sql, tx.now, *full, tx.now, each, portion.most)
        found += [(Endpoint(*row[:6]), Delivery(*row[6:])) for row in rows]
    return found


_NEXT = (
    "SELECT MIN(CASE WHEN e.open_until > ? THEN e.open_until ELSE (SELECT d.next_at FROM deliveries d"
    " WHERE d.endpoint_n = e.n AND d.state = 'pending' AND d.next_at > ? ORDER BY d.next_at LIMIT 1) END)"
    " FROM delivery_endpoints e WHERE e.pending > 0 AND e.closed_at IS NULL"
)


def next_due(tx: Tx) -> int | None:
    """When the first delivery that is not due yet will be."""
    return tx.value(_NEXT, tx.now, tx.now)
