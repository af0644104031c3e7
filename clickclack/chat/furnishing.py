"""What a workspace that the server itself makes has in it from the start."""

from clickclack.chat.access import GUEST_CHANNEL
from clickclack.chat.channels import ChannelFields, found_channel
from clickclack.identity.workspace_records import Workspace
from clickclack.identity.workspaces import GUESTS_SLUG
from clickclack.kernel.transaction import Tx


def furnish(tx: Tx, workspace: Workspace) -> None:
    """Makes the channel `general`, and in the workspace of the guests the one that they see."""
    found_channel(tx, workspace.n, ChannelFields(name="general"))
    if workspace.slug == GUESTS_SLUG:
        found_channel(tx, workspace.n, ChannelFields(name=GUEST_CHANNEL))
