"""App installations: what an app has in a workspace (contract chat 3.9, 4.14)."""

from dataclasses import dataclass
from typing import Any

import orjson

from clickclack.chat import event_subscriptions, integrations, slash_commands
from clickclack.identity import audit
from clickclack.identity.actors import Actor
from clickclack.identity.names import setup_nonce, slug
from clickclack.kernel.errors import Conflict, Invalid, NotFound
from clickclack.kernel.ids import new_id
from clickclack.kernel.transaction import Tx

NAME_BYTES = 80
MOST = 500
CONFIG_BYTES = 64 * 1024
WHAT = "app installation"
TARGET = "app_installation"


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


_SELECT = (
    "SELECT i.n, i.id, w.id, i.app_slug, i.display_name, b.id, i.config, COALESCE(u.id, ''), i.created_at, i.revoked_at"
    " FROM app_installations i JOIN workspaces w ON w.n = i.workspace_n JOIN users b ON b.n = i.bot_n"
    " LEFT JOIN users u ON u.n = i.created_by_n"
)


def _installation_of(row: tuple[Any, ...]) -> AppInstallation:
    n, identifier, workspace_id, app_slug, display_name, bot_id, config, *rest = row
    return AppInstallation(n, identifier, workspace_id, app_slug, display_name, bot_id, orjson.loads(config), *rest)


def list_installations(tx: Tx, actor: Actor, workspace_id: str) -> list[AppInstallation]:
    """The active installations of the workspace by slug and age, for all in it but guests."""
    workspace_n = integrations.seen(tx, actor, workspace_id).workspace.n
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
    nonce = setup_nonce(new.setup_nonce)
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
    audit.record(tx, actor, "app_installation.created", (workspace.n, TARGET, identifier), {"app_slug": wanted})
    return found(tx, identifier)


def _installed_before(tx: Tx, actor: Actor, nonce: str, row: tuple[Any, ...]) -> AppInstallation | None:
    row_before = tx.one(
        "SELECT id, revoked_at, workspace_n, app_slug, display_name, bot_n, config FROM app_installations"
        " WHERE created_by_n = ? AND setup_nonce = ? AND setup_nonce <> ''",
        *(actor.user_n, nonce),
    )
    if row_before is None:
        return None
    if row_before[1] is not None or row_before[2:] != row:
        raise Conflict("setup nonce was already used for a different request")
    return found(tx, row_before[0])


def found(tx: Tx, installation_id: str) -> AppInstallation:
    """The installation with this id, whoever asks; NotFound when there is none."""
    row = tx.one(f"{_SELECT} WHERE i.id = ?", installation_id)
    if row is None:
        raise NotFound(f"{WHAT} not found")
    return _installation_of(row)


def end(tx: Tx, n: int) -> None:
    """Ends an installation alone."""
    tx.run("UPDATE app_installations SET revoked_at = ? WHERE n = ?", tx.now, n)


def revoke_of_bot(tx: Tx, bot_n: int) -> None:
    """Ends whatever acts through a bot that is being deleted: installations, their subscriptions, and commands."""
    for (n,) in tx.all("SELECT n FROM app_installations WHERE bot_n = ? AND revoked_at IS NULL", bot_n):
        slash_commands.revoke_of_installation(tx, n)
        end(tx, n)
    slash_commands.revoke_of_bot(tx, bot_n)
    event_subscriptions.revoke_of_bot(tx, bot_n)
    tx.run("UPDATE connected_accounts SET revoked_at = ? WHERE user_n = ? AND revoked_at IS NULL", tx.now, bot_n)
