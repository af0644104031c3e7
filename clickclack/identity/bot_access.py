"""Who may do what with a bot: what belongs to a workspace is its managers' business, the rest its owner's.

Source: contract chat 3.8, 10.
"""

from clickclack.identity import members
from clickclack.identity.access import Membership, workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.identity.users import User
from clickclack.kernel.errors import Forbidden, Invalid, NotFound
from clickclack.kernel.transaction import Tx

NOT_FOUND = "bot not found"
MANAGERS_ONLY = "workspace manager permission required"
OWNERS_ONLY = "only the bot owner can manage this bot"
NO_GUESTS = "bot owner must not be a guest"


def bot_in(tx: Tx, membership: Membership, bot_id: str) -> User:
    """The bot that is a member of this workspace; NotFound for what is none, Invalid for a person in it."""
    found = members.find(tx, membership.workspace.n, bot_id)
    if found is None:
        raise NotFound(NOT_FOUND)
    if found.kind != "bot":
        raise Invalid("bot_user_id must refer to a bot")
    return found


def require_control(actor: Actor, membership: Membership, owner_id: str | None) -> None:
    """Raises Forbidden for who may not manage a bot of this owner, None for the workspace itself."""
    if owner_id is None:
        require_manager(membership)
    elif owner_id != actor.user_id:
        raise Forbidden(OWNERS_ONLY)


def require_issuing(actor: Actor, membership: Membership, owner_id: str | None) -> None:
    """The same for giving the bot a token: guests, who may have been more, give their bots none."""
    require_control(actor, membership, owner_id)
    if owner_id is not None and Permission.BOTS_CREATE_OWN not in membership.permissions:
        raise Forbidden(NO_GUESTS)


def require_manager(membership: Membership) -> None:
    """Raises Forbidden for who does not manage the workspace's bots."""
    if Permission.BOTS_MANAGE not in membership.permissions:
        raise Forbidden(MANAGERS_ONLY)


def only_workspace_of(tx: Tx, actor: Actor, bot_id: str) -> Membership:
    """The one workspace that a bot is in, for routes that do not name it; NotFound when the actor is not in it.

    Invalid when there are several, one of them the actor's.
    """
    rows = tx.all(
        "SELECT w.id, EXISTS (SELECT 1 FROM memberships a WHERE a.workspace_n = w.n AND a.user_n = ?)"
        " FROM users u JOIN memberships m ON m.user_n = u.n JOIN workspaces w ON w.n = m.workspace_n"
        " WHERE u.id = ? AND u.kind = 'bot'",
        actor.user_n,
        bot_id,
    )
    if not any(shared for _, shared in rows):
        raise NotFound(NOT_FOUND)
    if len(rows) > 1:
        raise Invalid("workspace_id is required for bots installed in multiple workspaces")
    return workspace_of(tx, actor, rows[0][0])
