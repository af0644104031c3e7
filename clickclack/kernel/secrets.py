"""Secrets: made of 256 random bits, known afterwards by their SHA-256 alone (contract chat 2.3, design section 2).

Codes that people type are shorter, and good once.
"""

import hashlib
import secrets

from clickclack.kernel import ids

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CODE_ALPHABET = ids.ALPHABET.upper()
_LENGTH = 43


def new_secret(prefix: str) -> str:
    """`<prefix>_` and 43 characters, letters and digits only: safe in URLs, cookies and WebSocket subprotocols."""
    return f"{prefix}_" + "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))


def new_code() -> str:
    """What a person types: twelve upper-case Crockford symbols in three groups, 60 bits."""
    symbols = [secrets.choice(CODE_ALPHABET) for _ in range(12)]
    return "-".join("".join(symbols[start : start + 4]) for start in (0, 4, 8))


def secret_hash(secret: str) -> bytes:
    """The 32 bytes under which a secret is stored and looked up; blanks around it do not count.

    A header may bring bytes that are no text; they are nobody's secret, but they are no error.
    """
    return hashlib.sha256(secret.strip().encode(errors="surrogateescape")).digest()
