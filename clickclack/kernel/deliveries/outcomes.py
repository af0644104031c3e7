"""How deliveries end: one write for a batch of tries, waits that grow, dead letters, circuit breakers, forgetting."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from clickclack.kernel.clock import DAY, SECOND
from clickclack.kernel.deliveries import queue
from clickclack.kernel.deliveries.endpoints import WORK
from clickclack.kernel.deliveries.queue import Delivery
from clickclack.kernel.ids import new_id
from clickclack.kernel.jobs import Retries
from clickclack.kernel.transaction import Tx, marks

RETRIES = Retries(attempts=16, first=5.0, longest=4 * 3600.0)
"""Sixteen tries, the last about 18 hours after the first."""

PROBES = Retries(attempts=5, first=30.0, longest=3600.0)
"""After five failures in a row an endpoint is left alone, for half a minute at first and an hour at most."""

MOST_AGE = 3 * DAY
DONE_REMEMBERED = 7 * DAY
DEAD_REMEMBERED = 30 * DAY
AT_ONCE = 1000
EXPIRED = "not delivered within three days"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: `status` is 0 without an answer, `error` empty when the delivery is done."""

    delivery: Delivery
    started_at: int
    completed_at: int
    status: int
    response: str
    error: str


def settle(tx: Tx, attempts: Sequence[Attempt]) -> Counter[str]:
    """Notes a batch of tries, and returns how many were `done`, `failed` (and wait again), `dead`, or `gone`."""
    well = [attempt for attempt in attempts if not attempt.error]
    badly = [attempt for attempt in attempts if attempt.error]
    return (_finish(tx, well) if well else Counter[str]()) + (_fail(tx, badly, attempts) if badly else Counter[str]())


_DONE = (
    "UPDATE deliveries SET state = 'done', attempts = attempts + 1, tries = tries + 1, next_at = ?, last_error = '',"
    " finished_at = ? WHERE n IN (SELECT value FROM json_each(?)) AND state = 'pending' RETURNING n, attempts"
)
_ATTEMPTS = (
    "INSERT INTO delivery_attempts"
    " (id, delivery_n, endpoint_n, attempt, status, response, error, started_at, completed_at)"
    " SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,"
    " value ->> 8 FROM json_each(?)"
)
_WELL = (
    "UPDATE delivery_endpoints SET failures = 0, open_until = 0"
    " WHERE failures > 0 AND n IN (SELECT value FROM json_each(?))"
)


def _finish(tx: Tx, attempts: Sequence[Attempt]) -> Counter[str]:
    """Notes tries that went well, all with the same few statements."""
    numbers = dict(tx.all(_DONE, tx.now, tx.now, _json([attempt.delivery.n for attempt in attempts])))
    done = [attempt for attempt in attempts if attempt.delivery.n in numbers]
    _keep(tx, done, numbers)
    _take_out(tx, done)
    tx.run(_WELL, _json(list({attempt.delivery.endpoint_n for attempt in attempts})))
    return Counter(done=len(done), gone=len(attempts) - len(done))


_FAILED = (
    "UPDATE deliveries SET state = value ->> 1, attempts = attempts + 1, tries = value ->> 2, next_at = value ->> 3,"
    " last_error = value ->> 4, finished_at = value ->> 5 FROM json_each(?) WHERE n = value ->> 0 AND state = 'pending'"
    " RETURNING n, attempts"
)
_BADLY = (
    "UPDATE delivery_endpoints SET failures = failures + 1, failed_at = ? FROM json_each(?)"
    " WHERE n = value ->> 0 AND failed_at <= value ->> 1 RETURNING n, failures"
)
_OPEN = "UPDATE delivery_endpoints SET open_until = value ->> 1 FROM json_each(?) WHERE n = value ->> 0"


def _fail(tx: Tx, attempts: Sequence[Attempt], batch: Sequence[Attempt]) -> Counter[str]:
    """Notes tries that failed, all with the same few statements: each waits for its next one, or was the last."""
    ends = {attempt.delivery.n: _end(tx, attempt) for attempt in attempts}
    numbers = dict(tx.all(_FAILED, _json([(n, *end) for n, end in ends.items()])))
    noted = [attempt for attempt in attempts if attempt.delivery.n in numbers]
    dead = [attempt for attempt in noted if ends[attempt.delivery.n][0] == "dead"]
    _keep(tx, noted, numbers)
    _take_out(tx, dead)
    last = {attempt.delivery.endpoint_n: attempt for attempt in batch}
    # An endpoint that has worked since is well.
    _count_failures(tx, [attempt for attempt in attempts if last[attempt.delivery.endpoint_n].error])
    return Counter(failed=len(noted) - len(dead), dead=len(dead), gone=len(attempts) - len(noted))


def _end(tx: Tx, attempt: Attempt) -> tuple[str, int, int, str, int | None]:
    """What becomes of a delivery whose try failed: its state, tries, next try, error, and end."""
    tries = attempt.delivery.tries + 1
    next_at = tx.now + round(RETRIES.wait(tries) * SECOND)
    if tries >= RETRIES.attempts or next_at > attempt.delivery.queued_at + MOST_AGE:
        return "dead", tries, tx.now, attempt.error, tx.now
    return "pending", tries, next_at, attempt.error, None


def _count_failures(tx: Tx, attempts: Sequence[Attempt]) -> None:
    """Counts failures in a row of endpoints; those that were under way together are one."""
    begun: dict[int, int] = {}
    for attempt in attempts:
        n = attempt.delivery.endpoint_n
        begun[n] = max(attempt.started_at, begun.get(n, 0))
    counted = tx.all(_BADLY, tx.now, _json(list(begun.items())))
    waits = {n: PROBES.wait(failures - PROBES.attempts + 1) for n, failures in counted if failures >= PROBES.attempts}
    if waits:
        tx.run(_OPEN, _json([(n, tx.now + round(wait * SECOND)) for n, wait in waits.items()]))


def _keep(tx: Tx, attempts: Sequence[Attempt], numbers: Mapping[int, int]) -> None:
    """Adds tries to the history, each with the number that it has among those of its delivery."""
    rows = [
        (
            *(new_id("eda"), one.delivery.n, one.delivery.endpoint_n, numbers[one.delivery.n]),
            *(one.status, one.response, one.error, one.started_at, one.completed_at),
        )
        for one in attempts
    ]
    tx.run(_ATTEMPTS, _json(rows))


def _take_out(tx: Tx, attempts: Sequence[Attempt]) -> None:
    """Takes deliveries that ended out of what their endpoints have pending."""
    ended = Counter(attempt.delivery.endpoint_n for attempt in attempts)
    queue.recount(tx, {n: -count for n, count in ended.items()})


def _json(values: Sequence[object]) -> str:
    return orjson.dumps(values).decode()


def queue_again(tx: Tx, endpoint_n: int, ns: Sequence[int]) -> int:
    """Queues finished deliveries of an endpoint anew, with their ids, while there is room, and says how many.

    Those that wait for their next try have it now, and count too; those whose turn has come are left.
    """
    if not ns:
        return 0
    count = tx.run(
        f"UPDATE deliveries SET next_at = ? WHERE n IN ({marks(ns)}) AND endpoint_n = ? AND state = 'pending'"
        " AND next_at > ?",
        *(tx.now, *ns, endpoint_n, tx.now),
    )
    pending: int = tx.value("SELECT pending FROM delivery_endpoints WHERE n = ?", endpoint_n)
    if some := ns[: max(0, queue.QUEUE - pending)]:
        revived = tx.run(
            "UPDATE deliveries SET state = 'pending', tries = 0, queued_at = ?, next_at = ?, finished_at = NULL"
            f" WHERE n IN ({marks(some)}) AND endpoint_n = ? AND state <> 'pending'",
            *(tx.now, tx.now, *some, endpoint_n),
        )
        queue.recount(tx, {endpoint_n: revived})
        count += revived
    tx.run("UPDATE delivery_endpoints SET open_until = 0 WHERE n = ?", endpoint_n)
    tx.add_work(WORK)
    return count


def expire(tx: Tx) -> int:
    """Gives up to 1000 deliveries up that have waited for three days, and says how many."""
    rows = tx.all(
        "UPDATE deliveries SET state = 'dead', finished_at = ?, last_error = CASE last_error WHEN '' THEN ?"
        " ELSE last_error END WHERE n IN (SELECT n FROM deliveries WHERE state = 'pending' AND queued_at <= ?"
        " ORDER BY queued_at LIMIT ?) RETURNING endpoint_n",
        *(tx.now, EXPIRED, tx.now - MOST_AGE, AT_ONCE),
    )
    waited = Counter(endpoint_n for (endpoint_n,) in rows)
    queue.recount(tx, {n: -count for n, count in waited.items()})
    return len(rows)


def prune(tx: Tx) -> int:
    """Forgets up to 1000 deliveries that were done a week ago, or given up a month ago, and says how many."""
    sql = "SELECT n FROM deliveries WHERE state = ? AND finished_at <= ? ORDER BY finished_at LIMIT ?"
    count = 0
    for state, before in (("done", tx.now - DONE_REMEMBERED), ("dead", tx.now - DEAD_REMEMBERED)):
        count += tx.run(f"DELETE FROM deliveries WHERE n IN ({sql})", state, before, AT_ONCE - count)
    return count
