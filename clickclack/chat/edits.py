"""Editing one's own message, and what it said before (contract chat 6.5; the history is an addition)."""

from dataclasses import dataclass

from clickclack.chat import search_index
from clickclack.chat.attachments import attachments_of
from clickclack.chat.drafts import Draft, checked_body
from clickclack.chat.message_records import message_by_n
from clickclack.chat.messages import WRITE, Changed, changed, get
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.kernel.errors import Invalid
from clickclack.kernel.transaction import Tx

KEPT = 100
TOLD = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Edit:
    """What a message said until `edited_at`, in microseconds UTC."""

    body: str
    edited_at: int


def edit(tx: Tx, actor: Actor, message_id: str, body: str) -> Changed:
    """Replaces the body of the actor's own message; emits `message.updated` even when the text is the same."""
    message, place = get(tx, actor, message_id, WRITE)
    place.require(Permission.MESSAGES_POST)
    if message.author.n != actor.user_n:
        raise Invalid("only the author can edit a message")
    if message.deleted_at is not None:
        raise Invalid("deleted messages cannot be edited")
    carried = tuple(upload.id for upload in attachments_of(tx, [message.n]).get(message.n, ()))
    text = checked_body(Draft(body, upload_ids=carried), "message body is required")
    if text != message.body:
        _keep(tx, message.n, message.body)
    search_index.changed(tx, message.n)
    tx.run("UPDATE messages SET body = ?, edited_at = ? WHERE n = ?", text, tx.now, message.n)
    return Changed(message_by_n(tx, message.n), changed(tx, "message.updated", message, place))


def history(tx: Tx, actor: Actor, message_id: str) -> list[Edit]:
    """What the message said before each of its last 100 edits, oldest first; nothing once it is deleted.

    Of long messages only the newest edits are told, up to about 4 MiB.
    """
    message, _ = get(tx, actor, message_id)
    room = TOLD

    def full(row: tuple[str, int]) -> bool:
        nonlocal room
        room -= len(row[0])
        return room <= 0

    sql = "SELECT body, edited_at FROM message_edits WHERE message_n = ? ORDER BY edited_at DESC"
    return [Edit(*row) for row in tx.until(full, sql, message.n)][::-1]


def forget(tx: Tx, message_n: int) -> None:
    """Removes the history of a message that is being deleted."""
    tx.run("DELETE FROM message_edits WHERE message_n = ?", message_n)


def _keep(tx: Tx, message_n: int, body: str) -> None:
    last: int | None = tx.value("SELECT MAX(edited_at) FROM message_edits WHERE message_n = ?", message_n)
    at = max(tx.now, (last or 0) + 1)  # in order also when the clock stands still or is set back
    tx.run("INSERT INTO message_edits (message_n, edited_at, body) VALUES (?, ?, ?)", message_n, at, body)
    tx.run(
        "DELETE FROM message_edits WHERE message_n = ? AND edited_at < (SELECT edited_at FROM message_edits"
        " WHERE message_n = ? ORDER BY edited_at DESC LIMIT 1 OFFSET ?)",
        *(message_n, message_n, KEPT - 1),
    )
