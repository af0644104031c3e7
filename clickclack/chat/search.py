"""Search over messages (contract chat 3.11, 4.16, 6.8).

Relevance ranks the newest 1,000 matches, and not by the index's own function: that one counts every message with the
word, so that a word which half of a million messages contain would cost a second.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import cast

import orjson

from clickclack.chat import search_query
from clickclack.chat.access import DIRECT
from clickclack.chat.message_records import SELECT, Message, message_of
from clickclack.chat.search_scope import matching
from clickclack.chat.search_text import Snippet, Term, relevance, snippet
from clickclack.identity.access import workspace_of
from clickclack.identity.actors import Actor
from clickclack.kernel.errors import Invalid
from clickclack.kernel.transaction import Tx, marks

RANKED, PIECE = 1000, 250
RANKED_TERMS = 32
RANKED_CHARACTERS = 4 * 1024 * 1024
BEGINNINGS = 32
"""Each is looked up as all the words that begin so."""
_INVALID = "invalid search request"
_END = 2**62


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What is asked: `sort` is relevance or newest; at most one of the two scopes; `cursor` of the page before."""

    workspace_id: str
    q: str = ""
    channel_id: str = ""
    direct_conversation_id: str = ""
    sort: str = "relevance"
    limit: int = 50
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A message that matches, the name of its channel (None in a direct conversation), and a piece of its text."""

    message: Message
    channel_name: str | None
    snippet: Snippet


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Hits in their order, and where the next page starts; `is_whole` unless the index was behind for one of them."""

    hits: tuple[SearchHit, ...]
    next_cursor: str | None
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class _Search:
    """A search ready to run: the full-text expression, the rows it is bound to, and whose cursor it takes."""

    match: str
    low: int
    high: int
    terms: tuple[Term, ...]
    fingerprint: str


def search(tx: Tx, actor: Actor, request: SearchRequest) -> SearchPage:
    """A page of hits that the actor may see; nothing for an empty query.

    Raises NotFound for a workspace, channel or conversation that is not to be seen, Invalid for a query over 500 code
    points, both scopes, an unknown order, or a cursor of another search.
    """
    if not request.workspace_id:
        raise Invalid(f"{_INVALID}: workspace_id is required")
    if request.channel_id and request.direct_conversation_id:
        raise Invalid(f"{_INVALID}: channel_id and direct_conversation_id are mutually exclusive")
    if request.sort not in ("relevance", "newest"):
        raise Invalid(f"{_INVALID}: sort must be relevance or newest")
    text = request.q.strip()
    if len(text) > search_query.LENGTH_LIMIT:
        raise Invalid(f"{_INVALID}: the query is longer than {search_query.LENGTH_LIMIT} characters")
    membership = workspace_of(tx, actor, request.workspace_id)
    where = (request.channel_id, request.direct_conversation_id)
    query = search_query.parse(text)
    match = matching(tx, actor, membership, where, query)
    if sum(term.beginning for term in query.terms) > BEGINNINGS:
        raise Invalid(f"{_INVALID}: the query has more than {BEGINNINGS} beginnings of words")
    fingerprint = _fingerprint(actor, request, text)
    upper, offset = _read_cursor(request.cursor, fingerprint)
    if not text or match is None:
        return SearchPage((), None)
    high = min(match.high, upper)
    return _run(tx, _Search(match.expression, match.low, high, query.terms, fingerprint), request, offset)


def _run(tx: Tx, wanted: _Search, request: SearchRequest, offset: int) -> SearchPage:
    limit = request.limit + 1
    where = "FROM messages_fts WHERE messages_fts MATCH ? AND rowid > ? AND rowid <= ? ORDER BY rowid DESC LIMIT ?"
    bound = (wanted.match, wanted.low, wanted.high)
    if request.sort == "newest":
        ns = [n for (n,) in tx.all(f"SELECT rowid {where}", *bound, limit)]
        top, place = (ns[limit - 2] - 1 if len(ns) == limit else 0), 0
    else:
        ranked, newest_n = _ranked(tx, wanted)
        top, place = min(wanted.high, newest_n), offset + request.limit
        ns = ranked[offset : offset + limit]
    hits, is_whole = _hits(tx, ns[: request.limit], wanted.terms)
    return SearchPage(hits, _cursor(wanted.fingerprint, top, place) if len(ns) == limit else None, is_whole)


def _ranked(tx: Tx, wanted: _Search) -> tuple[list[int], int]:
    """The rows of the newest 1,000 matches, best first by the first 32 terms, and the newest; fewer of long texts."""
    scored: list[tuple[float, int]] = []
    room, high = RANKED_CHARACTERS, wanted.high
    while room > 0 and len(scored) < RANKED:
        piece = tx.all(
            "SELECT rowid, body, stems FROM messages_fts WHERE messages_fts MATCH ? AND rowid > ? AND rowid <= ?"
            " ORDER BY rowid DESC LIMIT ?",
            *(wanted.match, wanted.low, high, PIECE),
        )
        scored += [(-relevance(wanted.terms[:RANKED_TERMS], words, stems), -n) for n, words, stems in piece]
        room -= sum(len(row[1]) for row in piece)
        if len(piece) < PIECE:
            break
        high = piece[-1][0] - 1
    newest_n = -scored[0][1] if scored else 0
    return [-n for _, n in sorted(scored)], newest_n


_NAMED = f"SELECT c.name, c.kind, {SELECT.removeprefix('SELECT ')}"


def _hits(tx: Tx, ns: list[int], terms: tuple[Term, ...]) -> tuple[tuple[SearchHit, ...], bool]:
    """The messages in these rows, but those that were changed since the index was filled, and whether none was."""
    changed = {n for (n,) in tx.all(f"SELECT message_n FROM search_changes WHERE message_n IN ({marks(ns)})", *ns)}
    named = tx.all(f"{_NAMED} WHERE m.n IN ({marks(ns)}) AND m.deleted_at IS NULL", *ns)
    found = {columns[0]: (name, kind, message_of(tuple(columns))) for name, kind, *columns in named}
    hits: list[SearchHit] = []
    for name, kind, message in (found[n] for n in ns if n in found and n not in changed):
        hits.append(SearchHit(message, None if kind == DIRECT else name, snippet(message.body, terms)))
    return tuple(hits), not changed


def _fingerprint(actor: Actor, request: SearchRequest, text: str) -> str:
    """What a cursor is bound to: whose search it is, of what, where, and in which order."""
    where = (request.workspace_id, request.channel_id, request.direct_conversation_id)
    content = orjson.dumps([actor.user_id, *where, text, request.sort])
    return hashlib.blake2b(content, digest_size=12).hexdigest()


def _cursor(fingerprint: str, top: int, offset: int) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([fingerprint, top, offset])).decode().rstrip("=")


def _read_cursor(cursor: str, fingerprint: str) -> tuple[int, int]:
    """The highest row that counts and how many hits were shown; Invalid for a cursor of another search."""
    if not cursor:
        return _END, 0
    try:
        content: object = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        raise Invalid(f"{_INVALID}: bad cursor") from None
    parts = cast(list[object], content) if isinstance(content, list) else []
    if [type(part) for part in parts] != [str, int, int] or parts[0] != fingerprint:
        raise Invalid(f"{_INVALID}: the cursor belongs to another search")
    top, offset = cast(tuple[int, int], parts[1:])
    return min(max(top, 0), _END), min(max(offset, 0), RANKED)
