"""Public ids: a prefix and the 26 characters of a UUIDv7, ascending within the process.

A row has three spellings: `<prefix>_<26 lower-case Crockford base32 characters>`, the UUID of the same bits, its
integer.
Sources: design section 2, contract chat 1.1, RFC 9562 section 5.7.
"""

import random
import secrets
import threading
import time
import uuid

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_TRIPLES = tuple(a + b + c for a in ALPHABET for b in ALPHABET for c in ALPHABET)
_DECODE = {character: value for value, character in enumerate(ALPHABET)}
_RANDOM_BITS = 74
_RANDOM_LIMIT = 1 << _RANDOM_BITS
_LENGTH = 26
_SHIFTS = range(120, -15, -15)


class IdSource:
    """Mints ascending 128-bit UUIDv7 values; safe to call from any thread.

    A clock that stands still or goes back does not break the order: the last value is stepped instead.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._milliseconds = 0
        self._random = 0

    def next(self) -> int:
        now = time.time_ns() // 1_000_000
        with self._lock:
            if now > self._milliseconds:
                self._milliseconds = now
                self._random = secrets.randbits(_RANDOM_BITS - 1)
            else:
                self._random += 1 + random.getrandbits(32)
                if self._random >= _RANDOM_LIMIT:
                    self._milliseconds += 1
                    self._random = secrets.randbits(_RANDOM_BITS - 1)
            high, low = divmod(self._random, 1 << 62)
            return self._milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low

    def start_after(self, value: int) -> None:
        """Makes every later value greater than `value`, so that order survives a restart with a clock set back."""
        with self._lock:
            milliseconds = value >> 80
            if milliseconds >= self._milliseconds:
                self._milliseconds = milliseconds + 1
                self._random = secrets.randbits(_RANDOM_BITS - 1)


_source = IdSource()


def encode(value: int) -> str:
    """Spells 128 bits as 26 lower-case Crockford base32 characters."""
    triples = _TRIPLES
    return "".join([triples[value >> shift & 32767] for shift in _SHIFTS])[1:]


def decode(text: str) -> int | None:
    """Reads 26 Crockford base32 characters of either case; None when they are not such a value."""
    if len(text) != _LENGTH:
        return None
    value = 0
    for character in text.lower():
        digit = _DECODE.get(character)
        if digit is None:
            return None
        value = value << 5 | digit
    return value if value < 1 << 128 else None


def new_id(prefix: str) -> str:
    """Mints `<prefix>_<26 characters>`; later calls sort after earlier ones."""
    return f"{prefix}_{encode(_source.next())}"


def start_after(identifier: str) -> None:
    """Makes every later id sort after this one."""
    value = decode(identifier.rpartition("_")[2])
    if value is not None:
        _source.start_after(value)


def parse_id(text: str, prefix: str) -> str | None:
    """Returns the canonical spelling when `text` is an id with this prefix, else None."""
    head, _, tail = text.rpartition("_")
    value = decode(tail) if head == prefix else None
    return None if value is None else f"{prefix}_{encode(value)}"


def to_uuid(identifier: str) -> uuid.UUID:
    """Spells an id as a UUID; ValueError when it is not an id."""
    value = decode(identifier.rpartition("_")[2])
    if value is None:
        raise ValueError("not an id")
    return uuid.UUID(int=value)


def from_uuid(prefix: str, value: uuid.UUID) -> str:
    """Spells a UUID as an id with this prefix."""
    return f"{prefix}_{encode(value.int)}"


def new_route_id(letter: str) -> str:
    """Mints a public URL id: one letter and 16 random upper-case Crockford characters, 80 bits (contract chat 1.2)."""
    return letter + encode(secrets.randbits(80))[-16:].upper()
