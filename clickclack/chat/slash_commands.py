"""Registered slash commands: their names, where they call, and the bot that answers (contract chat 3.9, 4.14)."""

import re
from dataclasses import dataclass

from clickclack.chat import integrations
from clickclack.chat.integrations import SECRET
from clickclack.identity import audit
from clickclack.identity.access import Membership
from clickclack.identity.actors import Actor
from clickclack.kernel.errors import Invalid, NotFound
from clickclack.kernel.hosts import host_of
from clickclack.kernel.ids import new_id
from clickclack.kernel.seal import Seal
from clickclack.kernel.secrets import new_secret
from clickclack.kernel.transaction import Tx

PURPOSE = "slash command"
"""What their signing secrets are sealed for."""
DESCRIPTION_BYTES = 500
MOST = 500
_NAME = re.compile(r"/[^\s\x00-\x1f\x7f/][^\s\x00-\x1f\x7f]{0,62}")
_WHAT = "slash command"
_TARGET = "slash_command"


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """A command; `secret` is sealed, ids are empty where there is none."""

    n: int
    id: str
    workspace_id: str
    installation_id: str
    command: str
    description: str
    callback_url: str
    bot_n: int
    bot_id: str
    created_by: str
    created_at: int
    revoked_at: int | None
    secret: bytes


@dataclass(frozen=True, slots=True)
class NewCommand:
    """What is asked for."""

    command: str
    callback_url: str
    bot_id: str
    installation_id: str = ""
    description: str = ""


_SELECT = (
    "SELECT s.n, s.id, w.id, COALESCE(i.id, ''), s.command, s.description, s.callback_url, b.n, b.id,"
    " COALESCE(u.id, ''), s.created_at, s.revoked_at, s.secret FROM slash_commands s"
    " JOIN workspaces w ON w.n = s.workspace_n JOIN users b ON b.n = s.bot_n"
    " LEFT JOIN app_installations i ON i.n = s.installation_n LEFT JOIN users u ON u.n = s.created_by_n"
)


def normal_name(text: str) -> str:
    """A command's name: trimmed, lower case, with its slash; empty for none."""
    name = text.strip().lower()
    return f"/{name.lstrip('/')}" if name.strip("/") else ""


def list_commands(tx: Tx, actor: Actor, workspace_id: str) -> list[SlashCommand]:
    """The active commands of the workspace by name, for all in it but guests."""
    workspace_n = integrations.seen(tx, actor, workspace_id).workspace.n
    rows = tx.all(f"{_SELECT} WHERE s.workspace_n = ? AND s.revoked_at IS NULL ORDER BY s.command", workspace_n)
    return [SlashCommand(*row) for row in rows]


def active(tx: Tx, workspace_n: int, name: str) -> SlashCommand | None:
    """The active command of this name in a workspace."""
    row = tx.one(f"{_SELECT} WHERE s.workspace_n = ? AND s.command = ? AND s.revoked_at IS NULL", workspace_n, name)
    return None if row is None else SlashCommand(*row)


def create(tx: Tx, actor: Actor, seal: Seal, workspace_id: str, new: NewCommand) -> tuple[SlashCommand, str]:
    """Registers a command; returns the signing secret, which is shown this once.

    Forbidden for who does not manage integrations, Invalid for what does not fit or a name that is taken, NotFound for
    an installation that is not the workspace's.
    """
    workspace = integrations.managed(tx, actor, workspace_id).workspace
    name, description = _checked_name(new.command), new.description.strip()
    url = integrations.callback_url(new.callback_url)
    if len(description.encode()) > DESCRIPTION_BYTES:
        raise Invalid("description is too long")
    bot = integrations.bot_in(tx, workspace, new.bot_id)
    installation_n = integrations.installation_in(tx, workspace, new.installation_id)
    _require_room(tx, workspace.n, name)
    identifier, secret = new_id("cmd"), new_secret(SECRET)
    tx.run(
        "INSERT INTO slash_commands (id, workspace_n, installation_n, command, description, callback_url, secret,"
        " bot_n, created_by_n, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(identifier, workspace.n, installation_n, name, description, url, seal.close(secret, PURPOSE), bot.n),
        *(actor.user_n, tx.now),
    )
    facts = {"command": name, "callback_host": host_of(url)}
    audit.record(tx, actor, "slash_command.created", (workspace.n, _TARGET, identifier), facts)
    return _found(tx, identifier), secret


def _checked_name(text: str) -> str:
    name = normal_name(text)
    if not name:
        raise Invalid("command is required")
    if not _NAME.fullmatch(name):
        raise Invalid("command must be one word of at most 64 characters")
    return name


def _require_room(tx: Tx, workspace_n: int, name: str) -> None:
    if active(tx, workspace_n, name) is not None:
        raise Invalid("slash command is already registered")
    sql = "SELECT COUNT(*) FROM slash_commands WHERE workspace_n = ? AND revoked_at IS NULL"
    if tx.value(sql, workspace_n) >= MOST:
        raise Invalid(f"a workspace has at most {MOST} slash commands")


def _found(tx: Tx, command_id: str) -> SlashCommand:
    row = tx.one(f"{_SELECT} WHERE s.id = ?", command_id)
    if row is None:
        raise NotFound(f"{_WHAT} not found")
    return SlashCommand(*row)


def _managed(tx: Tx, actor: Actor, command_id: str) -> tuple[SlashCommand, Membership]:
    found = _found(tx, command_id)
    return found, integrations.reach_managed(tx, actor, found.workspace_id, _WHAT)


def revoke(tx: Tx, actor: Actor, command_id: str) -> SlashCommand:
    """Ends a command, whose name is free again; the second time nothing changes."""
    found, membership = _managed(tx, actor, command_id)
    if _revoke(tx, "n = ?", found.n):
        target = (membership.workspace.n, _TARGET, found.id)
        audit.record(tx, actor, "slash_command.revoked", target, {"command": found.command})
    return _found(tx, command_id)


def revoke_of_installation(tx: Tx, installation_n: int) -> int:
    """Ends every command of an app installation, and says how many."""
    return _revoke(tx, "installation_n = ?", installation_n)


def revoke_of_bot(tx: Tx, bot_n: int) -> int:
    """Ends every command that a bot answers, and says how many."""
    return _revoke(tx, "bot_n = ?", bot_n)


def _revoke(tx: Tx, which: str, n: int) -> int:
    return tx.run(f"UPDATE slash_commands SET revoked_at = ? WHERE {which} AND revoked_at IS NULL", tx.now, n)


def rotate_secret(tx: Tx, actor: Actor, seal: Seal, command_id: str) -> tuple[SlashCommand, str]:
    """Gives a command a new signing secret, which is shown this once; the old one signs nothing any more."""
    found, membership = _managed(tx, actor, command_id)
    if found.revoked_at is not None:
        raise Invalid("cannot rotate a revoked slash command")
    secret = new_secret(SECRET)
    tx.run("UPDATE slash_commands SET secret = ? WHERE n = ?", seal.close(secret, PURPOSE), found.n)
    audit.record(tx, actor, "slash_command.secret_rotated", (membership.workspace.n, _TARGET, found.id), {})
    return _found(tx, command_id), secret
