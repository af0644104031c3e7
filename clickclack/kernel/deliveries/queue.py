"""The queues of deliveries: what waits for each endpoint, and what of it is due.

A delivery is a row, added in the unit that makes it necessary, and has one id however often it is sent. It waits, is
tried until it is done, or is dead and stays to be seen. `runner` sends them.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import orjson

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
    " (id, endpoint_n, subject, topic, body, state, last_error, finished_at, queued_at, next_at, created_at)"
    " SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,"
    " ?, ?, ? FROM json_each(?)"
)
"""One statement for all rows, in their order: one a row takes turns with the other threads at every one of them."""


def add(tx: Tx, new: Sequence[NewDelivery]) -> None:
    """Adds deliveries in the caller's unit, begun right after its commit in the order given.

    Those for which an endpoint has no room are dead, with a text that says so; what is for one that is gone is left.
    """
    wanted = Counter(one.endpoint_n for one in new)
    sql = f"SELECT n, pending FROM delivery_endpoints WHERE n IN ({marks(wanted)})"
    room = {n: QUEUE - pending for n, pending in tx.all(sql, *wanted)}
    rows: list[tuple[object, ...]] = []
    for one in (one for one in new if one.endpoint_n in room):
        end = ("pending", "", None) if room[one.endpoint_n] > 0 else ("dead", FULL, tx.now)
        room[one.endpoint_n] -= 1
        rows.append((new_id("dlv"), one.endpoint_n, one.subject, one.topic, one.body, *end))
    tx.run(_INSERT, tx.now, tx.now, tx.now, orjson.dumps(rows).decode())
    recount(tx, {n: wanted[n] + min(0, left) for n, left in room.items()})
    tx.add_work(WORK)


def recount(tx: Tx, more: Mapping[int, int]) -> None:
    """Notes by how many the deliveries that wait for each endpoint became more, or with a negative number fewer."""
    changed = [pair for pair in more.items() if pair[1]]
    tx.run(
        "UPDATE delivery_endpoints AS e SET pending = pending + change.value ->> 1 FROM json_each(?) AS change"
        " WHERE e.n = change.value ->> 0",
        orjson.dumps(changed).decode(),
    )


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
