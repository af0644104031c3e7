"""Grants: what a desktop program, having sent a person through a browser, exchanges once for a session.

Contract chat 2.3, 2.6, 1.7.
"""

import hmac
import re
import secrets

from clickclack.identity.oauth_transactions import FULL, Desktop, challenge_of, is_token, random_token
from clickclack.kernel.clock import MINUTE
from clickclack.kernel.errors import Invalid, Unavailable
from clickclack.kernel.ids import new_id
from clickclack.kernel.secrets import secret_hash
from clickclack.kernel.transaction import Tx

LIFE = 5 * MINUTE
PENDING = 4096
PRUNED_AT_ONCE = 1000
UNUSABLE = "invalid or expired desktop oauth grant"
_FIRST_PROTOCOL = re.compile(r"[0-9a-f]{32}")
_VERIFIER = re.compile(r"[A-Za-z0-9_-]{43,128}")


def has_form(code: str, verifier: str) -> bool:
    """Whether a grant and its verifier look as such do."""
    known = is_token(code) or _FIRST_PROTOCOL.fullmatch(code) is not None
    return known and _VERIFIER.fullmatch(verifier) is not None


def create(tx: Tx, user_n: int, desktop: Desktop) -> str:
    """A grant for the person, in the form of the program's protocol; Unavailable when too many wait."""
    prune(tx)
    if tx.value("SELECT COUNT(*) FROM desktop_grants WHERE expires_at > ?", tx.now) >= PENDING:
        raise Unavailable(FULL)
    code = secrets.token_hex(16) if desktop.protocol == 1 else random_token()
    tx.run(
        "INSERT INTO desktop_grants (id, grant_hash, user_n, desktop_challenge, created_at, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        *(new_id("odg"), secret_hash(code), user_n, desktop.challenge, tx.now, tx.now + LIFE),
    )
    return code


def consume(tx: Tx, code: str, verifier: str) -> int:
    """Uses a grant up and returns its person's row; Invalid when it is unknown, over, or the verifier is wrong."""
    row = tx.one(
        "SELECT n, user_n, desktop_challenge FROM desktop_grants WHERE grant_hash = ? AND expires_at > ?",
        secret_hash(code),
        tx.now,
    )
    if row is None or not hmac.compare_digest(row[2], challenge_of(verifier)):
        raise Invalid(UNUSABLE)
    tx.run("DELETE FROM desktop_grants WHERE n = ?", row[0])
    return row[1]


def forget(tx: Tx, user_n: int) -> None:
    """Ends the grants of a person."""
    tx.run("DELETE FROM desktop_grants WHERE user_n = ?", user_n)


def prune(tx: Tx) -> int:
    """Forgets up to 1000 grants that are over, and says how many."""
    return tx.run(
        "DELETE FROM desktop_grants WHERE n IN"
        " (SELECT n FROM desktop_grants WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)",
        tx.now,
        PRUNED_AT_ONCE,
    )
