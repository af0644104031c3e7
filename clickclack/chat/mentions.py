"""Finding the handles that a message mentions (contract chat 6.4)."""

import re

import orjson

from clickclack.chat.access import PUBLIC, Place
from clickclack.kernel.transaction import Tx

SCANNED = 16_384
MOST = 100
_TOKEN = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.\-]{0,31}://|[Ww]{3}\.)[^ \t\r\n]*|\[|(?<![A-Za-z0-9_\-@])@([A-Za-z0-9_-]+)"
)


def mentioned_handles(body: str) -> list[str]:
    """The handles in order of appearance, lower-case, each once; none from addresses, links or e-mail addresses.

    Only the first 16,384 characters are read and the first 100 handles taken: no message can hold up the writer.
    """
    body = body[:SCANNED]
    if "@" not in body:
        return []
    handles: dict[str, None] = {}
    position = close = 0
    while len(handles) < MOST and (match := _TOKEN.search(body, position)):
        position = match.end()
        if match[1]:
            handles[match[1].lower()] = None
        elif match[0] == "[":
            if close != -1 and close < position:
                close = body.find("]", position)
            if close != -1 and body.startswith("(", close + 1):
                end = body.find(")", close + 2)
                position = end + 1 if end != -1 else position
    return list(handles)


def mentioned_user_ids(tx: Tx, place: Place, body: str) -> list[str]:
    """The ids of current members whose handles the body mentions, ascending; the author and bots count.

    In a private channel or a direct conversation only those who are in it are found.
    """
    handles = mentioned_handles(body)
    if not handles:
        return []
    rows = tx.all(
        "SELECT u.id FROM json_each(?) h CROSS JOIN users u ON u.handle = h.value AND u.handle <> ''"
        " CROSS JOIN memberships m ON m.user_n = u.n AND m.workspace_n = ? WHERE ? OR EXISTS"
        " (SELECT 1 FROM channel_members j WHERE j.channel_n = ? AND j.user_n = u.n) ORDER BY u.id",
        *(orjson.dumps(handles).decode(), place.workspace_n, place.kind == PUBLIC, place.channel_n),
    )
    return [user_id for (user_id,) in rows]
