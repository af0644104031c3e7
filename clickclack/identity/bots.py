"""Bots: a user of kind bot in one workspace, with a token (contract chat 3.8)."""

from collections.abc import Sequence
from dataclasses import dataclass

from clickclack.identity import credentials, members, scopes, users
from clickclack.identity.actors import Actor
from clickclack.identity.credentials import Issued
from clickclack.identity.permissions import BOT, Permission, permissions_of
from clickclack.identity.users import ProfileFields, User
from clickclack.identity.workspace_records import Workspace
from clickclack.kernel.errors import Forbidden, Invalid
from clickclack.kernel.transaction import Tx


@dataclass(frozen=True, slots=True)
class NewBot:
    """A bot to make: `owner` is the person it belongs to, None for a service bot of the workspace."""

    profile: ProfileFields
    owner: User | None = None
    token_name: str = "default"  # noqa: S105 - a label
    scopes: Sequence[str] = ()


def create(tx: Tx, actor: Actor, workspace: Workspace, bot: NewBot) -> tuple[User, Issued]:
    """Makes the bot a member of the workspace and issues its first token.

    People make bots of their own where they see all that a bot sees; managers make service bots. Forbidden for others,
    Invalid for an owner who is no human, a bad name, a bad or taken handle, an unknown scope.
    """
    role_n = members.role_of(tx, workspace, actor.user_n)
    granted = frozenset[Permission]() if role_n is None else permissions_of(tx, role_n)
    if bot.owner is not None:
        _check_owner(actor, bot.owner, role_n, granted)
    elif Permission.BOTS_CREATE_SERVICE not in granted:
        raise Forbidden("workspace manager permission required")
    user = users.create_bot(tx, bot.profile, bot.owner.id if bot.owner else None)
    members.join(tx, workspace, user.n, BOT)
    token = credentials.issue_bot_token(tx, user.n, workspace.n, bot.token_name, scopes.parse(bot.scopes))
    return user, token


def retire(tx: Tx, workspace_n: int) -> None:
    """Frees the handles of the service bots that are in this workspace alone, and ends their tokens.

    Their rows stay: what they wrote refers to them.
    """
    rows = tx.all(
        "SELECT u.n FROM memberships m JOIN users u ON u.n = m.user_n"
        " WHERE m.workspace_n = ? AND u.kind = 'bot' AND u.owner_id IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM memberships o WHERE o.user_n = m.user_n AND o.workspace_n <> m.workspace_n) ORDER BY u.n",
        workspace_n,
    )
    for (user_n,) in rows:
        users.free_handle(tx, user_n)
        credentials.revoke_all(tx, user_n)


def _check_owner(actor: Actor, owner: User, role_n: int | None, granted: frozenset[Permission]) -> None:
    if owner.kind != "human":
        raise Invalid("bot owner must be a human")
    if owner.n != actor.user_n:
        raise Forbidden("only the bot owner can create a user-owned bot")
    if role_n is None:
        raise Forbidden("bot owner must be a workspace member")
    if Permission.BOTS_CREATE_OWN not in granted:
        raise Forbidden("bot owner must not be a guest")
