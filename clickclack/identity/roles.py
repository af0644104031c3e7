"""Roles as the chat surface spells and orders them (contract chat 4.4, 4.5, 6.10)."""

from clickclack.identity.permissions import ADMIN, BOT, GUEST, MEMBER, MODERATOR, OWNER

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
"""The order of the member directory."""


def wire_name(role_n: int) -> str:
    """How a role is called on the wire; custom roles are members there."""
    return WIRE_NAMES.get(role_n, "member")


def directory_rank(role_n: int) -> int:
    """Where members with this role stand in the directory, from 0."""
    return DIRECTORY.index(wire_name(role_n))
