"""How a member stands: what the role grants, less what a block or a time-out takes away (contract chat 6.10)."""

from dataclasses import dataclass

from clickclack.identity.permissions import GUEST, Permission, permissions_of
from clickclack.kernel.clock import to_rfc3339
from clickclack.kernel.errors import Forbidden
from clickclack.kernel.transaction import Tx

STANDING_COLUMNS = "m.role_n, mo.blocked_at, mo.timeout_until"
STANDING_JOIN = "LEFT JOIN moderations mo ON mo.membership_n = m.n"
"""What `standing_of` needs, from `memberships m`."""

_KEPT = frozenset(
    {
        Permission.BOTS_CREATE_OWN,
        Permission.BOTS_CREATE_SERVICE,
        Permission.BOTS_MANAGE,
        Permission.CHANNELS_READ,
        Permission.INTEGRATIONS_MANAGE,
        Permission.MEMBERS_READ,
        Permission.WORKSPACE_DELETE,
        Permission.WORKSPACE_TRANSFER,
    }
)
_RESTRICTED = "moderation restriction"


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's role and rights now; `refusal` says why some are missing, empty when the role alone decides."""

    role_n: int
    permissions: frozenset[Permission]
    refusal: str

    def require(self, permission: Permission, refusal: str = "") -> None:
        """Raises Forbidden when the member may not; a block or time-out is told before the role's own `refusal`.

        Not for what neither takes away: there the role alone decides.
        """
        if permission not in self.permissions:
            restriction = "" if permission in _KEPT else self.refusal
            raise Forbidden(restriction or refusal or f"your role does not allow {permission}")


def standing_of(tx: Tx, role_n: int, blocked_at: int | None, timeout_until: int | None) -> Standing:
    """The standing that the columns of STANDING_COLUMNS tell."""
    granted = permissions_of(tx, role_n)
    if blocked_at is not None:
        return Standing(role_n, granted & _KEPT, f"{_RESTRICTED}: member is blocked")
    if timeout_until is not None and timeout_until > tx.now:
        until = to_rfc3339(timeout_until)
        return Standing(role_n, granted & _KEPT, f"{_RESTRICTED}: member is timed out until {until}")
    return Standing(role_n, granted, _RESTRICTED if role_n == GUEST else "")
