"""Endpoints: other people's servers that are told things, each with its own queue, secret and circuit breaker."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from clickclack.kernel.allow_list import AllowList
from clickclack.kernel.seal import Seal
from clickclack.kernel.secrets import new_secret
from clickclack.kernel.transaction import Tx, marks

WORK = "deliveries"
"""What a unit that adds deliveries, or changes what is due, notes as its work."""

CHANGE = "delivery endpoints"
"""What a unit notes that changes whom deliveries go to, or how: it holds for all that begin after its commit."""

PURPOSE = "delivery endpoint"
"""What secrets of endpoints are sealed for."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Who is called. `secret` is sealed, `kind` says how requests are signed, `scope` whose allow-list holds.

    `failures` is how many there were in a row.
    """

    n: int
    kind: str
    scope: str
    url: str
    secret: bytes
    failures: int


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """An endpoint to be made; its secret begins with `prefix`."""

    kind: str
    scope: str
    url: str
    prefix: str


ENDPOINT_COLUMNS = "e.n, e.kind, e.scope, e.url, e.secret, e.failures"
"""Columns that make an Endpoint, in its order, from `delivery_endpoints e`."""


def create(tx: Tx, seal: Seal, new: NewEndpoint) -> tuple[int, str]:
    """Makes an endpoint; returns its row number and its secret, which is shown this once."""
    secret = new_secret(new.prefix)
    n = tx.insert(
        "INSERT INTO delivery_endpoints (kind, scope, url, secret, created_at) VALUES (?, ?, ?, ?, ?)",
        *(new.kind, new.scope, new.url, seal.close(secret, PURPOSE), tx.now),
    )
    return n, secret


def rotate(tx: Tx, seal: Seal, n: int, prefix: str) -> str:
    """Gives an endpoint a new secret and returns it; what is sent from now on is signed with it."""
    secret = new_secret(prefix)
    tx.run("UPDATE delivery_endpoints SET secret = ? WHERE n = ?", seal.close(secret, PURPOSE), n)
    tx.add_work(CHANGE)
    return secret


def close(tx: Tx, ns: Collection[int]) -> None:
    """Tells these endpoints nothing more; what waits for them dies with its age."""
    if ns:
        sql = f"UPDATE delivery_endpoints SET closed_at = ? WHERE n IN ({marks(ns)}) AND closed_at IS NULL"
        tx.run(sql, tx.now, *ns)
    tx.add_work(CHANGE)


def remove_some(tx: Tx, n: int, limit: int) -> None:
    """Removes up to `limit` deliveries of an endpoint, oldest first, or the endpoint when it has none."""
    close(tx, [n])
    some = "SELECT n FROM deliveries WHERE endpoint_n = ? ORDER BY n LIMIT ?"
    if not tx.run(f"DELETE FROM deliveries WHERE n IN ({some})", n, limit):
        tx.run("DELETE FROM delivery_endpoints WHERE n = ?", n)


def open_ones(tx: Tx, ns: Collection[int]) -> dict[int, Endpoint]:
    """Those of these endpoints that are not closed, as they are now."""
    sql = f"SELECT {ENDPOINT_COLUMNS} FROM delivery_endpoints e WHERE e.closed_at IS NULL AND e.n IN ({marks(ns)})"
    return {row[0]: Endpoint(*row) for row in tx.all(sql, *ns)}


def allow_lists(tx: Tx, scopes: Collection[str]) -> dict[str, AllowList]:
    """The allow-lists of these scopes; none for one that is not narrowed."""
    sql = f"SELECT scope, entry FROM outbound_allowances WHERE scope IN ({marks(scopes)}) ORDER BY scope, entry"
    found: dict[str, list[str]] = {}
    for scope, entry in tx.all(sql, *scopes):
        found.setdefault(scope, []).append(entry)
    return {scope: AllowList.of(entries) for scope, entries in found.items()}


def allowed(tx: Tx, scope: str) -> list[str]:
    """The entries of a scope's allow-list, ascending."""
    return [e for (e,) in tx.all("SELECT entry FROM outbound_allowances WHERE scope = ? ORDER BY entry", scope)]


def allow(tx: Tx, scope: str, entries: Sequence[str]) -> None:
    """Replaces a scope's allow-list by these normal entries."""
    tx.run("DELETE FROM outbound_allowances WHERE scope = ?", scope)
    for entry in entries:
        tx.run("INSERT INTO outbound_allowances (scope, entry) VALUES (?, ?) ON CONFLICT DO NOTHING", scope, entry)
    tx.add_work(CHANGE)
