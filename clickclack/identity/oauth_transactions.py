"""Sign-ins on their way through a provider: begun, and taken up again by the browser that began them.

Each is bound to a browser by a cookie, is good for ten minutes and once (contract chat 2.3, 2.6, 1.7; RFC 7636).
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Literal

from clickclack.kernel.clock import MINUTE
from clickclack.kernel.errors import Unavailable
from clickclack.kernel.ids import new_id
from clickclack.kernel.secrets import secret_hash
from clickclack.kernel.transaction import Tx

LIFE = 10 * MINUTE
PENDING = 8192
PENDING_BY_BINDING = 8
PRUNED_AT_ONCE = 1000
FULL = "too many pending oauth requests"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Desktop:
    """A sign-in for a desktop program: what its verifier will be checked against, and how it is told the grant."""

    challenge: str
    protocol: int


@dataclass(frozen=True, slots=True)
class Begun:
    """What the browser takes to the provider; `verifier` stays here."""

    state: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Transaction:
    """A sign-in that came back."""

    mode: Literal["browser", "desktop"]
    verifier: str
    desktop: Desktop | None


def random_token() -> str:
    """32 random bytes, base64url without padding: 43 characters."""
    return secrets.token_urlsafe(32)


def is_token(text: str) -> bool:
    """Whether a text has the form of `random_token`, as S256 challenges have, too."""
    return _TOKEN.fullmatch(text) is not None


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636, section 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def nonce_of(verifier: str) -> str:
    """A nonce that belongs to this sign-in and tells nothing of its verifier."""
    return challenge_of(f"nonce:{verifier}")


def begin(tx: Tx, provider: str, binding: str, desktop: Desktop | None = None) -> Begun:
    """Notes a sign-in that leaves for the provider; Unavailable when too many are on their way."""
    prune(tx)
    bound = secret_hash(binding)
    of_browser: int = tx.value(
        "SELECT COUNT(*) FROM oauth_transactions WHERE binding_hash = ? AND expires_at > ?", bound, tx.now
    )
    pending: int = tx.value("SELECT COUNT(*) FROM oauth_transactions WHERE expires_at > ?", tx.now)
    if of_browser >= PENDING_BY_BINDING or pending >= PENDING:
        raise Unavailable(FULL)
    begun = Begun(random_token(), random_token())
    tx.run(
        "INSERT INTO oauth_transactions (id, provider, state_hash, binding_hash, mode, verifier, desktop_challenge,"
        " desktop_protocol, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(new_id("oat"), provider, secret_hash(begun.state), bound),
        "browser" if desktop is None else "desktop",
        begun.verifier,
        *(("", 0) if desktop is None else (desktop.challenge, desktop.protocol)),
        *(tx.now, tx.now + LIFE),
    )
    return begun


def take(tx: Tx, provider: str, state: str, binding: str) -> Transaction | None:
    """The sign-in with this state, which is used up; None when it is unknown, over, or another browser's."""
    if not (is_token(state) and is_token(binding)):
        return None
    row = tx.one(
        "SELECT n, binding_hash, mode, verifier, desktop_challenge, desktop_protocol FROM oauth_transactions"
        " WHERE state_hash = ? AND provider = ? AND expires_at > ?",
        secret_hash(state),
        provider,
        tx.now,
    )
    if row is None or not hmac.compare_digest(row[1], secret_hash(binding)):
        return None
    n, _, mode, verifier, challenge, protocol = row
    tx.run("DELETE FROM oauth_transactions WHERE n = ?", n)
    return Transaction(mode, verifier, Desktop(challenge, protocol) if mode == "desktop" else None)


def prune(tx: Tx) -> int:
    """Forgets up to 1000 sign-ins that are over, and says how many."""
    return tx.run(
        "DELETE FROM oauth_transactions WHERE n IN"
        " (SELECT n FROM oauth_transactions WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)",
        tx.now,
        PRUNED_AT_ONCE,
    )
