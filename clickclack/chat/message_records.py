"""The message as rows and as a record: one SELECT and one mapping for every way to read messages."""

from dataclasses import dataclass
from typing import Any

import orjson

from clickclack.chat.upload_records import Upload
from clickclack.identity.users import USER_COLUMNS, User, user_of
from clickclack.kernel.transaction import Tx


@dataclass(frozen=True, slots=True)
class ThreadState:
    """What is kept of a thread: replies ever made, the time of the last, and up to three authors, newest first."""

    root_id: str
    reply_count: int
    last_reply_at: int | None
    last_reply_author_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """What a message quotes: the text as it was, up to 280 code points, and who wrote it."""

    message_id: str
    author: User
    body: str


@dataclass(frozen=True, slots=True)
class Reaction:
    """One emoji under a message: by how many, and whether by the reader."""

    emoji: str
    count: int
    mine: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a channel or direct conversation, `channel_id`.

    `root_id` is None for a root; `seq` counts roots of the channel or replies of the thread. `reactions` and
    `attachments` are None where the reader did not ask for them.
    """

    n: int
    id: str
    route_id: str | None
    workspace_id: str
    channel_id: str
    root_id: str | None
    seq: int
    kind: str
    turn_id: str | None
    topic_id: str | None
    body: str
    nonce: str
    author: User
    quote: Quote | None
    thread: ThreadState
    created_at: int
    edited_at: int | None
    deleted_at: int | None
    reactions: tuple[Reaction, ...] | None = None
    attachments: tuple[Upload, ...] | None = None


_AUTHOR = ", ".join(f"a.{column}" for column in USER_COLUMNS)
_QUOTED = ", ".join(f"q.{column}" for column in USER_COLUMNS)
_WIDTH = len(USER_COLUMNS)

SELECT = (
    "SELECT m.n, m.id, m.route_id, w.id, c.id, r.id, m.channel_seq, m.thread_seq, m.kind, m.turn_id, t.id, m.body,"
    " m.nonce, m.created_at, m.edited_at, m.deleted_at, m.reply_count, m.last_reply_at, m.last_reply_authors,"
    f" m.quoted_message_id, m.quoted_body, {_AUTHOR}, {_QUOTED}"
    " FROM messages m JOIN channels c ON c.n = m.channel_n JOIN workspaces w ON w.n = c.workspace_n"
    " JOIN users a ON a.n = m.author_n LEFT JOIN users q ON q.n = m.quoted_author_n"
    " LEFT JOIN messages r ON r.n = m.root_n LEFT JOIN topics t ON t.n = m.topic_n"
)
OF_ROWS = SELECT.replace(" FROM messages m", " FROM json_each(?) chosen CROSS JOIN messages m ON m.n = chosen.value")
"""The same for the rows whose numbers a JSON array holds, in its order: the array is gone through from its start."""

BODY = 11
"""Which column of SELECT holds the body."""

_BY_N = f"{SELECT} WHERE m.n = ?"
_FIXED = 21


def message_of(row: tuple[Any, ...]) -> Message:
    """A row of SELECT as a record."""
    (n, identifier, route_id, workspace_id, channel_id, root_id, channel_seq, thread_seq) = row[:8]
    (kind, turn_id, topic_id, body, nonce, created_at, edited_at, deleted_at) = row[8:16]
    (reply_count, last_reply_at, last_reply_authors, quoted_id, quoted_body) = row[16:_FIXED]
    quote = None
    if quoted_id is not None:
        quote = Quote(quoted_id, user_of(row[_FIXED + _WIDTH :]), quoted_body)
    authors = () if last_reply_authors == "[]" else tuple(orjson.loads(last_reply_authors))
    return Message(
        n=n,
        id=identifier,
        route_id=route_id,
        workspace_id=workspace_id,
        channel_id=channel_id,
        root_id=root_id,
        seq=channel_seq if root_id is None else thread_seq,
        kind=kind,
        turn_id=turn_id,
        topic_id=topic_id,
        body=body,
        nonce=nonce,
        author=user_of(row[_FIXED : _FIXED + _WIDTH]),
        quote=quote,
        thread=ThreadState(root_id or identifier, reply_count, last_reply_at, authors),
        created_at=created_at,
        edited_at=edited_at,
        deleted_at=deleted_at,
    )


def message_by_n(tx: Tx, n: int) -> Message:
    """The message in row `n`, which must exist."""
    row = tx.one(_BY_N, n)
    if row is None:
        raise LookupError(f"no message in row {n}")
    return message_of(row)
