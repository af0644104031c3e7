"""Credentials of every kind: issued, listed, ended; the secret is known by its hash alone (contract chat 2.3)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from clickclack.identity import desktop_grants
from clickclack.identity.actors import Actor
from clickclack.kernel.clock import DAY
from clickclack.kernel.errors import NotFound
from clickclack.kernel.ids import new_id
from clickclack.kernel.secrets import new_secret, secret_hash
from clickclack.kernel.transaction import Tx, marks

SESSION = "session"
BOT_TOKEN = "bot_token"  # noqa: S105 - the kind's name, no secret
SESSION_LIFE = 30 * DAY
SESSIONS = 200
"""So many sessions of one person are good at once; one more ends the one that was used longest ago."""
REMEMBERED = 90 * DAY
REVOKED = "credential.revoked"
PRUNED_AT_ONCE = 1000
ENDED_AT_ONCE = 100
DEVICE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Credential:
    """A bearer as it is stored. `name` is the device of a session or the name of a token."""

    n: int
    id: str
    kind: str
    user_n: int
    workspace_n: int | None
    name: str
    scopes: tuple[str, ...] | None
    created_at: int
    expires_at: int | None
    last_used_at: int | None = None
    revoked_at: int | None = None
    created_by_n: int | None = None


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token to issue: its name, what it allows, and who asked for it."""

    name: str
    scopes: Sequence[str]
    created_by_n: int


@dataclass(frozen=True, slots=True)
class Issued:
    """A new credential with its secret, which is shown this once."""

    credential: Credential
    secret: str


CREDENTIAL_COLUMNS = (
    *("n", "id", "kind", "user_n", "workspace_n", "name", "scopes", "created_at", "expires_at"),
    *("last_used_at", "revoked_at", "created_by_n"),
)
"""Columns that make a Credential, in its order, to be selected from `credentials`."""

_COLUMNS = ", ".join(CREDENTIAL_COLUMNS)
_GOOD = "user_n = ? AND kind = ? AND revoked_at IS NULL AND expires_at > ?"
_LEAST_USED = f"SELECT n FROM credentials WHERE {_GOOD} ORDER BY COALESCE(last_used_at, created_at), n LIMIT ?"


def credential_of(row: tuple[Any, ...]) -> Credential:
    """A row of CREDENTIAL_COLUMNS as a record."""
    scopes = None if row[6] is None else tuple(orjson.loads(row[6]))
    n, identifier, kind, user_n, workspace_n, name, _, *times = row
    return Credential(n, identifier, kind, user_n, workspace_n, name, scopes, *times)


def start_session(tx: Tx, user_n: int, device: str = "") -> Issued:
    """A session of 30 days for a person, named after the device it was started on.

    Where 200 others are good, the one that was used longest ago ends; where there are more, up to a hundred of them.
    """
    good: int = tx.value(f"SELECT COUNT(*) FROM credentials WHERE {_GOOD}", user_n, SESSION, tx.now)
    over = min(good - SESSIONS + 1, ENDED_AT_ONCE)
    if over > 0:
        revoke(tx, [n for (n,) in tx.all(_LEAST_USED, user_n, SESSION, tx.now, over)])
    secret = new_secret("sst")
    name, end = device[:DEVICE_LENGTH], tx.now + SESSION_LIFE
    return _issue(tx, Credential(0, new_id("ses"), SESSION, user_n, None, name, None, tx.now, end), secret)


def issue_bot_token(tx: Tx, bot_n: int, workspace_n: int, new: NewToken) -> Issued:
    """A token without end for a bot in one workspace."""
    place, scopes = (bot_n, workspace_n, new.name), tuple(new.scopes)
    token = Credential(0, new_id("btok"), BOT_TOKEN, *place, scopes, tx.now, None, created_by_n=new.created_by_n)
    return _issue(tx, token, new_secret("ccb"))


def replace_secret(tx: Tx, token: Credential) -> Issued:
    """Gives a bot's token another secret, under the same id and as if it had not been used yet.

    It moves to another row, so that nothing that rests on the old secret goes on: its sockets close.
    """
    revoke(tx, [token.n])
    tx.run("DELETE FROM credentials WHERE n = ?", token.n)
    return _issue(tx, replace(token, last_used_at=None), new_secret("ccb"))


def _issue(tx: Tx, new: Credential, secret: str) -> Issued:
    """Writes a credential as a new row."""
    n = tx.insert(
        "INSERT INTO credentials (id, kind, token_hash, user_n, workspace_n, name, scopes, created_at, expires_at,"
        " created_by_n) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new.id,
        new.kind,
        secret_hash(secret),
        new.user_n,
        new.workspace_n,
        new.name,
        None if new.scopes is None else orjson.dumps(new.scopes).decode(),
        new.created_at,
        new.expires_at,
        new.created_by_n,
    )
    return Issued(replace(new, n=n), secret)


def sessions_of(tx: Tx, user_n: int) -> list[Credential]:
    """The person's sessions that are good now, newest first."""
    rows = tx.all(
        f"SELECT {_COLUMNS} FROM credentials WHERE user_n = ? AND kind = ? AND revoked_at IS NULL AND expires_at > ?"
        " ORDER BY created_at DESC, n DESC",
        user_n,
        SESSION,
        tx.now,
    )
    return [credential_of(row) for row in rows]


def revoke_session(tx: Tx, actor: Actor, session_id: str) -> None:
    """Ends one of the actor's sessions; NotFound when it is not one of them."""
    n = tx.value(
        "SELECT n FROM credentials WHERE id = ? AND user_n = ? AND kind = ? AND revoked_at IS NULL",
        session_id,
        actor.user_n,
        SESSION,
    )
    if n is None:
        raise NotFound("session not found")
    revoke(tx, [n])


def revoke_other_sessions(tx: Tx, actor: Actor) -> int:
    """Ends all of the actor's sessions but the one in use, and says how many; grants that would become one end, too."""
    others = [s.n for s in sessions_of(tx, actor.user_n) if s.n != actor.credential_n]
    revoke(tx, others)
    desktop_grants.forget(tx, actor.user_n)
    return len(others)


def revoke_unused(tx: Tx, user_n: int, ns: Sequence[int], before: int) -> None:
    """Ends those of these sessions of a person that were started before this time and have never been used."""
    rows = tx.all(
        f"SELECT n FROM credentials WHERE n IN ({marks(ns)}) AND user_n = ? AND kind = ? AND revoked_at IS NULL"
        " AND last_used_at IS NULL AND created_at < ?",
        *(*ns, user_n, SESSION, before),
    )
    revoke(tx, [n for (n,) in rows])


def revoke_current(tx: Tx, actor: Actor) -> None:
    """Ends the session in use; nothing without one."""
    if actor.credential_n is not None:
        revoke(tx, [actor.credential_n])


def revoke_all(tx: Tx, user_n: int) -> None:
    """Ends every credential of a user."""
    revoke(tx, [n for (n,) in tx.all("SELECT n FROM credentials WHERE user_n = ? AND revoked_at IS NULL", user_n)])


def revoke_of_bots(tx: Tx, owner_n: int) -> None:
    """Ends every credential of the bots that belong to a person."""
    rows = tx.all(
        "SELECT c.n FROM users o JOIN users b ON b.owner_id = o.id JOIN credentials c ON c.user_n = b.n"
        " WHERE o.n = ? AND b.owner_id IS NOT NULL AND c.revoked_at IS NULL",
        owner_n,
    )
    revoke(tx, [n for (n,) in rows])


def revoke_in(tx: Tx, user_n: int, workspace_n: int) -> int:
    """Ends every credential of a user that is bound to this workspace, and says how many."""
    sql = "SELECT n FROM credentials WHERE user_n = ? AND workspace_n = ? AND revoked_at IS NULL"
    ns = [n for (n,) in tx.all(sql, user_n, workspace_n)]
    revoke(tx, ns)
    return len(ns)


def revoke(tx: Tx, ns: Sequence[int]) -> None:
    """Ends the credentials in these rows; those that have ended already keep their time."""
    for n in ns:
        tx.run("UPDATE credentials SET revoked_at = ? WHERE n = ? AND revoked_at IS NULL", tx.now, n)
        tx.emit(REVOKED, 0, {"credential_n": n}, recipients=())


def holder(tx: Tx, digest: bytes) -> Actor | None:
    """Who holds the credential with this hash; None when it is unknown, revoked, or its bot is not welcome any more.

    Whether it has run out is for the caller to see, who may remember the answer for longer.
    """
    row = tx.one(
        "SELECT c.n, c.kind, c.scopes, c.expires_at, u.n, u.id, u.kind, w.n, w.id FROM credentials c"
        " JOIN users u ON u.n = c.user_n LEFT JOIN workspaces w ON w.n = c.workspace_n"
        " WHERE c.token_hash = ? AND c.revoked_at IS NULL",
        digest,
    )
    if row is None:
        return None
    n, kind, scopes, expires_at, user_n, user_id, user_kind, workspace_n, workspace_id = row
    if kind == BOT_TOKEN and not bot_is_welcome(tx, user_n, workspace_n):
        return None
    narrowed = None if scopes is None else frozenset[str](orjson.loads(scopes))
    return Actor(user_n, user_id, user_kind, "bearer", n, workspace_n, workspace_id, narrowed, expires_at)


def is_live(tx: Tx, credential_n: int) -> bool:
    """Whether a credential is good now, and its holder still welcome."""
    row = tx.one(
        "SELECT kind, user_n, workspace_n FROM credentials"
        " WHERE n = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)",
        credential_n,
        tx.now,
    )
    return row is not None and (row[0] != BOT_TOKEN or bot_is_welcome(tx, row[1], row[2]))


def bot_is_welcome(tx: Tx, bot_n: int, workspace_n: int) -> bool:
    """Whether a bot, and the person it may belong to, are members of its token's workspace (contract chat 2.10)."""
    both = tx.value(
        "SELECT 1 FROM users b JOIN memberships m ON m.user_n = b.n AND m.workspace_n = ? WHERE b.n = ?"
        " AND (b.owner_id IS NULL OR EXISTS (SELECT 1 FROM users o JOIN memberships p ON p.user_n = o.n"
        " WHERE o.id = b.owner_id AND p.workspace_n = ?))",
        workspace_n,
        bot_n,
        workspace_n,
    )
    return both is not None


def touch(tx: Tx, used: Sequence[tuple[int, int]]) -> None:
    """Writes when credentials were last used: pairs of row number and time."""
    for n, at in used:
        tx.run("UPDATE credentials SET last_used_at = ? WHERE n = ?", at, n)


def prune(tx: Tx) -> int:
    """Forgets up to 1000 credentials that ended 90 days ago or longer, and says how many."""
    before = tx.now - REMEMBERED
    return tx.run(
        "DELETE FROM credentials WHERE n IN"
        " (SELECT n FROM (SELECT n, revoked_at AS ended_at FROM credentials WHERE revoked_at <= ?"
        " UNION ALL SELECT n, expires_at FROM credentials WHERE expires_at <= ? ORDER BY ended_at LIMIT ?) AS ended)",
        before,
        before,
        PRUNED_AT_ONCE,
    )
