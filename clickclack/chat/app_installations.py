"""App installations: what an app has in a workspace, taken away together (contract chat 3.9, 4.14)."""

from dataclasses import dataclass
from typing import Any

import orjson

from clickclack.chat import event_subscriptions, integrations, slash_commands
from clickclack.chat.drafts import checked_nonce
from clickclack.chat.integrations import DeleteBot, DeletedBot
from clickclack.identity import audit, credentials, users
from clickclack.identity.access import Membership, workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.names import slug
from clickclack.kernel.errors import Conflict, Invalid, NotFound, NotSupported
from clickclack.kernel.ids import new_id
from clickclack.kernel.transaction import Tx

NAME_BYTES = 80
NONCE_BYTES = 16
MOST = 500
CONFIG_BYTES = 64 * 1024
_WHAT = "app installation"
_TARGET = "app_installation"


@dataclass(frozen=True, slots=True)
class AppInstallation:
    """An app in a workspace, with the bot that acts for it; `created_by` is empty when that user is gone."""

    n: int
    id: str
    workspace_id: str
    app_slug: str
    display_name: str
    bot_id: str
    config: dict[str, Any]
    created_by: str
    created_at: int
    revoked_at: int | None


@dataclass(frozen=True, slots=True)
class NewInstallation:
    """What is asked for; a repeated `setup_nonce` asks for the same one."""

    app_slug: str
    bot_id: str
    display_name: str
    config: dict[str, Any]
    setup_nonce: str = ""


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
    slash_commands: int
    event_subscriptions: int
    bot_tokens: int
    deleted_bot: DeletedBot | None


_SELECT = (
    "SELECT i.n, i.id, w.id, i.app_slug, i.display_name, b.id, i.config, COALESCE(u.id, ''), i.created_at, i.revoked_at"
    " FROM app_installations i JOIN workspaces w ON w.n = i.workspace_n JOIN users b ON b.n = i.bot_n"
    " LEFT JOIN users u ON u.n = i.created_by_n"
)


def _installation_of(row: tuple[Any, ...]) -> AppInstallation:
    n, identifier, workspace_id, app_slug, display_name, bot_id, config, *rest = row
    return AppInstallation(n, identifier, workspace_id, app_slug, display_name, bot_id, orjson.loads(config), *rest)


def list_installations(tx: Tx, actor: Actor, workspace_id: str) -> list[AppInstallation]:
    """The active installations of the workspace by slug and age, for everybody in it."""
    workspace_n = workspace_of(tx, actor, workspace_id).workspace.n
    rows = tx.all(
        f"{_SELECT} WHERE i.workspace_n = ? AND i.revoked_at IS NULL ORDER BY i.app_slug, i.created_at, i.id",
        workspace_n,
    )
    return [_installation_of(row) for row in rows]


def create(tx: Tx, actor: Actor, workspace_id: str, new: NewInstallation) -> AppInstallation:
    """Installs an app, or gives back what the same nonce has installed.

    Forbidden for who does not manage integrations, Invalid for what does not fit, Conflict for a nonce that was used
    for something else or whose installation has ended.
    """
    workspace = integrations.managed(tx, actor, workspace_id).workspace
    wanted = slug(new.app_slug)
    if not wanted:
        raise Invalid("app_slug is required")
    name = new.display_name.strip() or wanted
    if len(name.encode()) > NAME_BYTES:
        raise Invalid("display_name is too long")
    config = orjson.dumps(new.config, option=orjson.OPT_SORT_KEYS).decode()
    if len(config.encode()) > CONFIG_BYTES:
        raise Invalid("config is too long")
    nonce = _checked_nonce(new.setup_nonce)
    bot = integrations.bot_in(tx, workspace, new.bot_id)
    row = (workspace.n, wanted, name, bot.n, config)
    if nonce and (before := _installed_before(tx, actor, nonce, row)):
        return before
    active = "SELECT COUNT(*) FROM app_installations WHERE workspace_n = ? AND revoked_at IS NULL"
    if tx.value(active, workspace.n) >= MOST:
        raise Invalid(f"a workspace has at most {MOST} app installations")
    identifier = new_id("app")
    tx.run(
        "INSERT INTO app_installations (id, workspace_n, app_slug, display_name, bot_n, config, created_by_n,"
        " setup_nonce, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(identifier, *row, actor.user_n, nonce, tx.now),
    )
    audit.record(tx, actor, "app_installation.created", (workspace.n, _TARGET, identifier), {"app_slug": wanted})
    return _found(tx, identifier)


def _checked_nonce(text: str) -> str:
    nonce = checked_nonce(text)
    if nonce and len(nonce.encode()) < NONCE_BYTES:
        raise Invalid("setup_nonce must be at least 16 characters")
    return nonce


def _installed_before(tx: Tx, actor: Actor, nonce: str, row: tuple[Any, ...]) -> AppInstallation | None:
    found = tx.one(
        "SELECT id, revoked_at, workspace_n, app_slug, display_name, bot_n, config FROM app_installations"
        " WHERE created_by_n = ? AND setup_nonce = ? AND setup_nonce <> ''",
        *(actor.user_n, nonce),
    )
    if found is None:
        return None
    if found[1] is not None or found[2:] != row:
        raise Conflict("setup nonce was already used for a different request")
    return _found(tx, found[0])


def _found(tx: Tx, installation_id: str) -> AppInstallation:
    row = tx.one(f"{_SELECT} WHERE i.id = ?", installation_id)
    if row is None:
        raise NotFound(f"{_WHAT} not found")
    return _installation_of(row)


def revoke(tx: Tx, actor: Actor, installation_id: str, cascade: Cascade, delete_bot: DeleteBot | None) -> Revoked:
    """Ends an installation and what `cascade` names, all or nothing; the second time nothing more is ended.

    Whoever ends the bot's tokens, or the bot, must manage that bot as well: Forbidden otherwise. NotSupported where
    nobody deletes bots.
    """
    found = _found(tx, installation_id)
    membership = integrations.reach_managed(tx, actor, found.workspace_id, _WHAT)
    if found.revoked_at is not None:
        return Revoked(found, 0, 0, 0, None)
    if cascade.bot_tokens or cascade.bot:
        integrations.require_bot_manager(actor, membership, users.by_id(tx, found.bot_id))
    commands = slash_commands.revoke_of_installation(tx, found.n) if cascade.slash_commands else 0
    subscriptions = event_subscriptions.revoke_of_installation(tx, found.n) if cascade.event_subscriptions else 0
    tokens = _revoke_tokens(tx, membership, found) if cascade.bot_tokens or cascade.bot else 0
    tx.run("UPDATE app_installations SET revoked_at = ? WHERE n = ?", tx.now, found.n)
    deleted = _delete_bot(tx, actor, found, delete_bot) if cascade.bot else None
    counts = {"slash_commands": str(commands), "event_subscriptions": str(subscriptions), "bot_tokens": str(tokens)}
    audit.record(tx, actor, "app_installation.revoked", (membership.workspace.n, _TARGET, found.id), counts)
    return Revoked(_found(tx, installation_id), commands, subscriptions, tokens, deleted)


def _delete_bot(tx: Tx, actor: Actor, found: AppInstallation, delete_bot: DeleteBot | None) -> DeletedBot:
    if delete_bot is None:
        raise NotSupported("this server does not delete bots")
    return delete_bot(tx, actor, found.bot_id)


def _revoke_tokens(tx: Tx, membership: Membership, found: AppInstallation) -> int:
    bot = users.by_id(tx, found.bot_id)
    return credentials.revoke_in(tx, bot.n, membership.workspace.n)


def revoke_of_bot(tx: Tx, bot_n: int) -> None:
    """Ends whatever acts through a bot that is being deleted: installations, their subscriptions, and commands."""
    for (n,) in tx.all("SELECT n FROM app_installations WHERE bot_n = ? AND revoked_at IS NULL", bot_n):
        event_subscriptions.revoke_of_installation(tx, n)
        slash_commands.revoke_of_installation(tx, n)
        tx.run("UPDATE app_installations SET revoked_at = ? WHERE n = ?", tx.now, n)
    slash_commands.revoke_of_bot(tx, bot_n)
    tx.run("UPDATE connected_accounts SET revoked_at = ? WHERE user_n = ? AND revoked_at IS NULL", tx.now, bot_n)
