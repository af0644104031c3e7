"""Stored password hashes and the rule for passwords; the hashing itself is `kernel.passwords`."""

from clickclack.identity import identities
from clickclack.kernel.errors import Invalid
from clickclack.kernel.transaction import Tx

SHORTEST = 10
LONGEST = 256


def check(password: str) -> None:
    """Raises Invalid for a password with fewer than 10 or more than 256 characters."""
    if len(password) < SHORTEST:
        raise Invalid("password must have at least 10 characters")
    if len(password) > LONGEST:
        raise Invalid("password must have at most 256 characters")


def set_hash(tx: Tx, user_n: int, stored: str) -> None:
    """Stores the hash of a new password."""
    tx.run(
        "INSERT INTO passwords (user_n, hash, updated_at) VALUES (?, ?, ?) ON CONFLICT (user_n)"
        " DO UPDATE SET hash = excluded.hash, updated_at = excluded.updated_at",
        user_n,
        stored,
        tx.now,
    )


def hash_of(tx: Tx, user_n: int) -> str | None:
    """The stored hash, or None for a person without a password."""
    return tx.value("SELECT hash FROM passwords WHERE user_n = ?", user_n)


def find(tx: Tx, email: str) -> tuple[int, str] | None:
    """The person with this e-mail address who has a password, and its hash."""
    for user in identities.users_by_email(tx, email):
        stored = hash_of(tx, user.n)
        if stored is not None:
            return user.n, stored
    return None
