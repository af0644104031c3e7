"""What all integrations share: who may manage them, how a thing is reached by its id, and the bot behind it.

Source: contract chat 3.9.
"""

from clickclack.identity.access import Membership, workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.identity.users import USER_COLUMNS, User, user_of
from clickclack.identity.workspace_records import Workspace
from clickclack.identity.workspaces import MANAGERS_ONLY
from clickclack.kernel.errors import Invalid, NotFound
from clickclack.kernel.hosts import is_web_address
from clickclack.kernel.transaction import Tx

URL_BYTES = 2048
SECRET = "ccs"  # noqa: S105 - a prefix
"""What signing secrets begin with."""


def seen(tx: Tx, actor: Actor, workspace_id: str) -> Membership:
    """The workspace for who may know of its integrations; Forbidden for guests: addresses of calls may hold secrets."""
    membership = workspace_of(tx, actor, workspace_id)
    membership.require(Permission.CHANNELS_READ)
    return membership


def managed(tx: Tx, actor: Actor, workspace_id: str) -> Membership:
    """The workspace for who manages its integrations; Forbidden for other members, NotFound for others."""
    membership = workspace_of(tx, actor, workspace_id)
    membership.require(Permission.INTEGRATIONS_MANAGE, MANAGERS_ONLY)
    return membership


def reach(tx: Tx, actor: Actor, workspace_id: str | None, what: str) -> Membership:
    """The workspace of a thing that was named by its id; NotFound, as if there were no such thing, for outsiders."""
    try:
        return workspace_of(tx, actor, workspace_id or "")
    except NotFound:
        raise NotFound(f"{what} not found") from None


def reach_managed(tx: Tx, actor: Actor, workspace_id: str | None, what: str) -> Membership:
    """The same for who manages the workspace's integrations; Forbidden for its other members."""
    membership = reach(tx, actor, workspace_id, what)
    membership.require(Permission.INTEGRATIONS_MANAGE, MANAGERS_ONLY)
    return membership


def bot_in(tx: Tx, workspace: Workspace, bot_id: str) -> User:
    """A bot that is in the workspace; Invalid for anything else."""
    if not bot_id.strip():
        raise Invalid("bot_user_id is required")
    columns = ", ".join(f"u.{column}" for column in USER_COLUMNS)
    row = tx.one(
        f"SELECT {columns} FROM users u JOIN memberships m ON m.user_n = u.n AND m.workspace_n = ?"
        " WHERE u.id = ? AND u.kind = 'bot'",
        *(workspace.n, bot_id.strip()),
    )
    if row is None:
        raise Invalid("bot_user_id must refer to a bot in the workspace")
    return user_of(row)


def installation_in(tx: Tx, workspace: Workspace, installation_id: str) -> int | None:
    """The row of an active installation of the workspace; None without an id, NotFound for any other."""
    if not installation_id.strip():
        return None
    n = tx.value(
        "SELECT n FROM app_installations WHERE id = ? AND workspace_n = ? AND revoked_at IS NULL",
        *(installation_id.strip(), workspace.n),
    )
    if n is None:
        raise NotFound("app installation not found")
    return n


def callback_url(text: str) -> str:
    """Where calls go: an http or https URL with a host and without a password, at most 2048 bytes."""
    url = text.strip()
    if not url:
        raise Invalid("callback_url is required")
    if len(url.encode()) > URL_BYTES:
        raise Invalid(f"the callback URL is too long (maximum {URL_BYTES} bytes)")
    if not is_web_address(url):
        raise Invalid("callback_url must be an http or https URL")
    return url
