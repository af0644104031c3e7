"""Every permission, declared once, and the built-in roles as sets of them (design section 6, contract chat 10)."""

from enum import StrEnum

from clickclack.kernel.transaction import Tx


class Permission(StrEnum):
    """`resource:action`, alphabetical; the description is what an administrator reads."""

    description: str

    def __new__(cls, value: str, description: str) -> "Permission":
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member

    BOTS_CREATE_OWN = "bots:create_own", "Create bots of one's own"
    BOTS_CREATE_SERVICE = "bots:create_service", "Create bots of the workspace"
    BOTS_MANAGE = "bots:manage", "Take bots out of the workspace; end, renew and delete those that belong to it"
    CHANNELS_CREATE = "channels:create", "Create channels"
    CHANNELS_READ = "channels:read", "See every channel of the workspace, not the guest channel alone"
    CHANNELS_UPDATE = "channels:update", "Rename, describe and archive channels"
    DIRECT_MESSAGES_WRITE = "direct_messages:write", "Start direct conversations and write in them"
    INTEGRATIONS_MANAGE = "integrations:manage", "Install apps, register commands and webhooks, and say where they call"
    MEMBERS_ADD = "members:add", "Add members, invite people and take invitations back"
    MEMBERS_MODERATE = "members:moderate", "Approve, time out and block members, and change their roles"
    MEMBERS_PROMOTE = "members:promote", "Add members as moderators"
    MEMBERS_READ = "members:read", "See who belongs to the workspace"
    MESSAGES_DELETE_ANY = "messages:delete_any", "Delete what others have written"
    MESSAGES_POST = "messages:post", "Post, reply, edit and delete one's own messages, and signal typing"
    PINS_WRITE = "pins:write", "Pin and unpin messages"
    REACTIONS_WRITE = "reactions:write", "React to messages"
    TOPICS_CREATE = "topics:create", "Create topics"
    UPLOADS_CREATE = "uploads:create", "Upload files"
    WORKSPACE_DELETE = "workspace:delete", "Delete the workspace and all that is in it"
    WORKSPACE_TRANSFER = "workspace:transfer", "Hand the workspace over to another member"
    WORKSPACE_UPDATE = "workspace:update", "Change the workspace's name, address and icon"


P = Permission
_GUEST = frozenset(
    {P.MEMBERS_READ, P.MESSAGES_POST, P.PINS_WRITE, P.REACTIONS_WRITE, P.TOPICS_CREATE, P.UPLOADS_CREATE}
)
_BOT = _GUEST | {P.CHANNELS_CREATE, P.CHANNELS_READ, P.CHANNELS_UPDATE, P.DIRECT_MESSAGES_WRITE}
_MEMBER = _GUEST | {P.BOTS_CREATE_OWN, P.CHANNELS_CREATE, P.CHANNELS_READ, P.DIRECT_MESSAGES_WRITE}
_MODERATOR = _MEMBER | {
    P.BOTS_CREATE_SERVICE,
    P.BOTS_MANAGE,
    P.CHANNELS_UPDATE,
    P.INTEGRATIONS_MANAGE,
    P.MEMBERS_ADD,
    P.MEMBERS_MODERATE,
    P.WORKSPACE_UPDATE,
}

OWNER, ADMIN, MODERATOR, MEMBER, GUEST, BOT = range(1, 7)
"""The row numbers of the built-in roles; custom roles come after."""

BUILT_IN: dict[int, frozenset[Permission]] = {
    OWNER: frozenset(Permission),
    ADMIN: frozenset(_MODERATOR),
    MODERATOR: frozenset(_MODERATOR),
    MEMBER: frozenset(_MEMBER),
    GUEST: _GUEST,
    BOT: frozenset(_BOT),
}


def permissions_of(tx: Tx, role_n: int) -> frozenset[Permission]:
    """What a role grants: the code says so for built-in roles, rows for custom ones; unknown names grant nothing."""
    built_in = BUILT_IN.get(role_n)
    if built_in is not None:
        return built_in
    rows = tx.all("SELECT permission FROM role_permissions WHERE role_n = ?", role_n)
    known = set(Permission)
    return frozenset(Permission(name) for (name,) in rows if name in known)
