"""Secrets: made of 256 random bits, known afterwards by their SHA-256 alone (contract chat 2.3, design section 2)."""

import hashlib
import secrets

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LENGTH = 43


def new_secret(prefix: str) -> str:
    """`<prefix>_` and 43 characters, letters and digits only: safe in URLs, cookies and WebSocket subprotocols."""
    return f"{prefix}_" + "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))


def secret_hash(secret: str) -> bytes:
    """The 32 bytes under which a secret is stored and looked up; blanks around it do not count.

    A header may bring bytes that are no text; they are nobody's secret, but they are no error.
    """
    return hashlib.sha256(secret.strip().encode(errors="surrogateescape")).digest()
