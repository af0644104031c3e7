"""Bots: a user of kind bot in one workspace, with a token (contract chat 3.8)."""

from collections.abc import Sequence
from dataclasses import dataclass

from clickclack.identity import credentials, members, scopes, users
from clickclack.identity.credentials import Issued
from clickclack.identity.permissions import BOT
from clickclack.identity.users import ProfileFields, User
from clickclack.identity.workspace_records import Workspace
from clickclack.kernel.errors import Invalid
from clickclack.kernel.transaction import Tx


@dataclass(frozen=True, slots=True)
class NewBot:
    """A bot to make: `owner` is the person it belongs to, None for a service bot of the workspace."""

    profile: ProfileFields
    owner: User | None = None
    token_name: str = "default"  # noqa: S105 - a label
    scopes: Sequence[str] = ()


def create(tx: Tx, workspace: Workspace, bot: NewBot) -> tuple[User, Issued]:
    """Makes the bot a member of the workspace and issues its first token."""
    if bot.owner is not None and bot.owner.kind != "human":
        raise Invalid("bot owner must be a human")
    user = users.create_bot(tx, bot.profile, bot.owner.id if bot.owner else None)
    members.join(tx, workspace, user.n, BOT)
    token = credentials.issue_bot_token(tx, user.n, workspace.n, bot.token_name, scopes.parse(bot.scopes))
    return user, token
