"""Setting bots up under a nonce: who did not hear the answer asks again and gets the same (contract chat 6.13)."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from clickclack.identity.actors import Actor
from clickclack.kernel.errors import Conflict
from clickclack.kernel.transaction import Tx


@dataclass(frozen=True, slots=True)
class SetupRequest:
    """What is asked under a nonce, empty for none: its kind, where, and every input that counts, in normal form.

    One person's nonce stands for one request, of whatever kind.
    """

    nonce: str
    kind: str
    workspace_n: int
    facts: Sequence[str]

    @property
    def text(self) -> str:
        """The request as it is compared."""
        return orjson.dumps([self.kind, self.workspace_n, *self.facts]).decode()


@dataclass(frozen=True, slots=True)
class Earlier:
    """What came of the same request before; `credential_n` is None without a token, or when it is gone."""

    bot_n: int
    credential_n: int | None


def earlier(tx: Tx, actor: Actor, request: SetupRequest) -> Earlier | None:
    """What the same person's same request made; None for a new nonce, Conflict for one of another request."""
    if not request.nonce:
        return None
    row = tx.one(
        "SELECT request, bot_n, credential_n FROM bot_setup_requests WHERE creator_n = ? AND nonce = ?",
        actor.user_n,
        request.nonce,
    )
    if row is None:
        return None
    if row[0] != request.text:
        raise conflict()
    return Earlier(row[1], row[2])


def remember(tx: Tx, actor: Actor, request: SetupRequest, bot_n: int, credential_n: int | None) -> None:
    """Keeps what came of a request; nothing without a nonce."""
    if not request.nonce:
        return
    tx.run(
        "INSERT INTO bot_setup_requests (creator_n, nonce, request, bot_n, workspace_n, credential_n, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(actor.user_n, request.nonce, request.text, bot_n, request.workspace_n, credential_n, tx.now),
    )


def note_token(tx: Tx, actor: Actor, request: SetupRequest, credential_n: int) -> None:
    """Notes where the token of a request is now."""
    sql = "UPDATE bot_setup_requests SET credential_n = ? WHERE creator_n = ? AND nonce = ?"
    tx.run(sql, credential_n, actor.user_n, request.nonce)


def conflict() -> Conflict:
    """The answer to a nonce that stands for something else, or for what has ended."""
    return Conflict("setup nonce was already used for a different request")
