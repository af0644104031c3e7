"""Secrets that must be read again, such as those that sign requests: sealed, with a key that lies outside the database.

AES-256-GCM. A sealed value is a version byte, 12 random bytes and the ciphertext; it opens only for the purpose that
it was sealed for.
"""

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from clickclack.kernel.folders import sync_folder
from clickclack.kernel.opening import StorageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
BROKEN = "the signing secret cannot be opened with the server's key; rotate it"
_VERSION = b"\x01"
_NONCE_BYTES = 12


class SealBroken(Exception):  # noqa: N818 - named after what is the case
    """A value does not open: it was sealed with another key or for another purpose."""


class Seal:
    """Seals and opens with one key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._cipher: AESGCM | None = None

    @classmethod
    def of_file(cls, path: Path) -> "Seal":
        """The seal whose key the file holds; StorageError when it holds none, OSError when it cannot be read."""
        key = path.read_bytes()
        if len(key) != KEY_BYTES:
            raise StorageError(f"{path} holds no key of {KEY_BYTES} bytes. Put the right file back from a backup.")
        return cls(key)

    def close(self, text: str, purpose: str) -> bytes:
        """The text, unreadable without the key; each time another value."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + nonce + self._opened().encrypt(nonce, text.encode(), purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> str:
        """The text of a sealed value; SealBroken when this key does not open it."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415

        nonce, content = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if sealed[:1] != _VERSION:
            raise SealBroken(BROKEN)
        try:
            return self._opened().decrypt(nonce, content, purpose.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise SealBroken(BROKEN) from error

    def _opened(self) -> "AESGCM":
        """The cipher, loaded when it is first needed: its library takes a part of the start, and few seal anything."""
        if self._cipher is None:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

            self._cipher = AESGCM(self._key)
        return self._cipher


def make_key(path: Path) -> None:
    """Writes a new key, for this user alone, unless there is one: whole or not at all. OSError when it cannot be."""
    if path.exists():
        return
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, secrets.token_bytes(KEY_BYTES))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    partial.rename(path)
    sync_folder(path.parent)
