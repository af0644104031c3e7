"""Who may see what, in memory, for the live hub: members and their rights, channels, and who is in which.

Filled from the database when the first reader of a workspace connects, kept by the same events that everybody reads.
"""

from dataclasses import dataclass

from clickclack.chat.access import DIRECT, sees
from clickclack.identity.permissions import Permission, permissions_of
from clickclack.kernel.database import Database
from clickclack.kernel.events import Event
from clickclack.kernel.transaction import Tx


@dataclass(slots=True)
class _Workspace:
    """`channels` tells name and kind by row number, `joined` the pairs of channel and member of what is not public."""

    members: dict[int, frozenset[Permission]]
    channels: dict[int, tuple[str, str]]
    joined: set[tuple[int, int]]


_OPENED = "direct_conversation.created"
_RENEWING = frozenset(
    {
        "channel.created",
        "channel.updated",
        "member.added",
        "member.changed",
        "member.removed",
        "workspace.deleted",
    }
)


class ChatAudience:
    """Answers `may_see` for the hub. A workspace is known once `load` has read it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._workspaces: dict[int, _Workspace] = {}
        self._versions: dict[int, int] = {}
        self._forgotten = 0

    def may_see(self, user_n: int, event: Event) -> bool:
        """Whether this member may see the event now; False for a workspace that is not known."""
        workspace = self._workspaces.get(event.stream)
        permissions = workspace.members.get(user_n) if workspace else None
        if workspace is None or permissions is None:
            return False
        if event.place is None:
            return True
        channel = workspace.channels.get(event.place)
        return channel is not None and sees(permissions, *channel, joined=(event.place, user_n) in workspace.joined)

    async def prepare(self, event: Event) -> bool:
        """Reads a known workspace anew when the event changes who sees what, and says whether it did.

        Until that is read nobody sees anything: a reading that fails must not leave the old rights in force.
        """
        if event.type == _OPENED:
            self._open(event)
        if event.type not in _RENEWING:
            return False
        self._versions[event.stream] = self._versions.get(event.stream, 0) + 1
        if self._workspaces.pop(event.stream, None) is None:
            return False
        await self.load(event.stream)
        return True

    def _open(self, event: Event) -> None:
        """Adds a new direct conversation: there are too many of them to read everything anew for each."""
        self._versions[event.stream] = self._versions.get(event.stream, 0) + 1
        workspace = self._workspaces.get(event.stream)
        if workspace is not None:
            channel_n: int = event.data["channel_n"]
            workspace.channels[channel_n] = "", DIRECT
            workspace.joined.update((channel_n, user_n) for user_n in event.data["user_ns"])

    def forget_all(self) -> None:
        """Knows no workspace any more, nor takes one that is being read now."""
        self._forgotten += 1
        self._workspaces.clear()

    async def load(self, workspace_n: int) -> None:
        """Reads the workspace unless it is known; once more when it changed while it was being read."""
        while workspace_n not in self._workspaces:
            version = self._version(workspace_n)
            loaded = await self._db.read(_load, workspace_n)
            if version == self._version(workspace_n):
                self._workspaces[workspace_n] = loaded

    def _version(self, workspace_n: int) -> tuple[int, int]:
        return self._forgotten, self._versions.get(workspace_n, 0)


def _load(tx: Tx, workspace_n: int) -> _Workspace:
    members = tx.all("SELECT user_n, role_n FROM memberships WHERE workspace_n = ?", workspace_n)
    granted = {role_n: permissions_of(tx, role_n) for role_n in {row[1] for row in members}}
    channels = tx.all("SELECT n, name, kind FROM channels WHERE workspace_n = ?", workspace_n)
    joined = tx.all(
        "SELECT j.channel_n, j.user_n FROM channel_members j JOIN channels c ON c.n = j.channel_n"
        " WHERE c.workspace_n = ?",
        workspace_n,
    )
    return _Workspace(
        {user_n: granted[role_n] for user_n, role_n in members},
        {n: (name, kind) for n, name, kind in channels},
        set(joined),
    )
