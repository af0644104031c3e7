"""Where a workspace's callbacks may go (an addition to the contract).

The list narrows what is public, and opens nothing else.
"""

from collections.abc import Sequence

from clickclack.chat import integrations
from clickclack.identity import audit
from clickclack.identity.actors import Actor
from clickclack.kernel.allow_list import normal_entry
from clickclack.kernel.deliveries import endpoints
from clickclack.kernel.errors import Invalid
from clickclack.kernel.transaction import Tx

MOST = 100


def entries(tx: Tx, actor: Actor, workspace_id: str) -> list[str]:
    """The list in its normal form, ascending, for all in the workspace but guests; empty when nothing is narrowed."""
    return endpoints.allowed(tx, integrations.seen(tx, actor, workspace_id).workspace.id)


def replace(tx: Tx, actor: Actor, workspace_id: str, wanted: Sequence[str]) -> list[str]:
    """Puts another list in its place, at most 100 entries; calls follow it at once.

    Forbidden for who does not manage integrations, Invalid for what is no host, domain, address or network.
    """
    workspace = integrations.managed(tx, actor, workspace_id).workspace
    if len(wanted) > MOST:
        raise Invalid(f"an allow-list has at most {MOST} entries")
    normal = sorted({normal_entry(text) for text in wanted})
    endpoints.allow(tx, workspace.id, normal)
    target = (workspace.n, "workspace", workspace.id)
    audit.record(tx, actor, "callback_allow_list.updated", target, {"entries": ", ".join(normal)})
    return normal
