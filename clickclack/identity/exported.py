"""The rows of people, workspaces and credentials as an export shows them, without any secret (contract chat 8)."""

from clickclack.kernel.snapshots import Table

REDACTED = "'[redacted]'"
LIVING = "w.deleted_at IS NULL"
_WIRE_ROLE = "CASE WHEN r.workspace_n IS NOT NULL THEN 'member' WHEN r.key = 'admin' THEN 'moderator' ELSE r.key END"


def same(*names: str, of: str) -> dict[str, str]:
    """Columns that are called as they are in the table `of`."""
    return {name: f"{of}.{name}" for name in names}


USERS = Table(
    "users",
    "users u",
    {
        **same("id", "kind", of="u"),
        "owner_user_id": "u.owner_id",
        **same("display_name", "handle", "avatar_url", "created_at", of="u"),
    },
    ("u.n",),
)
NOTIFICATION_SETTINGS = Table(
    "user_notification_settings",
    "notification_settings s JOIN users u ON u.n = s.user_n",
    {"user_id": "u.id", "pushover_enabled": "s.pushover_enabled", "pushover_user_key": REDACTED},
    ("s.user_n",),
)
IDENTITIES = Table(
    "identities",
    "identities i JOIN users u ON u.n = i.user_n",
    {
        "id": "i.id",
        "user_id": "u.id",
        "provider": "i.provider",
        "provider_subject": "i.subject",
        **same("email", "created_at", of="i"),
    },
    ("i.n",),
)
WORKSPACES = Table(
    "workspaces",
    "workspaces w",
    same("id", "route_id", "name", "slug", "icon_url", "created_at", of="w"),
    ("w.n",),
    LIVING,
)
MEMBERS = Table(
    "workspace_members",
    "memberships m JOIN workspaces w ON w.n = m.workspace_n JOIN users u ON u.n = m.user_n"
    " JOIN roles r ON r.n = m.role_n",
    {
        "workspace_id": "w.id",
        "user_id": "u.id",
        "role": _WIRE_ROLE,
        "created_at": "m.created_at",
        "role_sort": "m.directory_rank",
        **same("sort_name", "sort_handle", of="m"),
    },
    ("m.n",),
    LIVING,
)
INVITATIONS = Table(
    "invites",
    "invitations i JOIN workspaces w ON w.n = i.workspace_n LEFT JOIN users u ON u.n = i.created_by_n",
    {
        "id": "i.id",
        "workspace_id": "w.id",
        "token": REDACTED,
        "created_by": "u.id",
        "created_at": "i.created_at",
        "accepted_at": "NULL",
    },
    ("i.n",),
    LIVING,
)
MAGIC_LINKS = Table(
    "auth_magic_links",
    "magic_links l",
    {
        "id": "l.id",
        "token": REDACTED,
        "token_hash": REDACTED,
        **same("email", "display_name", "created_at", "expires_at", "used_at", of="l"),
    },
    ("l.n",),
)
SESSIONS = Table(
    "sessions",
    "credentials s JOIN users u ON u.n = s.user_n",
    {
        "id": "s.id",
        "token": REDACTED,
        "token_hash": REDACTED,
        "user_id": "u.id",
        **same("created_at", "expires_at", "revoked_at", of="s"),
    },
    ("s.n",),
    "s.kind = 'session'",
)
BOT_TOKENS = Table(
    "bot_tokens",
    "credentials t JOIN users u ON u.n = t.user_n JOIN workspaces w ON w.n = t.workspace_n"
    " LEFT JOIN users c ON c.n = t.created_by_n",
    {
        "id": "t.id",
        "token_hash": REDACTED,
        "bot_user_id": "u.id",
        "workspace_id": "w.id",
        "owner_user_id": "u.owner_id",
        "name": "t.name",
        "scopes_json": "t.scopes",
        "created_by": "c.id",
        "setup_nonce": REDACTED,
        **same("created_at", "last_used_at", "revoked_at", of="t"),
    },
    ("t.n",),
    f"t.kind = 'bot_token' AND {LIVING}",
)

TABLES = (
    USERS,
    NOTIFICATION_SETTINGS,
    IDENTITIES,
    WORKSPACES,
    MEMBERS,
    INVITATIONS,
    MAGIC_LINKS,
    SESSIONS,
    BOT_TOKENS,
)
