"""Identity's records in the words of the chat surface (contract chat 4.1 to 4.5)."""

from typing import Any

from clickclack.api.chat.render import Json, given, user
from clickclack.identity.credentials import Credential, Issued
from clickclack.identity.invitations import Invitation
from clickclack.identity.magic_links import MagicLink
from clickclack.identity.members import MemberPage
from clickclack.identity.permissions import ADMIN, BOT, GUEST, MEMBER, MODERATOR, OWNER
from clickclack.identity.profile import Profile
from clickclack.identity.users import User
from clickclack.identity.workspace_records import Workspace
from clickclack.kernel.clock import to_rfc3339

WIRE_NAMES: dict[int, str] = {
    OWNER: "owner",
    ADMIN: "moderator",
    MODERATOR: "moderator",
    MEMBER: "member",
    BOT: "bot",
    GUEST: "guest",
}
"""Chat clients know five roles; admins are moderators to them."""

DIRECTORY = ("owner", "moderator", "member", "bot", "guest")
"""The roles by their rank in the member directory."""


def wire_name(role_n: int) -> str:
    """How a role is called on the wire; custom roles are members there."""
    return WIRE_NAMES.get(role_n, "member")


def workspace(record: Workspace, role_n: int) -> Json:
    """A workspace with the caller's role in it."""
    return {
        "id": record.id,
        "route_id": record.route_id,
        "name": record.name,
        "slug": record.slug,
        "icon_url": record.icon_url,
        "created_at": to_rfc3339(record.created_at),
        "role": wire_name(role_n),
    }


def member_page(record: MemberPage) -> Json:
    rendered: Json = {
        "members": [
            {
                "workspace_id": member.workspace_id,
                "user": user(member.user),
                "role": wire_name(member.role_n),
                "joined_at": to_rfc3339(member.joined_at),
            }
            for member in record.members
        ],
        "has_more": record.next_cursor is not None,
        **given(next_cursor=record.next_cursor),
    }
    if record.total is not None:
        rendered["total_count"] = record.total
    if record.total_by_rank is not None:
        rendered["total_by_role"] = dict(zip(DIRECTORY, record.total_by_rank, strict=True))
    return rendered


def profile(record: Profile) -> Json:
    """One's own user object, with the settings that nobody else sees."""
    rendered = user(record.user)
    if record.notifications is not None:
        rendered["notification_settings"] = {
            "pushover_enabled": record.notifications.pushover_enabled,
            "pushover_user_key": record.notifications.pushover_user_key,
        }
    if record.appearance is not None:
        rendered["appearance_preferences"] = record.appearance
    return rendered


def sign_in(who: User, issued: Issued) -> dict[str, Any]:
    """The answer to signing in: the only place where a session's secret is shown."""
    credential = issued.credential
    session = {
        "id": credential.id,
        "token": issued.secret,
        "user_id": who.id,
        "created_at": to_rfc3339(credential.created_at),
        "expires_at": to_rfc3339(credential.expires_at or 0),
    }
    return {"user": user(who), "session": session, "token": issued.secret}


def session(record: Credential, current: bool) -> Json:
    """A session in a list, without its secret."""
    return {
        "id": record.id,
        "device": record.name,
        "created_at": to_rfc3339(record.created_at),
        "expires_at": to_rfc3339(record.expires_at or 0),
        "current": current,
        **given(last_used_at=record.last_used_at and to_rfc3339(record.last_used_at)),
    }


def magic_link(record: MagicLink) -> Json:
    return {
        "id": record.id,
        "email": record.email,
        "display_name": record.display_name,
        "created_at": to_rfc3339(record.created_at),
        "expires_at": to_rfc3339(record.expires_at),
    }


def invitation(record: Invitation, now: int) -> Json:
    """An invitation as those who manage the workspace see it, without its token."""
    return {
        "id": record.id,
        "workspace_id": record.workspace.id,
        "role": wire_name(record.role_n),
        **given(email=record.email),
        "state": record.state(now),
        "max_uses": record.max_uses,
        "uses": record.uses,
        "created_at": to_rfc3339(record.created_at),
        "expires_at": to_rfc3339(record.expires_at),
    }


def invitation_preview(record: Invitation, inviter: str) -> Json:
    """What whoever has the token may see before accepting."""
    return {
        "workspace": {
            "id": record.workspace.id,
            "name": record.workspace.name,
            "icon_url": record.workspace.icon_url,
        },
        "inviter": {"display_name": inviter},
        "role": wire_name(record.role_n),
        "for_address": bool(record.email),
        "expires_at": to_rfc3339(record.expires_at),
    }
