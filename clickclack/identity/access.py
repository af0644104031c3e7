"""Reaching a workspace through one's membership: the look-up is the authorisation."""

from dataclasses import dataclass

from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.identity.standing import STANDING_COLUMNS, STANDING_JOIN, Standing, standing_of
from clickclack.identity.workspace_records import WORKSPACE_COLUMNS, Workspace
from clickclack.kernel.errors import Forbidden, NotFound
from clickclack.kernel.transaction import Tx

WRONG_WORKSPACE = "bot token cannot access this workspace"


@dataclass(frozen=True, slots=True)
class Membership:
    """A workspace as one of its members stands in it."""

    workspace: Workspace
    standing: Standing

    @property
    def role_n(self) -> int:
        return self.standing.role_n

    @property
    def permissions(self) -> frozenset[Permission]:
        return self.standing.permissions

    def require(self, permission: Permission, refusal: str = "") -> None:
        """Raises Forbidden when the member may not."""
        self.standing.require(permission, refusal)


def workspace_of(tx: Tx, actor: Actor, workspace_id: str) -> Membership:
    """The workspace and the actor's place in it; NotFound when it is not there or the actor is not in it.

    A bound credential gets Forbidden for every other id, whether there is such a workspace or not.
    """
    if actor.workspace_id not in (None, workspace_id):
        raise Forbidden(WRONG_WORKSPACE)
    row = tx.one(
        f"SELECT {STANDING_COLUMNS}, {WORKSPACE_COLUMNS} FROM workspaces w JOIN memberships m ON m.workspace_n = w.n"
        f" {STANDING_JOIN} WHERE w.id = ? AND m.user_n = ?",
        workspace_id,
        actor.user_n,
    )
    if row is None:
        raise NotFound("workspace not found")
    return Membership(Workspace(*row[3:]), standing_of(tx, *row[:3]))


def refuse_other_workspace(actor: Actor, workspace_n: int) -> None:
    """Raises Forbidden when the credential is bound to another workspace that the user is in as well."""
    if actor.workspace_n is not None and actor.workspace_n != workspace_n:
        raise Forbidden(WRONG_WORKSPACE)
