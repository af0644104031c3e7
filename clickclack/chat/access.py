"""Who may use which channel: the look-up is the authorisation, and lists and single look-ups share one rule."""

from dataclasses import dataclass

from clickclack.identity.access import refuse_other_workspace
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission, permissions_of
from clickclack.identity.users import USER_COLUMNS, User, user_of
from clickclack.kernel.errors import Forbidden, NotFound
from clickclack.kernel.transaction import Tx

GUEST_CHANNEL = "guest"


@dataclass(frozen=True, slots=True)
class Place:
    """A channel as one member, `reader`, may use it. `last_seq` is its newest root message."""

    channel_n: int
    channel_id: str
    channel_name: str
    kind: str
    last_seq: int
    workspace_n: int
    workspace_id: str
    permissions: frozenset[Permission]
    reader: User

    def require(self, permission: Permission) -> None:
        """Raises Forbidden when the member's role does not grant `permission`."""
        if permission not in self.permissions:
            raise Forbidden(f"your role does not allow {permission}")


_PLACE = (
    "SELECT c.n, c.id, c.name, c.kind, c.last_seq, w.n, w.id, m.role_n, "
    + ", ".join(f"u.{column}" for column in USER_COLUMNS)
    + " FROM channels c JOIN workspaces w ON w.n = c.workspace_n"
    " JOIN memberships m ON m.workspace_n = c.workspace_n AND m.user_n = ?"
    " JOIN users u ON u.n = m.user_n WHERE c.id = ?"
)


def sees(permissions: frozenset[Permission], channel_name: str) -> bool:
    """The one rule: all channels with `channels:read`, else the guest channel alone (contract chat 10)."""
    return Permission.CHANNELS_READ in permissions or channel_name == GUEST_CHANNEL


def place_of(tx: Tx, actor: Actor, channel_id: str) -> Place:
    """The channel, or NotFound when it is not there or not to be seen by the actor."""
    row = tx.one(_PLACE, actor.user_n, channel_id)
    if row is None:
        raise NotFound("channel not found")
    refuse_other_workspace(actor, row[5])
    permissions = permissions_of(tx, row[7])
    if not sees(permissions, row[2]):
        raise NotFound("channel not found")
    channel_n, identifier, name, kind, last_seq, workspace_n, workspace_id = row[:7]
    reader = user_of(row[8:])
    return Place(channel_n, identifier, name, kind, last_seq, workspace_n, workspace_id, permissions, reader)
