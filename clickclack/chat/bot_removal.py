"""Taking a bot out of a workspace, and deleting it everywhere (contract chat 3.8, 6.13).

Whoever gives bots something new to have says it here: where it is in force, and how it ends.
"""

from collections.abc import Callable
from dataclasses import dataclass

from clickclack.chat import app_installations, bot_menus, channel_members, event_subscriptions
from clickclack.identity import audit, bot_setup_codes, credentials, members, users, workspaces
from clickclack.identity.access import workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.bot_access import MANAGERS_ONLY, NOT_FOUND, OWNERS_ONLY, require_manager
from clickclack.identity.permissions import Permission, permissions_of
from clickclack.identity.users import User
from clickclack.identity.workspace_records import WORKSPACE_COLUMNS, Workspace
from clickclack.kernel.clock import to_rfc3339
from clickclack.kernel.errors import Forbidden, NotFound
from clickclack.kernel.event import Event
from clickclack.kernel.transaction import Tx

DELETED = "bot.deleted"
REMOVED = "bot.membership_removed"

IN_FORCE: tuple[str, ...] = (
    "SELECT workspace_n FROM memberships WHERE user_n = ?",
    "SELECT workspace_n FROM credentials WHERE user_n = ? AND workspace_n IS NOT NULL AND revoked_at IS NULL",
    "SELECT workspace_n FROM bot_commands WHERE bot_n = ?",
    "SELECT workspace_n FROM app_installations WHERE bot_n = ? AND revoked_at IS NULL",
    "SELECT workspace_n FROM slash_commands WHERE bot_n = ? AND revoked_at IS NULL",
    (
        "SELECT workspace_n FROM event_subscriptions WHERE revoked_at IS NULL"
        " AND installation_n IN (SELECT n FROM app_installations WHERE bot_n = ?)"
    ),
    "SELECT workspace_n FROM connected_accounts WHERE user_n = ? AND revoked_at IS NULL",
)
"""The workspaces in which a bot, `?`, has something in force: who deletes it manages all of these."""

ENDINGS: tuple[Callable[[Tx, int], None], ...] = (
    credentials.revoke_all,
    bot_menus.forget,
    bot_setup_codes.forget,
    app_installations.revoke_of_bot,
)
"""What ends with a bot, told its row number, each within the unit of the deletion. Memberships come after."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A deleted bot, and what those are told who share a workspace with it: events that are not stored."""

    bot: User
    events: tuple[Event, ...]


def remove(tx: Tx, actor: Actor, workspace_id: str, bot_id: str) -> Event:
    """Takes a bot out of a workspace, with its tokens, menu and pending codes there; its sockets close.

    Returns what the others are told. Forbidden for who does not manage the workspace, NotFound for what is not its bot.
    """
    membership = workspace_of(tx, actor, workspace_id)
    require_manager(membership)
    workspace = membership.workspace
    bot = members.find(tx, workspace.n, bot_id)
    if bot is None or bot.kind != "bot":
        raise NotFound(NOT_FOUND)
    credentials.revoke_in(tx, bot.n, workspace.n)
    bot_menus.forget(tx, bot.n, workspace.n)
    bot_setup_codes.forget(tx, bot.n, workspace.n)
    channel_members.let_go(tx, workspace.n, bot.n)
    members.remove(tx, workspace, bot.n)
    audit.record(tx, actor, REMOVED, (workspace.n, "bot", bot.id), {"display_name": bot.display_name})
    return _told(tx, REMOVED, workspace, {"bot_user_id": bot.id})


def delete(tx: Tx, actor: Actor, bot_id: str) -> Removed:
    """Deletes a bot everywhere: all it has ends, its handle is free, what it wrote stays.

    A bot of a person is deleted by that person; one of a workspace by who manages every workspace in which it has
    something in force, else every one that it has ever been in. Forbidden for others, NotFound for those who share no
    workspace with it.
    """
    row = tx.one("SELECT n, owner_id FROM users WHERE id = ? AND kind = 'bot' AND deleted_at IS NULL", bot_id)
    if row is None:
        raise NotFound(NOT_FOUND)
    bot_n, owner_id = row
    if owner_id != actor.user_id:
        _require_right(tx, actor, bot_n, owner_id)
    return _delete(tx, actor, bot_n)


def delete_workspace(tx: Tx, actor: Actor, workspace_id: str) -> None:
    """Deletes a workspace, and before it the service bots that have never been in another one.

    Its event subscriptions end at once. Raises what `workspaces.delete` raises.
    """
    workspace = workspaces.to_delete(tx, actor, workspace_id)
    rows = tx.all(
        "SELECT u.n FROM bot_workspaces b JOIN users u ON u.n = b.bot_n WHERE b.workspace_n = ?"
        " AND u.owner_id IS NULL AND u.deleted_at IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM bot_workspaces o WHERE o.bot_n = b.bot_n AND o.workspace_n <> b.workspace_n) ORDER BY u.n",
        workspace.n,
    )
    for (bot_n,) in rows:
        _delete(tx, actor, bot_n)
    event_subscriptions.revoke_of_workspace(tx, workspace.n)
    workspaces.delete(tx, actor, workspace_id)


def _require_right(tx: Tx, actor: Actor, bot_n: int, owner_id: str | None) -> None:
    governed = _governed(tx, bot_n) or _historical(tx, bot_n)
    roles: dict[int, int] = dict(tx.all("SELECT workspace_n, role_n FROM memberships WHERE user_n = ?", actor.user_n))
    shared = [workspace for workspace in governed if workspace.n in roles]
    if not shared:
        raise NotFound(NOT_FOUND)
    if owner_id is not None:
        raise Forbidden(OWNERS_ONLY)
    managed = all(Permission.BOTS_MANAGE in permissions_of(tx, roles[workspace.n]) for workspace in shared)
    if not managed or len(shared) < len(governed):
        raise Forbidden(MANAGERS_ONLY)


def _delete(tx: Tx, actor: Actor, bot_n: int) -> Removed:
    living = {workspace.n: workspace for workspace in (*_governed(tx, bot_n), *_historical(tx, bot_n))}
    for end in ENDINGS:
        end(tx, bot_n)
    for workspace in living.values():
        channel_members.let_go(tx, workspace.n, bot_n)
        members.remove(tx, workspace, bot_n)
    bot = users.entomb(tx, bot_n, actor.user_n)
    for workspace in living.values():
        audit.record(tx, actor, DELETED, (workspace.n, "bot", bot.id), {"display_name": bot.display_name})
    facts = {
        "bot_user_id": bot.id,
        "display_name": bot.display_name,
        "former_handle": bot.former_handle,
        "deleted_at": to_rfc3339(tx.now),
    }
    return Removed(bot, tuple(_told(tx, DELETED, workspace, facts) for workspace in living.values()))


def _governed(tx: Tx, bot_n: int) -> list[Workspace]:
    """The living workspaces in which the bot has something in force."""
    return _workspaces(tx, " UNION ".join(IN_FORCE), *([bot_n] * len(IN_FORCE)))


def _historical(tx: Tx, bot_n: int) -> list[Workspace]:
    """The living workspaces that the bot has ever been in."""
    return _workspaces(tx, "SELECT workspace_n FROM bot_workspaces WHERE bot_n = ?", bot_n)


def _workspaces(tx: Tx, ns: str, *params: int) -> list[Workspace]:
    rows = tx.all(
        f"SELECT {WORKSPACE_COLUMNS} FROM workspaces w WHERE w.deleted_at IS NULL AND w.n IN ({ns}) ORDER BY w.n",
        *params,
    )
    return [Workspace(*row) for row in rows]


def _told(tx: Tx, event_type: str, workspace: Workspace, facts: dict[str, str]) -> Event:
    data = {"workspace_id": workspace.id, "payload": dict(facts)}
    return Event(0, "", event_type, workspace.n, None, None, data, tx.now)
