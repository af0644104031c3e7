"""The order in which a directory lists members, by their roles (contract chat 4.5)."""

from clickclack.identity.permissions import ADMIN, BOT, GUEST, MEMBER, MODERATOR, OWNER

DIRECTORY_RANKS: dict[int, int] = {OWNER: 0, ADMIN: 1, MODERATOR: 1, MEMBER: 2, BOT: 3, GUEST: 4}
"""By role, from 0 to 4: admins stand among the moderators."""

RANKS = range(5)


def directory_rank(role_n: int) -> int:
    """Where members with this role stand in the directory; those with a custom role are among the members."""
    return DIRECTORY_RANKS.get(role_n, DIRECTORY_RANKS[MEMBER])
