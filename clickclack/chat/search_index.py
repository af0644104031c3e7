"""Keeping the full-text index in step: filled after commits, and before a search.

Words are taken apart on a reader; the unit that writes them only inserts what was made ready.
"""

import math
import re
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from clickclack.chat.access import DIRECT
from clickclack.chat.search_text import indexed
from clickclack.kernel.database import Database
from clickclack.kernel.transaction import Tx, marks

AT_ONCE = 256
CHARACTERS = 64 * 1024
"""About how much text is made ready at once, and put into the index by one unit."""
_LINK = re.compile(r"https?://", re.IGNORECASE)
_SELECT = (
    "SELECT m.n, m.body, m.kind, m.deleted_at, m.author_n, c.n, c.kind, c.workspace_n FROM messages m"
    " JOIN channels c ON c.n = m.channel_n"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """The newest message and the newest change there are: what a search must find."""

    message_n: int
    change: int


Row = tuple[int, str, str, str]
"""What the index keeps of a message: its number, its words, their stems, and where it stands and what it has."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is ready for the index: `rows` to put in, after the `stale` ones of changed messages are taken out.

    `start` is how far new messages were indexed before, and how often messages had gone by then; `end` is how far they
    are after. `changes` are the first and the last of the queue of changes, 0 for none.
    """

    stale: list[int]
    rows: list[Row]
    start: tuple[int, int]
    end: int
    changes: tuple[int, int]


async def catch_up(db: Database, seconds: float = math.inf) -> bool:
    """Brings the index to where the messages are now, and says True; False when that takes longer than so many seconds.

    Only reads when it is there already.
    """
    mark, end = await db.read(newest), time.monotonic() + seconds
    while await db.read(is_behind, mark):
        if time.monotonic() >= end:
            return False
        await db.write(fill, await db.read(prepare))
    return True


def newest(tx: Tx) -> Mark:
    """Where the messages and their changes are now."""
    message_n: int | None = tx.value("SELECT MAX(n) FROM messages")
    change: int | None = tx.value("SELECT MAX(n) FROM search_changes")
    return Mark(message_n or 0, change or 0)


def is_behind(tx: Tx, mark: Mark) -> bool:
    """Whether the index does not know all up to the mark."""
    missing = "SELECT 1 FROM messages WHERE n > (SELECT indexed_n FROM search_progress) AND n <= ? LIMIT 1"
    if tx.value(missing, mark.message_n) is not None:
        return True
    return tx.value("SELECT 1 FROM search_changes WHERE n <= ? LIMIT 1", mark.change) is not None


def prepare(tx: Tx) -> Batch:
    """Makes changed and new messages ready, up to 256 of each and about 64 Ki characters."""
    queued = tx.all("SELECT n, message_n FROM search_changes ORDER BY n LIMIT ?", AT_ONCE)
    progress = _progress(tx)
    start = progress[0]
    stale: list[int] = []
    taken: list[tuple[Any, ...]] = []
    room, last_change = CHARACTERS, 0
    for change, message_n in queued:
        if room <= 0:
            break
        last_change = change
        if message_n <= start and message_n not in stale:
            stale.append(message_n)
            found = tx.all(f"{_SELECT} WHERE m.n = ?", message_n)
            taken += found
            room -= sum(len(row[1]) for row in found)
    end = start
    for row in tx.all(f"{_SELECT} WHERE m.n > ? ORDER BY m.n LIMIT ?", start, AT_ONCE) if room > 0 else ():
        if room <= 0:
            break
        room -= len(row[1])
        end = row[0]
        taken.append(row)
    return Batch(stale, _ready(tx, taken), progress, end, (queued[0][0] if last_change else 0, last_change))


_FILL = (
    "INSERT OR REPLACE INTO messages_fts (rowid, body, stems, scope)"
    " SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)"
)
"""One statement for all rows: it leaves the processor to the other threads while it runs, which one a row does not."""


def fill(tx: Tx, batch: Batch) -> None:
    """Puts a batch into the index; nothing when another one was, or messages went, since it was made ready."""
    first, last = batch.changes
    if _progress(tx) != batch.start:
        return
    if first and tx.value("SELECT 1 FROM search_changes WHERE n = ?", first) is None:
        return
    for n in batch.stale:
        tx.run("DELETE FROM messages_fts WHERE rowid = ?", n)
    tx.run(_FILL, orjson.dumps(batch.rows).decode())
    tx.run("DELETE FROM search_changes WHERE n <= ?", last)
    tx.run("UPDATE search_progress SET indexed_n = ?", batch.end)


def changed(tx: Tx, message_n: int) -> None:
    """Notes that a message says or carries something else now."""
    tx.run("INSERT INTO search_changes (message_n) VALUES (?)", message_n)


def forget(tx: Tx, message_ns: list[int]) -> None:
    """Takes messages that are about to go out of the index; their numbers may come back with others."""
    tx.run(f"DELETE FROM messages_fts WHERE rowid IN ({marks(message_ns)})", *message_ns)


def rewind(tx: Tx) -> None:
    """After messages have gone: what comes next may have a number that was indexed before."""
    last: int | None = tx.value("SELECT MAX(n) FROM messages")
    tx.run("UPDATE search_progress SET indexed_n = MIN(indexed_n, ?), purges = purges + 1", last or 0)


def _progress(tx: Tx) -> tuple[int, int]:
    """How far new messages are indexed, and how often messages have gone for good."""
    indexed_n, purges = tx.all("SELECT indexed_n, purges FROM search_progress")[0]
    return indexed_n, purges


def _ready(tx: Tx, rows: Sequence[tuple[Any, ...]]) -> list[Row]:
    """What the index shall keep of these messages; nothing of those that have no place in it."""
    carried = _attached(tx, [row[0] for row in rows])
    ready: list[Row] = []
    for n, body, kind, deleted_at, author_n, channel_n, channel_kind, workspace_n in rows:
        if kind == "message" and deleted_at is None:
            where = f"d{channel_n}" if channel_kind == DIRECT else f"w{workspace_n} c{channel_n}"
            scope = " ".join([where, f"u{author_n}", *(f"has{thing}" for thing in [*_things(body), *carried[n]])])
            ready.append((n, *indexed(body), scope))
    return ready


def _things(body: str) -> list[str]:
    found = ["link"] if _LINK.search(body) else []
    return [*found, "code"] if "`" in body else found


def _attached(tx: Tx, message_ns: list[int]) -> defaultdict[int, list[str]]:
    """What files each of these messages carries: `file`, and `image` too for an image."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    if not message_ns:
        return found
    sql = "SELECT t.message_n, f.content_type FROM attachments t JOIN uploads f ON f.n = t.upload_n"
    for message_n, content_type in tx.all(f"{sql} WHERE t.message_n IN ({marks(message_ns)})", *message_ns):
        found[message_n] += ["file", "image"] if content_type.lower().startswith("image/") else ["file"]
    return found
