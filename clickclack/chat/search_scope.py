"""What a search may find, in the words of the index: the reader's channels, and what the operators ask for."""

from dataclasses import dataclass

from clickclack.chat.access import GUEST_CHANNEL, PRIVATE, PUBLIC, channel_place, direct_place
from clickclack.chat.search_query import SearchQuery
from clickclack.identity.access import Membership
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.kernel.transaction import Tx

_NOTHING = '"none"'


@dataclass(frozen=True, slots=True)
class Match:
    """A full-text expression, and the rows it is bound to: `low` < n <= `high`."""

    expression: str
    low: int
    high: int


def matching(tx: Tx, actor: Actor, membership: Membership, where: tuple[str, str], query: SearchQuery) -> Match | None:
    """What to look for; `where` are the ids of a channel and a direct conversation, empty for the whole workspace.

    Raises NotFound for a scope that is not to be seen; None when an operator names nobody or nothing.
    """
    scope = _scope(tx, actor, membership, *where)
    filters = _filters(tx, actor, membership.workspace.n, query)
    if filters is None or query.empty:
        return None
    words = (term.expression() for term in query.terms)
    newest: int = tx.value("SELECT MAX(n) FROM messages") or 0
    low = 0 if query.after is None else _before(tx, query.after, newest)
    high = newest if query.before is None else _before(tx, query.before, newest)
    return Match(" AND ".join([f"scope : ({scope})", *filters, *words]), low, high)


def _scope(tx: Tx, actor: Actor, membership: Membership, channel_id: str, conversation_id: str) -> str:
    """The part of the expression that keeps a search to what the actor may see, by the words of the index."""
    workspace_n = membership.workspace.n
    if conversation_id:
        place = direct_place(tx, actor, conversation_id)
        return f'"d{place.channel_n}"' if place.workspace_n == workspace_n else _NOTHING
    if channel_id:
        place = channel_place(tx, actor, channel_id)
        return f'"c{place.channel_n}"' if place.workspace_n == workspace_n else _NOTHING
    if Permission.CHANNELS_READ not in membership.permissions:
        rows = tx.all("SELECT n FROM channels WHERE workspace_n = ? AND name = ?", workspace_n, GUEST_CHANNEL)
        return _any([f"c{n}" for (n,) in rows])
    hidden = tx.all(
        "SELECT c.n FROM channels c WHERE c.workspace_n = ? AND c.kind = ? AND NOT EXISTS"
        " (SELECT 1 FROM channel_members j WHERE j.channel_n = c.n AND j.user_n = ?)",
        *(workspace_n, PRIVATE, actor.user_n),
    )
    everything = f'"w{workspace_n}"'
    return f"{everything} NOT ({_any([f'c{n}' for (n,) in hidden])})" if hidden else everything


def _any(words: list[str]) -> str:
    return " OR ".join(f'"{word}"' for word in words) or _NOTHING


def _filters(tx: Tx, actor: Actor, workspace_n: int, query: SearchQuery) -> list[str] | None:
    """The operators as parts of the expression; None when one of them names nobody or nothing."""
    parts = [f'scope : "has{thing}"' for thing in query.has]
    for handle in query.authors:
        author_n = actor.user_n if handle == "me" else _author(tx, workspace_n, handle)
        if author_n is None:
            return None
        parts.append(f'scope : "u{author_n}"')
    for name in query.channels:
        sql = "SELECT n FROM channels WHERE workspace_n = ? AND name = ? AND kind IN (?, ?)"
        channel_n = tx.value(sql, workspace_n, name, PUBLIC, PRIVATE)
        if channel_n is None:
            return None
        parts.append(f'scope : "c{channel_n}"')
    return parts


def _author(tx: Tx, workspace_n: int, handle: str) -> int | None:
    return tx.value(
        "SELECT u.n FROM users u JOIN memberships m ON m.user_n = u.n AND m.workspace_n = ?"
        " WHERE u.handle = ? AND u.handle <> ''",
        workspace_n,
        handle,
    )


def _before(tx: Tx, at: int, newest: int) -> int:
    """The number below which messages were made before a time: numbers follow the clock, so it is found by halving."""
    low, high = 0, newest
    while low < high:
        middle = (low + high + 1) // 2
        made: int | None = tx.value("SELECT created_at FROM messages WHERE n >= ? ORDER BY n LIMIT 1", middle)
        low, high = (middle, high) if made is not None and made < at else (low, middle - 1)
    return low
