"""What a new default workspace has in it from the start."""

from clickclack.chat.channels import ChannelFields, found_channel
from clickclack.identity.workspace_records import Workspace
from clickclack.kernel.transaction import Tx


def furnish(tx: Tx, workspace: Workspace) -> None:
    """Makes the channel `general`."""
    found_channel(tx, workspace.n, ChannelFields(name="general"))
