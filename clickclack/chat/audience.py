"""Who may see what, in memory, for the live hub: members and their rights, channels, and who is in which.

Filled from the database when the first reader of a workspace connects, kept by the same events that everybody reads.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from clickclack.chat.access import DIRECT, sees
from clickclack.identity.permissions import Permission, permissions_of
from clickclack.kernel.database import Database
from clickclack.kernel.events import Event
from clickclack.kernel.transaction import Tx

_OPENED = "direct_conversation.created"
_CHANNEL_CHANGED = frozenset({"channel.created", "channel.updated"})
_MEMBERS_CHANGED = frozenset({"member.added", "member.changed", "member.removed"})
_DELETED = "workspace.deleted"
_CHANGING = _CHANNEL_CHANGED | _MEMBERS_CHANGED | {_DELETED}

_Channel = tuple[int, str, str]
"""A channel's row number, its name and its kind."""


@dataclass(slots=True)
class _Workspace:
    """Permissions by member, name and kind by channel, and the channels that are not public by who is in them."""

    members: dict[int, frozenset[Permission]]
    channels: dict[int, tuple[str, str]]
    joined: dict[int, set[int]]

    def sees(self, user_n: int, channel_n: int | None) -> bool:
        permissions = self.members.get(user_n)
        if permissions is None or channel_n is None:
            return permissions is not None
        channel = self.channels.get(channel_n)
        return channel is not None and sees(permissions, *channel, joined=channel_n in self.joined.get(user_n, ()))

    def put_channel(self, channel: _Channel, user_ns: Iterable[int]) -> None:
        """Takes in a channel as it is now, with all who are in it."""
        n, name, kind = channel
        self.channels[n] = name, kind
        for joined in self.joined.values():
            joined.discard(n)
        self.join(n, user_ns)

    def join(self, channel_n: int, user_ns: Iterable[int]) -> None:
        for user_n in user_ns:
            self.joined.setdefault(user_n, set()).add(channel_n)

    def put_member(self, user_n: int, permissions: frozenset[Permission] | None, joined: set[int]) -> None:
        """Takes in a member as they are now; None for who is a member no more."""
        self.members.pop(user_n, None)
        self.joined[user_n] = joined
        if permissions is not None:
            self.members[user_n] = permissions


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
        return workspace is not None and workspace.sees(user_n, event.place)

    async def prepare(self, event: Event) -> bool:
        """Takes in what the event changes of who sees what in a known workspace, and says whether it changes that.

        Only the channel or the members that it is about are read. Until they are, nobody sees anything: a reading that
        fails must not leave the old rights in force.
        """
        if event.type == _OPENED:
            self._open(event)
        if event.type not in _CHANGING:
            return False
        self._versions[event.stream] = self._versions.get(event.stream, 0) + 1
        known = self._workspaces.pop(event.stream, None)
        if known is None or event.type == _DELETED:
            return known is not None
        version = self._version(event.stream)
        await self._take_in(known, event)
        if version == self._version(event.stream):
            self._workspaces.setdefault(event.stream, known)
        return True

    async def _take_in(self, known: _Workspace, event: Event) -> None:
        if event.type in _CHANNEL_CHANGED:
            channel, user_ns = await self._db.read(_channel, event.data["channel_id"])
            if channel is not None:
                known.put_channel(channel, user_ns)
            return
        user_ns = event.data.get("user_ns") or [event.data["user_n"]]
        for user_n, permissions, joined in await self._db.read(_members, event.stream, user_ns):
            known.put_member(user_n, permissions, joined)

    def _open(self, event: Event) -> None:
        """Adds a new direct conversation, of which the event says all."""
        self._versions[event.stream] = self._versions.get(event.stream, 0) + 1
        workspace = self._workspaces.get(event.stream)
        if workspace is not None:
            channel_n: int = event.data["channel_n"]
            workspace.channels[channel_n] = "", DIRECT
            workspace.join(channel_n, event.data["user_ns"])

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
    joined: dict[int, set[int]] = {}
    for channel_n, user_n in tx.all(
        "SELECT j.channel_n, j.user_n FROM channel_members j JOIN channels c ON c.n = j.channel_n"
        " WHERE c.workspace_n = ?",
        workspace_n,
    ):
        joined.setdefault(user_n, set()).add(channel_n)
    return _Workspace(
        {user_n: granted[role_n] for user_n, role_n in members},
        {n: (name, kind) for n, name, kind in channels},
        joined,
    )


def _channel(tx: Tx, channel_id: str) -> tuple[_Channel | None, list[int]]:
    row = tx.one("SELECT n, name, kind FROM channels WHERE id = ?", channel_id)
    if row is None:
        return None, []
    n, name, kind = row
    return (n, name, kind), [
        user_n for (user_n,) in tx.all("SELECT user_n FROM channel_members WHERE channel_n = ?", n)
    ]


def _members(tx: Tx, workspace_n: int, user_ns: list[int]) -> list[tuple[int, frozenset[Permission] | None, set[int]]]:
    found: list[tuple[int, frozenset[Permission] | None, set[int]]] = []
    for user_n in user_ns:
        role_n = tx.value("SELECT role_n FROM memberships WHERE workspace_n = ? AND user_n = ?", workspace_n, user_n)
        joined = tx.all(
            "SELECT j.channel_n FROM channel_members j CROSS JOIN channels c ON c.n = j.channel_n"
            " WHERE j.user_n = ? AND c.workspace_n = ?",
            user_n,
            workspace_n,
        )
        permissions = None if role_n is None else permissions_of(tx, role_n)
        found.append((user_n, permissions, {n for (n,) in joined}))
    return found
