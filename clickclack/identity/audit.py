"""The audit log: who did what to what, kept with the change itself (contract chat 6.18)."""

from dataclasses import dataclass
from typing import Any

import orjson

from clickclack.identity.access import workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.kernel.ids import new_id
from clickclack.kernel.transaction import Tx


def record(tx: Tx, actor: Actor, action: str, target: tuple[int, str, str], metadata: dict[str, str]) -> None:
    """Writes an entry; `target` is the workspace's row number, the kind of the thing and its id."""
    workspace_n, target_type, target_id = target
    tx.run(
        "INSERT INTO audit_entries (id, workspace_n, actor_n, action, target_type, target_id, metadata, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        new_id("aud"),
        workspace_n,
        actor.user_n,
        action,
        target_type,
        target_id,
        orjson.dumps(metadata).decode(),
        tx.now,
    )


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to what; the actor's id is empty when that user is gone."""

    id: str
    workspace_id: str
    actor_id: str
    action: str
    target_type: str
    target_id: str
    metadata: dict[str, str]
    created_at: int


def entries(tx: Tx, actor: Actor, workspace_id: str, limit: int) -> list[AuditEntry]:
    """The newest entries of the workspace, for all but guests; e-mail addresses only for who may add members."""
    membership = workspace_of(tx, actor, workspace_id)
    membership.require(Permission.CHANNELS_READ)
    rows = tx.all(
        "SELECT a.id, COALESCE(u.id, ''), a.action, a.target_type, a.target_id, a.metadata, a.created_at"
        " FROM audit_entries a LEFT JOIN users u ON u.n = a.actor_n WHERE a.workspace_n = ? ORDER BY a.n DESC LIMIT ?",
        *(membership.workspace.n, limit),
    )
    hidden = set[str]() if Permission.MEMBERS_ADD in membership.permissions else {"email"}
    return [_entry(workspace_id, row, hidden) for row in rows]


def _entry(workspace_id: str, row: tuple[Any, ...], hidden: set[str]) -> AuditEntry:
    identifier, actor_id, action, target_type, target_id, text, created_at = row
    metadata = {name: value for name, value in orjson.loads(text).items() if name not in hidden}
    return AuditEntry(identifier, workspace_id, actor_id, action, target_type, target_id, metadata, created_at)
