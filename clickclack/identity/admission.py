"""Which workspace a person enters by signing in, and as what (contract chat 2.6)."""

from clickclack.identity import members, users, workspaces
from clickclack.identity.bootstrap import Furnish, join_default
from clickclack.identity.permissions import GUEST, MEMBER, MODERATOR, OWNER
from clickclack.identity.providers.github import GitHubApp, GitHubVisit
from clickclack.identity.users import User
from clickclack.identity.workspace_records import Workspace
from clickclack.kernel.transaction import Tx


def by_github(tx: Tx, user: User, visit: GitHubVisit, app: GitHubApp, furnish: Furnish) -> Workspace:
    """Lets somebody who came by GitHub in; a role that the person has already stays."""
    if app.allowed_org and not app.moderator_org:
        return join_default(tx, user, furnish)
    role_n = MEMBER if app.allowed_org or not app.moderator_org else GUEST
    workspace = _waiting_room(tx, furnish)
    members.join(tx, workspace, user.n, MODERATOR if visit.is_moderator else role_n)
    return workspace


def _waiting_room(tx: Tx, furnish: Furnish) -> Workspace:
    """The workspace of the guests; when it has to be made, its owner is the server's first person."""
    workspace = workspaces.by_slug(tx, workspaces.GUESTS_SLUG)
    if workspace is None:
        workspace = workspaces.found(tx, "Guests", workspaces.GUESTS_SLUG)
        first = users.oldest(tx)
        if first is not None:
            members.join(tx, workspace, first.n, OWNER)
        furnish(tx, workspace)
    return workspace
