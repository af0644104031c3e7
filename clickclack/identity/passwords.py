"""Stored password hashes, signing in with one and changing it; the hashing itself is `kernel.passwords`.

Hashing takes too long for a unit, so a password is checked before it. What was checked may be out of date by then:
the verbs go on only while the stored hash is the one that the password was checked against.
"""

from dataclasses import dataclass

from clickclack.identity import credentials, identities, users
from clickclack.identity.actors import Actor
from clickclack.identity.credentials import Issued
from clickclack.identity.users import User
from clickclack.kernel.errors import Forbidden, Invalid, Unauthenticated
from clickclack.kernel.transaction import Tx

SHORTEST = 10
LONGEST = 256
INCORRECT = "email or password is incorrect"


@dataclass(frozen=True, slots=True)
class Verified:
    """A person, the stored hash that a password fits, and the hash to store instead of one of other days."""

    user_n: int
    stored: str
    fresh: str | None = None


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


def forget(tx: Tx, user_n: int) -> None:
    """Takes a person's password away."""
    tx.run("DELETE FROM passwords WHERE user_n = ?", user_n)


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


def sign_in(tx: Tx, verified: Verified, device: str) -> tuple[User, Issued]:
    """Starts a session; Unauthenticated when the password has been changed since it was checked."""
    if hash_of(tx, verified.user_n) != verified.stored:
        raise Unauthenticated(INCORRECT)
    if verified.fresh is not None:
        set_hash(tx, verified.user_n, verified.fresh)
    return users.by_n(tx, verified.user_n), credentials.start_session(tx, verified.user_n, device)


def change(tx: Tx, actor: Actor, stored: str | None, fresh: str) -> None:
    """Replaces the hash that the current password fits, None for no password, and ends the actor's other sessions.

    Forbidden when the password has been changed since it was checked, Unauthenticated when the session has ended since.
    """
    if actor.credential_n is not None and not credentials.is_live(tx, actor.credential_n):
        raise Unauthenticated("session expired")
    if hash_of(tx, actor.user_n) != stored:
        raise Forbidden("current password is incorrect")
    set_hash(tx, actor.user_n, fresh)
    credentials.revoke_other_sessions(tx, actor)


def address_without(tx: Tx) -> str:
    """The e-mail address of the oldest person while nobody has a password, else nothing."""
    if tx.value("SELECT 1 FROM passwords LIMIT 1") is not None:
        return ""
    return tx.value("SELECT email FROM identities WHERE email <> '' ORDER BY user_n, n LIMIT 1") or ""
