"""Attachments: uploads under messages, in the order in which they were attached (contract chat 3.7, 4.8).

A message that is deleted has none; so each row here stands for a message that can be read.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from clickclack.chat import search_index
from clickclack.chat.access import Place, scope_name
from clickclack.chat.message_records import Message
from clickclack.chat.messages import WRITE, get
from clickclack.chat.upload_access import attachable
from clickclack.chat.upload_records import UPLOAD_COLUMNS, UPLOAD_JOIN, Upload, upload_of
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.kernel.errors import Forbidden, Invalid
from clickclack.kernel.events import Event
from clickclack.kernel.transaction import Tx, marks

MOST = 100
AT_ONCE = 100

Carrier = tuple[int, int]
"""Which message carries an upload: the rows of its channel and of the attachment."""


def attach(tx: Tx, actor: Actor, message_id: str, upload_id: str) -> Event | None:
    """Attaches an upload to the actor's own message; emits `message.updated`, or nothing when it is there already.

    Raises Forbidden for somebody else's message or an upload that is not to be seen, Invalid for a deleted message, an
    upload of another workspace, or the 101st of a message.
    """
    actor.require_scope("messages:write")
    message, place = get(tx, actor, message_id, WRITE)
    place.require(Permission.MESSAGES_POST)
    if message.author.n != actor.user_n:
        raise Forbidden("message attachments can only be changed by the message author")
    if message.deleted_at is not None:
        raise Invalid("deleted messages cannot have attachments")
    upload = _usable(tx, actor, place, upload_id)
    if tx.value("SELECT 1 FROM attachments WHERE message_n = ? AND upload_n = ?", message.n, upload.n):
        return None
    if tx.value("SELECT COUNT(*) FROM attachments WHERE message_n = ?", message.n) >= MOST:
        raise Invalid(f"a message has at most {MOST} attachments")
    _insert(tx, (message.n, upload.n, place.channel_n), None)
    return _told(tx, message.n, (place.channel_n, place.channel_id, place.workspace_n, place.workspace_id))


def usable(tx: Tx, actor: Actor, place: Place, upload_ids: Sequence[str]) -> tuple[Upload, ...]:
    """The uploads for a message that is about to be posted here; raises what `attach` does."""
    if upload_ids:
        actor.require_scope("uploads:write")
    return tuple(_usable(tx, actor, place, upload_id) for upload_id in upload_ids)


def attach_new(tx: Tx, message: Message, channel_n: int, uploads: tuple[Upload, ...]) -> Message:
    """The message with these uploads, which are `usable`, under it: a part of its posting, without an event."""
    for position, upload in enumerate(uploads):
        _insert(tx, (message.n, upload.n, channel_n), position)
    return replace(message, attachments=uploads) if uploads else message


def _usable(tx: Tx, actor: Actor, place: Place, upload_id: str) -> Upload:
    place.standing.require(Permission.UPLOADS_CREATE)
    upload = attachable(tx, actor, upload_id)
    if upload.workspace_n != place.workspace_n:
        raise Invalid("upload and message workspaces differ")
    return upload


def _insert(tx: Tx, row: tuple[int, int, int], position: int | None) -> None:
    tx.run(
        "INSERT INTO attachments (message_n, upload_n, channel_n, position, created_at) VALUES (?, ?, ?, ?, ?)",
        *(*row, position, tx.now),
    )


def posted_with(tx: Tx, message_n: int, wanted: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The ids of the uploads that came with the message, in their order; not of those attached later.

    They are `wanted` when those are the same but for uploads that were deleted since.
    """
    rows: dict[int, str] = dict(
        tx.all(
            "SELECT t.position, f.id FROM attachments t JOIN uploads f ON f.n = t.upload_n"
            " WHERE t.message_n = ? AND t.position IS NOT NULL AND f.deleted_at IS NULL",
            message_n,
        )
    )
    sql = f"SELECT id FROM uploads WHERE id IN ({marks(wanted)}) AND deleted_at IS NULL"
    there = {upload_id for (upload_id,) in tx.all(sql, *wanted)} if wanted else set[str]()
    if rows == {position: upload_id for position, upload_id in enumerate(wanted) if upload_id in there}:
        return wanted
    return tuple(upload_id for _, upload_id in sorted(rows.items()))


def attachments_of(tx: Tx, message_ns: Sequence[int]) -> dict[int, tuple[Upload, ...]]:
    """The uploads of these messages by row number, by one query; none where there are none."""
    if not message_ns:
        return {}
    rows = tx.all(
        f"SELECT t.n, t.message_n, {UPLOAD_COLUMNS} FROM attachments t JOIN uploads f ON f.n = t.upload_n {UPLOAD_JOIN}"
        f" WHERE t.message_n IN ({marks(message_ns)}) AND f.deleted_at IS NULL",
        *message_ns,
    )
    found: defaultdict[int, list[Upload]] = defaultdict(list)
    for _, message_n, *columns in sorted(rows, key=lambda row: row[0]):
        found[message_n].append(upload_of(tuple(columns)))
    return {n: tuple(uploads) for n, uploads in found.items()}


def with_attachments(tx: Tx, message: Message) -> Message:
    """The same message with its attachments."""
    return replace(message, attachments=attachments_of(tx, [message.n]).get(message.n, ()))


def forget(tx: Tx, message_n: int) -> None:
    """Takes the attachments off a message that is being deleted; the uploads stay with their owners."""
    tx.run("DELETE FROM attachments WHERE message_n = ?", message_n)


def detach_some(tx: Tx, upload_n: int) -> bool:
    """Takes a deleted upload off up to 100 messages, with `message.updated` for each; False when it is on none."""
    rows = tx.all(_CARRIERS, upload_n, AT_ONCE)
    for row in rows:
        tx.run("DELETE FROM attachments WHERE n = ?", row[0])
        _told(tx, row[1], row[2:])
    return bool(rows)


def tell_carriers(tx: Tx, upload_n: int, after: Carrier = (0, 0)) -> Carrier | None:
    """Emits `message.updated` for up to 100 messages that carry an upload of which more is known now.

    Returns the last of them, after which to go on, or None when there are no more.
    """
    rows = tx.all(_NEXT_CARRIERS, upload_n, *after, AT_ONCE)
    for row in rows:
        _told(tx, row[1], row[2:])
    return (rows[-1][2], rows[-1][0]) if len(rows) == AT_ONCE else None


_ALL = (
    "SELECT t.n, t.message_n, c.n, c.id, w.n, w.id FROM attachments t CROSS JOIN channels c ON c.n = t.channel_n"
    " CROSS JOIN workspaces w ON w.n = c.workspace_n WHERE t.upload_n = ?"
)
_CARRIERS = f"{_ALL} LIMIT ?"
_NEXT_CARRIERS = f"{_ALL} AND (t.channel_n, t.n) > (?, ?) ORDER BY t.channel_n, t.n LIMIT ?"  # as in the index


def _told(tx: Tx, message_n: int, where: tuple[Any, ...]) -> Event:
    """Emits `message.updated`; `where` is the channel and the workspace, each as row and id.

    `cause` tells readers who act on what messages say that the text is the same.
    """
    sql = "SELECT m.id, m.channel_seq, r.id FROM messages m LEFT JOIN messages r ON r.n = m.root_n WHERE m.n = ?"
    message_id, seq, root_id = tx.all(sql, message_n)[0]
    search_index.changed(tx, message_n)
    channel_n, channel_id, workspace_n, workspace_id = where
    facts: dict[str, str | int] = {
        "workspace_id": workspace_id,
        scope_name(channel_id): channel_id,
        "message_id": message_id,
        "root_message_id": root_id or message_id,
        "cause": "attachments",
    }
    if root_id is None:
        facts["seq"] = seq
    return tx.emit("message.updated", workspace_n, facts, place=channel_n)
