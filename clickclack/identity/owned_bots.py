"""The bots of a person, workspace by workspace (contract chat 3.2, 4.13)."""

from dataclasses import dataclass

from clickclack.identity.actors import Actor
from clickclack.identity.credentials import BOT_TOKEN
from clickclack.identity.users import USER_COLUMNS, User, user_of
from clickclack.kernel.transaction import Tx


@dataclass(frozen=True, slots=True)
class OwnedBot:
    """A bot in one workspace: who it is, the workspace's id, route id and name, and how many of its tokens are good."""

    bot: User
    workspace: tuple[str, str, str]
    active_tokens: int


_USER = ", ".join(f"u.{column}" for column in USER_COLUMNS)


def owned_bots(tx: Tx, actor: Actor) -> list[OwnedBot]:
    """The actor's bots in every workspace that they are in, by the names of workspace and bot, in any case, and id."""
    rows = tx.all(
        f"SELECT w.id, w.route_id, w.name, (SELECT COUNT(*) FROM credentials c WHERE c.user_n = u.n AND c.kind = ?"
        f" AND c.workspace_n = w.n AND c.revoked_at IS NULL), {_USER} FROM users u"
        " JOIN memberships m ON m.user_n = u.n JOIN workspaces w ON w.n = m.workspace_n"
        " WHERE u.owner_id = ? AND u.kind = 'bot'",
        BOT_TOKEN,
        actor.user_id,
    )
    found = [OwnedBot(user_of(row[4:]), row[:3], row[3]) for row in rows]
    return sorted(found, key=lambda one: (one.workspace[2].casefold(), one.bot.display_name.casefold(), one.bot.id))
