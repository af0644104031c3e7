"""Text as the index keeps it: words without case and accents, and their stems; and where words stand in a message.

Scripts that put no spaces between words are taken character by character, so that every run of them is found.
"""

import re
import threading
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

SNIPPET_WORDS = 32
SHOWN = 200
_SATURATION, _LENGTH, _USUAL_LENGTH = 1.2, 0.75, 15.0
INDEXED = 65_536
READ = 20_000
"""Characters of a message in which matches are looked for to be shown."""
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # Japanese syllables
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\uac00-\ud7af\u1100-\u11ff\u3130-\u318f"  # Korean
)
_WORD = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_][\u0300-\u036f]*)+")
_ASCII_WORD = re.compile("[a-z0-9]+")

_stemming = threading.Lock()


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: where it stands, in code points, and how it is compared."""

    start: int
    end: int
    folded: str


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a message and the ranges in it that match: half-open, in code points."""

    text: str
    highlights: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Term:
    """What must stand in a message: neighbouring words, in any form or `exact`, the last perhaps a `beginning` only."""

    words: tuple[str, ...]
    exact: bool = False
    beginning: bool = False

    def expression(self) -> str:
        """The same in the language of the index."""
        if self.exact:
            return f'body : "{" ".join(self.words)}"' + (" *" if self.beginning else "")
        return f'stems : "{" ".join(map(stem, self.words))}"'

    def count(self, words: str, stems: str) -> int:
        """How often it stands in the two columns of the index."""
        if self.exact:
            return f" {words} ".count(f" {' '.join(self.words)}" + ("" if self.beginning else " "))
        return f" {stems} ".count(f" {' '.join(map(stem, self.words))} ")

    def stands_at(self, words: list[Word], index: int) -> bool:
        """Whether the term's words are those that begin at `index`."""
        if index + len(self.words) > len(words):
            return False
        for offset, wanted in enumerate(self.words):
            found = words[index + offset].folded
            if self.beginning and offset == len(self.words) - 1:
                if not found.startswith(wanted):
                    return False
            elif found != wanted if self.exact else stem(found) != stem(wanted):
                return False
        return True

    @property
    def first(self) -> str:
        """What the first word is compared by, when it is compared whole."""
        return self.words[0] if self.exact else stem(self.words[0])


def words_of(text: str) -> list[Word]:
    """The words of a text in order."""
    return [Word(match.start(), match.end(), fold(match[0])) for match in _WORD.finditer(text)]


@lru_cache(65_536)
def fold(word: str) -> str:
    """A word without case and accents."""
    decomposed = unicodedata.normalize("NFKD", word.lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c)) if not word.isascii() else decomposed


@lru_cache(65_536)
def stem(word: str) -> str:
    """What an English word has in common with its other forms; other words and numbers stay as they are."""
    if not (word.isascii() and word.isalpha()):
        return word
    with _stemming:
        return str(_stemmer().stemWord(word))


@cache
def _stemmer() -> Any:
    """The rules of English, loaded with the first word: they take a while at start."""
    import snowballstemmer  # pyright: ignore[reportMissingTypeStubs] # noqa: PLC0415

    return snowballstemmer.stemmer("english")  # pyright: ignore[reportUnknownMemberType]


def relevance(terms: tuple[Term, ...], words: str, stems: str) -> float:
    """How much a message says of the terms: how often, in how short a text (BM25 without the rarity of words)."""
    length = words.count(" ") + 1
    norm = _SATURATION * (1 - _LENGTH + _LENGTH * length / _USUAL_LENGTH)
    total = 0.0
    for term in terms:
        often = term.count(words, stems)
        total += often * (_SATURATION + 1) / (often + norm)
    return total


def indexed(body: str) -> tuple[str, str]:
    """The words of a body's first 65,536 characters and their stems, as the two columns of the index."""
    words = _folded(body[:INDEXED])
    return " ".join(words), " ".join(map(stem, words))


def _folded(text: str) -> list[str]:
    if text.isascii():  # the same words in a third of the time
        return _ASCII_WORD.findall(text.lower())
    return [fold(word) for word in _WORD.findall(text)]


def snippet(body: str, terms: tuple[Term, ...]) -> Snippet:
    """About 32 words of the body with as many matches as possible, `…` where it is cut."""
    words = words_of(body[:READ])
    ranges = _matches(words, terms)
    if len(words) <= SNIPPET_WORDS:
        first, last = 0, len(body) if len(body) <= READ else words[-1].end
    else:
        first, last = _best(words, ranges)
        last = len(body) if last == words[-1].end and len(body) <= READ else last
    left, right = "…" if first > 0 else "", "…" if last < len(body) else ""
    shift = len(left) - first
    inside = tuple((start + shift, end + shift) for start, end in ranges if first <= start and end <= last)
    return Snippet(f"{left}{body[first:last]}{right}", inside)


def _matches(words: list[Word], terms: tuple[Term, ...]) -> list[tuple[int, int]]:
    """Where the terms stand, in order, at most 200 times; what overlaps or touches is one range."""
    whole: defaultdict[str, list[Term]] = defaultdict(list)
    begun = [term for term in terms if term.beginning and len(term.words) == 1]
    for term in terms:
        if term not in begun:
            whole[term.first].append(term)
    starts = tuple(term.words[0] for term in begun)
    joined: list[tuple[int, int]] = []
    for index, word in enumerate(words):
        candidates = [*whole.get(word.folded, ()), *whole.get(stem(word.folded), ())]
        length = max((len(term.words) for term in candidates if term.stands_at(words, index)), default=0)
        if starts and length == 0 and word.folded.startswith(starts):
            length = 1
        if length == 0:
            continue
        end = words[index + length - 1].end
        if joined and word.start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif len(joined) < SHOWN:
            joined.append((word.start, end))
        else:
            break
    return joined


def _best(words: list[Word], ranges: list[tuple[int, int]]) -> tuple[int, int]:
    """Where the window of 32 words with the most matches starts and ends; words around lone matches come along."""
    starts = {start for start, _ in ranges}
    hit = [word.start in starts for word in words]
    count = most = sum(hit[:SNIPPET_WORDS])
    best = 0
    for first in range(1, len(words) - SNIPPET_WORDS + 1):
        count += hit[first + SNIPPET_WORDS - 1] - hit[first - 1]
        if count > most:
            best, most = first, count
    lead = next((i for i in range(best, best + SNIPPET_WORDS) if hit[i]), best) - best
    if lead > SNIPPET_WORDS // 2:  # the matches are at the window's end: show what follows them too
        best = min(best + lead - SNIPPET_WORDS // 4, len(words) - SNIPPET_WORDS)
    return (words[best].start if best else 0), words[best + SNIPPET_WORDS - 1].end
