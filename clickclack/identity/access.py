"""Reaching a workspace through one's membership: the look-up is the authorisation."""

from dataclasses import dataclass

from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission, permissions_of
from clickclack.identity.workspace_records import WORKSPACE_COLUMNS, Workspace
from clickclack.kernel.errors import Forbidden, NotFound
from clickclack.kernel.transaction import Tx

WRONG_WORKSPACE = "bot token cannot access this workspace"


@dataclass(frozen=True, slots=True)
class Membership:
    """A workspace as one of its members stands in it."""

    workspace: Workspace
    role_n: int
    permissions: frozenset[Permission]

    def require(self, permission: Permission, refusal: str = "") -> None:
        """Raises Forbidden when the role does not grant `permission`."""
        if permission not in self.permissions:
            raise Forbidden(refusal or f"your role does not allow {permission}")


def workspace_of(tx: Tx, actor: Actor, workspace_id: str) -> Membership:
    """The workspace and the actor's place in it; NotFound when it is not there or the actor is not in it.

    A bound credential gets Forbidden for every other id, whether there is such a workspace or not.
    """
    if actor.workspace_id not in (None, workspace_id):
        raise Forbidden(WRONG_WORKSPACE)
    row = tx.one(
        f"SELECT {WORKSPACE_COLUMNS}, m.role_n FROM workspaces w JOIN memberships m ON m.workspace_n = w.n"
        " WHERE w.id = ? AND m.user_n = ?",
        workspace_id,
        actor.user_n,
    )
    if row is None:
        raise NotFound("workspace not found")
    return Membership(Workspace(*row[:-1]), row[-1], permissions_of(tx, row[-1]))


def refuse_other_workspace(actor: Actor, workspace_n: int) -> None:
    """Raises Forbidden when the credential is bound to another workspace that the user is in as well."""
    if actor.workspace_n is not None and actor.workspace_n != workspace_n:
        raise Forbidden(WRONG_WORKSPACE)
