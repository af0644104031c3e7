"""The audit log: who did what to what, kept with the change itself (contract chat 6.18)."""

import orjson

from clickclack.identity.actors import Actor
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
