"""Menus of bots: which commands each answers to, for people to find them (contract chat 3.8, 4.13, 6.16)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clickclack.identity.access import workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.identity.users import USER_COLUMNS, User, user_of
from clickclack.kernel.errors import Forbidden, Invalid
from clickclack.kernel.event import Event
from clickclack.kernel.ids import new_id
from clickclack.kernel.transaction import Tx, marks

MOST = 100
TEXT_LENGTH = 100
UPDATED = "bot_command.updated"
_COMMAND = re.compile(r"/[a-z0-9_-]{1,32}")


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A command as a bot offers it; the hint tells what may follow it and may be empty."""

    command: str
    description: str
    args_hint: str = ""


@dataclass(frozen=True, slots=True)
class BotCommand:
    """A command in the menu of a bot in one workspace."""

    id: str
    workspace_id: str
    bot: User
    item: MenuItem
    created_at: int
    updated_at: int


def replace_menu(tx: Tx, actor: Actor, items: Sequence[MenuItem]) -> tuple[list[BotCommand], Event]:
    """Makes these the whole menu of the bot that asks, and says so by an event that is not stored.

    A command that stays keeps its id. Invalid names the item that is wrong by its index; Forbidden for a bot that is
    held back. Nothing changes then.
    """
    if actor.workspace_id is None:
        raise Forbidden("bot token required")
    membership = workspace_of(tx, actor, actor.workspace_id)
    membership.require(Permission.MESSAGES_POST)
    wanted, workspace = _checked(items), membership.workspace
    kept = ["", *(item.command for item in wanted)]
    tx.run(
        f"DELETE FROM bot_commands WHERE bot_n = ? AND workspace_n = ? AND command NOT IN ({marks(kept)})",
        *(actor.user_n, workspace.n, *kept),
    )
    for item in wanted:
        tx.run(
            "INSERT INTO bot_commands (id, workspace_n, bot_n, command, description, args_hint, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (bot_n, workspace_n, command) DO UPDATE"
            " SET description = excluded.description, args_hint = excluded.args_hint, updated_at = excluded.updated_at",
            *(new_id("botcmd"), workspace.n, actor.user_n, item.command, item.description, item.args_hint),
            *(tx.now, tx.now),
        )
    rows = tx.all(f"{_SELECT} WHERE k.bot_n = ? AND k.workspace_n = ? ORDER BY k.command", actor.user_n, workspace.n)
    payload = {"workspace_id": workspace.id, "bot_user_id": actor.user_id}
    data = {"workspace_id": workspace.id, "payload": payload}
    event = Event(0, "", UPDATED, workspace.n, None, None, data, tx.now)
    return [_command_of(row) for row in rows], event


def list_menus(tx: Tx, actor: Actor, workspace_id: str) -> list[BotCommand]:
    """Every command of every bot in the workspace, by the bot's handle and the command."""
    membership = workspace_of(tx, actor, workspace_id)
    rows = tx.all(f"{_SELECT} WHERE k.workspace_n = ? ORDER BY u.handle, u.n, k.command", membership.workspace.n)
    return [_command_of(row) for row in rows]


def forget(tx: Tx, bot_n: int, workspace_n: int | None = None) -> None:
    """Removes the menus of a bot, in one workspace or everywhere."""
    if workspace_n is None:
        tx.run("DELETE FROM bot_commands WHERE bot_n = ?", bot_n)
    else:
        tx.run("DELETE FROM bot_commands WHERE bot_n = ? AND workspace_n = ?", bot_n, workspace_n)


_SELECT = (
    "SELECT k.id, w.id, k.command, k.description, k.args_hint, k.created_at, k.updated_at, "
    + ", ".join(f"u.{column}" for column in USER_COLUMNS)
    + " FROM bot_commands k JOIN users u ON u.n = k.bot_n JOIN workspaces w ON w.n = k.workspace_n"
)


def _command_of(row: tuple[Any, ...]) -> BotCommand:
    identifier, workspace_id, command, description, args_hint, created_at, updated_at, *user = row
    item = MenuItem(command, description, args_hint)
    return BotCommand(identifier, workspace_id, user_of(tuple(user)), item, created_at, updated_at)


def _checked(items: Sequence[MenuItem]) -> list[MenuItem]:
    if len(items) > MOST:
        raise Invalid(f"commands must have at most {MOST} items")
    found: dict[str, MenuItem] = {}
    for index, item in enumerate(items):
        tidy = MenuItem(item.command.strip(), item.description.strip(), item.args_hint.strip())
        if not _COMMAND.fullmatch(tidy.command):
            raise Invalid(f"commands[{index}].command must be / and 1 to 32 of a-z, 0-9, _ and -")
        if tidy.command in found:
            raise Invalid(f"commands[{index}].command is there twice")
        if not 1 <= len(tidy.description) <= TEXT_LENGTH:
            raise Invalid(f"commands[{index}].description must have 1 to {TEXT_LENGTH} characters")
        if len(tidy.args_hint) > TEXT_LENGTH:
            raise Invalid(f"commands[{index}].args_hint must have at most {TEXT_LENGTH} characters")
        found[tidy.command] = tidy
    return list(found.values())
