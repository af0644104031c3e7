"""The channel as rows and as a record: one SELECT and one mapping for every way to read channels."""

from dataclasses import dataclass
from typing import Any

from clickclack.kernel.transaction import Tx


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel. The counters are the reader's in a list and 0 elsewhere."""

    n: int
    id: str
    route_id: str
    workspace_id: str
    name: str
    kind: str
    display_title: str | None
    external_managed: bool
    external_ref: str | None
    external_url: str | None
    sidebar_section: str | None
    created_at: int
    archived_at: int | None
    last_seq: int = 0
    last_read_seq: int = 0
    unread_count: int = 0


CHANNEL_COLUMNS = (
    "c.n, c.id, c.route_id, w.id, c.name, c.kind, c.display_title, c.external_managed, c.external_ref, c.external_url,"
    " c.sidebar_section, c.created_at, c.archived_at"
)
"""Columns that make a Channel without its counters, from `channels c` and `workspaces w`."""
COUNTERS = (
    "c.last_seq, COALESCE(r.last_read_seq, 0),"
    " (c.message_count - COALESCE(r.read_ordinal, 0)) - (COALESCE(r.posted, 0) - COALESCE(r.own_ordinal, 0))"
)
"""The newest root, how far the reader has read, and what is unread, from `channels c` and `channel_reads r`."""
_MANAGED = 7


def channel_of(row: tuple[Any, ...]) -> Channel:
    """A row of CHANNEL_COLUMNS, and COUNTERS where they were read, as a record."""
    values: list[Any] = list(row)
    values[_MANAGED] = bool(values[_MANAGED])
    return Channel(*values)


def channel_by_n(tx: Tx, n: int) -> Channel:
    """The channel in row `n`, which must exist."""
    row = tx.one(f"SELECT {CHANNEL_COLUMNS} FROM channels c JOIN workspaces w ON w.n = c.workspace_n WHERE c.n = ?", n)
    if row is None:
        raise LookupError(f"no channel in row {n}")
    return channel_of(row)
