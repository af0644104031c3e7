"""Keeping the full-text index in step: filled after commits, in short units, and always before a search."""

import re
from collections import defaultdict
from typing import Any

from clickclack.chat.access import DIRECT
from clickclack.chat.search_text import indexed
from clickclack.kernel.transaction import Tx

AT_ONCE = 256
_LINK = re.compile(r"https?://", re.IGNORECASE)
_SELECT = (
    "SELECT m.n, m.body, m.kind, m.deleted_at, m.author_n, c.n, c.kind, c.workspace_n FROM messages m"
    " JOIN channels c ON c.n = m.channel_n"
)


def is_behind(tx: Tx) -> bool:
    """Whether there is a message that the index does not know as it is."""
    newest: int | None = tx.value("SELECT MAX(n) FROM messages")
    indexed_n: int = tx.value("SELECT indexed_n FROM search_progress")
    return (newest or 0) > indexed_n or tx.value("SELECT 1 FROM search_changes LIMIT 1") is not None


def fill(tx: Tx) -> bool:
    """Brings up to 256 changed and 256 new messages into the index; True when there may be more."""
    changed = [n for (n,) in tx.all("SELECT message_n FROM search_changes ORDER BY message_n LIMIT ?", AT_ONCE)]
    if changed:
        marks = ", ".join("?" * len(changed))
        tx.run(f"DELETE FROM messages_fts WHERE rowid IN ({marks})", *changed)
        _index(tx, tx.all(f"{_SELECT} WHERE m.n IN ({marks})", *changed))
        tx.run(f"DELETE FROM search_changes WHERE message_n IN ({marks})", *changed)
    indexed_n: int = tx.value("SELECT indexed_n FROM search_progress")
    new = tx.all(f"{_SELECT} WHERE m.n > ? ORDER BY m.n LIMIT ?", indexed_n, AT_ONCE)
    if new:
        _index(tx, new)
        tx.run("UPDATE search_progress SET indexed_n = ?", new[-1][0])
    return AT_ONCE in (len(changed), len(new))


def changed(tx: Tx, message_n: int) -> None:
    """Notes that an indexed message says something else now; one that is not indexed yet needs no note."""
    tx.run(
        "INSERT INTO search_changes (message_n) SELECT ? FROM search_progress WHERE indexed_n >= ?"
        " ON CONFLICT DO NOTHING",
        message_n,
        message_n,
    )


def forget(tx: Tx, message_ns: list[int]) -> None:
    """Takes messages that are about to go out of the index; their numbers may come back with others."""
    marks = ", ".join("?" * len(message_ns))
    tx.run(f"DELETE FROM messages_fts WHERE rowid IN ({marks})", *message_ns)


def rewind(tx: Tx) -> None:
    """After messages have gone: what comes next may have a number that was indexed before."""
    newest: int | None = tx.value("SELECT MAX(n) FROM messages")
    tx.run("UPDATE search_progress SET indexed_n = MIN(indexed_n, ?)", newest or 0)


def _index(tx: Tx, rows: list[tuple[Any, ...]]) -> None:
    carried = _attached(tx, [row[0] for row in rows])
    for n, body, kind, deleted_at, author_n, channel_n, channel_kind, workspace_n in rows:
        if kind != "message" or deleted_at is not None:
            continue
        place = f"d{channel_n}" if channel_kind == DIRECT else f"w{workspace_n} c{channel_n}"
        scope = " ".join([place, f"u{author_n}", *(f"has{thing}" for thing in [*_things(body), *carried[n]])])
        tx.run("INSERT INTO messages_fts (rowid, body, stems, scope) VALUES (?, ?, ?, ?)", n, *indexed(body), scope)


def _things(body: str) -> list[str]:
    found = ["link"] if _LINK.search(body) else []
    return [*found, "code"] if "`" in body else found


def _attached(tx: Tx, message_ns: list[int]) -> defaultdict[int, list[str]]:
    """What files each of these messages carries: `file`, and `image` too for an image."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    marks = ", ".join("?" * len(message_ns))
    sql = "SELECT t.message_n, f.content_type FROM attachments t JOIN uploads f ON f.n = t.upload_n"
    for message_n, content_type in tx.all(f"{sql} WHERE t.message_n IN ({marks})", *message_ns):
        found[message_n] += ["file", "image"] if content_type.lower().startswith("image/") else ["file"]
    return found
