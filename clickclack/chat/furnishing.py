"""The channels that the server itself makes: in a workspace of its own from the start, and for the first guest."""

from clickclack.chat.access import GUEST_CHANNEL
from clickclack.chat.channels import ChannelFields, found_channel
from clickclack.identity.permissions import GUEST
from clickclack.identity.workspace_records import Workspace
from clickclack.identity.workspaces import GUESTS_SLUG
from clickclack.kernel.transaction import Tx


def furnish(tx: Tx, workspace: Workspace) -> None:
    """Makes the channel `general`, and in the workspace of the guests the one that they see."""
    found_channel(tx, workspace.n, ChannelFields(name="general"))
    if workspace.slug == GUESTS_SLUG:
        found_channel(tx, workspace.n, ChannelFields(name=GUEST_CHANNEL))


def make_room_for(tx: Tx, workspace: Workspace, role_n: int | None) -> None:
    """Makes the channel that guests see before there is the first, and emits `channel.created`; nothing for others."""
    if role_n != GUEST:
        return
    if tx.value("SELECT 1 FROM channels WHERE workspace_n = ? AND name = ?", workspace.n, GUEST_CHANNEL) is None:
        channel = found_channel(tx, workspace.n, ChannelFields(name=GUEST_CHANNEL))
        data = {"workspace_id": workspace.id, "channel_id": channel.id}
        tx.emit("channel.created", workspace.n, data, place=channel.n)
