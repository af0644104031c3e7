"""What people type into the search field: words, "phrases", beginnings*, and from: in: before: after: has:.

Words are what the contract knows (chat 6.8); the rest is an addition. What looks like an operator but means nothing
here is searched for as it is.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from clickclack.chat.search_text import Term, words_of
from clickclack.kernel.clock import DAY, SECOND

LENGTH_LIMIT = 500
HAS = ("code", "file", "image", "link")
_PART = re.compile(r'"([^"]*)"(?=\s|$)|(\S+)')
_OPERATOR = re.compile(r"(from|in|before|after|has):(\S+)", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A query taken apart. All terms must match; `empty` when it has text without a single letter or digit.

    `authors` are handles, `channels` names, in lower case; times are microseconds UTC, `after` inclusive, `before` not.
    """

    terms: tuple[Term, ...]
    empty: bool = False
    authors: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    after: int | None = None
    before: int | None = None


def parse(text: str) -> SearchQuery:
    """Takes a query apart; never fails."""
    terms: list[Term] = []
    found: dict[str, list[str]] = {"from": [], "in": [], "has": []}
    times: dict[str, int] = {}
    for phrase, word in _PART.findall(text):
        operator = _OPERATOR.fullmatch(word)
        name, value = (operator[1].lower(), operator[2].lower()) if operator else ("", "")
        if name in ("before", "after") and (at := _midnight(value)) is not None:
            times[name] = at if name == "before" else at + DAY
        elif name in ("from", "in") or (name == "has" and value in HAS):
            found[name].append(value.lstrip("@#"))
        else:
            terms.append(term(phrase, word))
    return SearchQuery(
        tuple(dict.fromkeys(part for part in terms if part.words)),
        bool(terms) and not any(part.words for part in terms),
        tuple(found["from"]),
        tuple(found["in"]),
        tuple(found["has"]),
        times.get("after"),
        times.get("before"),
    )


def term(phrase: str, word: str) -> Term:
    """One part of the query: a quoted phrase as it is, a word in any form, or with `*` what begins like it."""
    words = tuple(found.folded for found in words_of(phrase or word))
    beginning = not phrase and word.endswith("*")
    return Term(words, exact=bool(phrase) or beginning, beginning=beginning)


def _midnight(text: str) -> int | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND
    except ValueError:
        return None
