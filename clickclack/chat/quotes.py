"""Quoting: what may be quoted where, and the snapshot that is kept (contract chat 6.3)."""

from dataclasses import dataclass

from clickclack.kernel.errors import Invalid
from clickclack.kernel.transaction import Tx

SNAPSHOT = 280


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quoted message as it is stored in the quoting one: the text is cut to 280 code points."""

    message_id: str
    author_n: int
    body: str


def quoted_in_channel(tx: Tx, channel_n: int, message_id: str) -> Quoted | None:
    """The root message of this channel to quote, or None for a blank id; Invalid for any other message."""
    return _quoted(tx, message_id, "channel_n = ? AND root_n IS NULL", channel_n)


def quoted_in_thread(tx: Tx, root_n: int, message_id: str) -> Quoted | None:
    """The root or a reply of this thread to quote, or None for a blank id; Invalid for any other message."""
    return _quoted(tx, message_id, "(n = ? OR root_n = ?)", root_n, root_n)


def _quoted(tx: Tx, message_id: str, scope: str, *params: int) -> Quoted | None:
    wanted = message_id.strip()
    if not wanted:
        return None
    row = tx.one(
        f"SELECT id, author_n, body FROM messages WHERE id = ? AND deleted_at IS NULL AND {scope}",
        wanted,
        *params,
    )
    if row is None:
        raise Invalid("quoted message is not in this channel, conversation, or thread")
    return Quoted(row[0], row[1], row[2].strip()[:SNAPSHOT])
