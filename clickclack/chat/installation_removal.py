"""Ending an app installation, and what is asked to go with it, all or nothing (contract chat 3.9)."""

from dataclasses import dataclass

from clickclack.chat import app_installations, bot_removal, event_subscriptions, integrations, slash_commands
from clickclack.chat.app_installations import TARGET, WHAT, AppInstallation
from clickclack.chat.bot_removal import Removed
from clickclack.identity import audit, credentials, users
from clickclack.identity.access import Membership
from clickclack.identity.actors import Actor
from clickclack.identity.bot_access import require_control
from clickclack.kernel.transaction import Tx


@dataclass(frozen=True, slots=True)
class Cascade:
    """What goes with an installation."""

    slash_commands: bool = True
    event_subscriptions: bool = True
    bot_tokens: bool = False
    bot: bool = False


@dataclass(frozen=True, slots=True)
class Revoked:
    """An installation that has ended, how many of each kind went with it, and the bot when that did."""

    installation: AppInstallation
    slash_commands: int = 0
    event_subscriptions: int = 0
    bot_tokens: int = 0
    bot: Removed | None = None


def revoke(tx: Tx, actor: Actor, installation_id: str, cascade: Cascade) -> Revoked:
    """Ends an installation and what `cascade` names; the second time nothing more is ended.

    Whoever ends the bot's tokens, or the bot, must manage that bot as well: Forbidden otherwise.
    """
    found = app_installations.found(tx, installation_id)
    membership = integrations.reach_managed(tx, actor, found.workspace_id, WHAT)
    if found.revoked_at is not None:
        return Revoked(found)
    commands = slash_commands.revoke_of_installation(tx, found.n) if cascade.slash_commands else 0
    subscriptions = event_subscriptions.revoke_of_installation(tx, found.n) if cascade.event_subscriptions else 0
    tokens = _revoke_tokens(tx, actor, membership, found) if cascade.bot_tokens or cascade.bot else 0
    app_installations.end(tx, found.n)
    removed = bot_removal.delete(tx, actor, found.bot_id) if cascade.bot else None
    counts = {"slash_commands": str(commands), "event_subscriptions": str(subscriptions), "bot_tokens": str(tokens)}
    audit.record(tx, actor, "app_installation.revoked", (membership.workspace.n, TARGET, found.id), counts)
    return Revoked(app_installations.found(tx, installation_id), commands, subscriptions, tokens, removed)


def _revoke_tokens(tx: Tx, actor: Actor, membership: Membership, found: AppInstallation) -> int:
    bot = users.by_id(tx, found.bot_id)
    require_control(actor, membership, bot.owner_id)
    return credentials.revoke_in(tx, bot.n, membership.workspace.n)
