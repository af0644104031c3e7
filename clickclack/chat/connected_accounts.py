"""Connected accounts: who a member is at another service (contract chat 3.9, 4.14). They hold no secret."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from clickclack.chat import integrations
from clickclack.identity import audit
from clickclack.identity.actors import Actor
from clickclack.identity.names import slug
from clickclack.identity.permissions import Permission
from clickclack.kernel.errors import Invalid, NotFound
from clickclack.kernel.ids import new_id
from clickclack.kernel.transaction import Tx

SCOPE_BYTES = 120
TEXT_BYTES = 500
METADATA_BYTES = 64 * 1024
_WHAT = "connected account"
_TARGET = "connected_account"


@dataclass(frozen=True, slots=True)
class ConnectedAccount:
    """An account of a member at a provider."""

    n: int
    id: str
    workspace_id: str
    user_id: str
    provider: str
    provider_account_id: str
    display_name: str
    scopes: tuple[str, ...]
    metadata: dict[str, Any]
    created_at: int
    revoked_at: int | None


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What is asked for."""

    user_id: str
    provider: str
    provider_account_id: str
    display_name: str
    scopes: Sequence[str]
    metadata: dict[str, Any]


_SELECT = (
    "SELECT a.n, a.id, w.id, u.id, a.provider, a.provider_account_id, a.display_name, a.scopes, a.metadata,"
    " a.created_at, a.revoked_at FROM connected_accounts a JOIN workspaces w ON w.n = a.workspace_n"
    " JOIN users u ON u.n = a.user_n"
)


def _account_of(row: tuple[Any, ...]) -> ConnectedAccount:
    n, identifier, workspace_id, user_id, provider, account_id, name, scopes, metadata, *times = row
    told = (tuple(orjson.loads(scopes)), orjson.loads(metadata))
    return ConnectedAccount(n, identifier, workspace_id, user_id, provider, account_id, name, *told, *times)


def list_accounts(tx: Tx, actor: Actor, workspace_id: str) -> list[ConnectedAccount]:
    """The active accounts of the workspace by provider, name and id, for all in it but guests."""
    workspace_n = integrations.seen(tx, actor, workspace_id).workspace.n
    order = "ORDER BY a.provider, a.display_name, a.id"
    rows = tx.all(f"{_SELECT} WHERE a.workspace_n = ? AND a.revoked_at IS NULL {order}", workspace_n)
    return [_account_of(row) for row in rows]


def create(tx: Tx, actor: Actor, workspace_id: str, new: NewAccount) -> ConnectedAccount:
    """Notes an account of a member; Forbidden for who does not manage integrations.

    Invalid for what does not fit or an account that is known, even if it was revoked; NotFound for who is no member.
    """
    workspace = integrations.managed(tx, actor, workspace_id).workspace
    provider, account_id, name = slug(new.provider), new.provider_account_id.strip(), new.display_name.strip()
    if not (new.user_id.strip() and provider and account_id):
        raise Invalid("connected account is incomplete")
    if max(len(text.encode()) for text in (provider, account_id, name)) > TEXT_BYTES:
        raise Invalid(f"provider, provider_account_id and display_name must be at most {TEXT_BYTES} bytes")
    scopes, metadata = _checked_scopes(new.scopes), orjson.dumps(new.metadata).decode()
    if len(metadata.encode()) > METADATA_BYTES:
        raise Invalid("metadata is too long")
    user_n = tx.value(
        "SELECT u.n FROM users u JOIN memberships m ON m.user_n = u.n AND m.workspace_n = ? WHERE u.id = ?",
        *(workspace.n, new.user_id.strip()),
    )
    if user_n is None:
        raise NotFound("user not found")
    identifier = new_id("acct")
    added = tx.run(
        "INSERT INTO connected_accounts (id, workspace_n, user_n, provider, provider_account_id, display_name, scopes,"
        " metadata, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (workspace_n, provider, provider_account_id) DO NOTHING",
        *(identifier, workspace.n, user_n, provider, account_id, name, scopes, metadata, tx.now),
    )
    if not added:
        raise Invalid("this account is already connected in the workspace")
    target = (workspace.n, _TARGET, identifier)
    audit.record(tx, actor, "connected_account.created", target, {"provider": provider})
    return _found(tx, identifier)


def _checked_scopes(scopes: Sequence[str]) -> str:
    trimmed = [text for scope in scopes if (text := scope.strip())]
    if any(len(text.encode()) > SCOPE_BYTES for text in trimmed):
        raise Invalid("list value is too long")
    return orjson.dumps(list(dict.fromkeys(trimmed))).decode()


def _found(tx: Tx, account_id: str) -> ConnectedAccount:
    row = tx.one(f"{_SELECT} WHERE a.id = ?", account_id)
    if row is None:
        raise NotFound(f"{_WHAT} not found")
    return _account_of(row)


def revoke(tx: Tx, actor: Actor, account_id: str) -> ConnectedAccount:
    """Ends a connection: one's own, or any for who manages integrations; the second time nothing changes."""
    found = _found(tx, account_id)
    membership = integrations.reach(tx, actor, found.workspace_id, _WHAT)
    if found.user_id != actor.user_id:
        membership.require(Permission.INTEGRATIONS_MANAGE, integrations.MANAGERS_ONLY)
    if tx.run("UPDATE connected_accounts SET revoked_at = ? WHERE n = ? AND revoked_at IS NULL", tx.now, found.n):
        audit.record(tx, actor, "connected_account.revoked", (membership.workspace.n, _TARGET, found.id), {})
    return _found(tx, account_id)
