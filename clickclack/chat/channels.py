"""Channels: create, list with unread counts, update, archive (contract chat 3.6, 4.6)."""

from dataclasses import dataclass
from typing import Any

from clickclack.chat.access import GUEST_CHANNEL, place_of, sees
from clickclack.chat.route_ids import new_channel_route
from clickclack.identity.access import workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.names import slug
from clickclack.identity.permissions import Permission
from clickclack.kernel.errors import Invalid
from clickclack.kernel.events import Event
from clickclack.kernel.ids import new_id
from clickclack.kernel.transaction import Tx

TITLE_LIMIT = 200
KINDS = frozenset({"public"})


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel. The counters are the reader's in a list and 0 elsewhere."""

    n: int
    id: str
    route_id: str
    workspace_id: str
    name: str
    kind: str
    display_title: str | None
    external_managed: bool
    external_ref: str | None
    external_url: str | None
    sidebar_section: str | None
    created_at: int
    archived_at: int | None
    last_seq: int = 0
    last_read_seq: int = 0
    unread_count: int = 0


@dataclass(frozen=True, slots=True)
class ChannelFields:
    """What a client may set; None leaves a field as it is, the empty text clears it where it can be empty."""

    name: str | None = None
    display_title: str | None = None
    kind: str | None = None
    archived: bool | None = None
    external_managed: bool | None = None
    external_ref: str | None = None
    external_url: str | None = None
    sidebar_section: str | None = None


@dataclass(frozen=True, slots=True)
class ChannelChange:
    """A channel as it is after a change, and the event."""

    channel: Channel
    event: Event


_COLUMNS = (
    "c.n, c.id, c.route_id, w.id, c.name, c.kind, c.display_title, c.external_managed, c.external_ref, c.external_url,"
    " c.sidebar_section, c.created_at, c.archived_at"
)
_MANAGED = 7
_COUNTERS = (
    "c.last_seq, COALESCE(r.last_read_seq, 0),"
    " (c.message_count - COALESCE(r.read_ordinal, 0)) - (COALESCE(r.posted, 0) - COALESCE(r.own_ordinal, 0))"
)


def _channel_of(row: tuple[Any, ...]) -> Channel:
    values: list[Any] = list(row)
    values[_MANAGED] = bool(values[_MANAGED])
    return Channel(*values)


def list_channels(tx: Tx, actor: Actor, workspace_id: str) -> list[Channel]:
    """Every channel of the workspace that the actor may see, by name, archived ones too, with the actor's counters."""
    membership = workspace_of(tx, actor, workspace_id)
    rows = tx.all(
        f"SELECT {_COLUMNS}, {_COUNTERS} FROM channels c JOIN workspaces w ON w.n = c.workspace_n"
        " LEFT JOIN channel_reads r ON r.channel_n = c.n AND r.user_n = ? WHERE c.workspace_n = ? ORDER BY c.name",
        actor.user_n,
        membership.workspace.n,
    )
    channels = [_channel_of(row) for row in rows]
    return [channel for channel in channels if sees(membership.permissions, channel.name)]


def create(tx: Tx, actor: Actor, workspace_id: str, fields: ChannelFields) -> ChannelChange:
    """Makes a channel; emits `channel.created`. Invalid for a reserved or taken name, Forbidden for who may not."""
    membership = workspace_of(tx, actor, workspace_id)
    membership.require(Permission.CHANNELS_CREATE)
    channel = found_channel(tx, membership.workspace.n, fields)
    data = {"workspace_id": workspace_id, "channel_id": channel.id}
    return ChannelChange(channel, tx.emit("channel.created", membership.workspace.n, data, topic=channel.n))


def found_channel(tx: Tx, workspace_n: int, fields: ChannelFields) -> Channel:
    """Writes a channel row without asking anybody, for a workspace that is being set up."""
    name = slug(fields.name or "") or "general"
    if name == GUEST_CHANNEL:
        raise Invalid("guest channel name is reserved")
    _refuse_taken(tx, workspace_n, name)
    n: int = tx.value(
        "INSERT INTO channels (id, route_id, workspace_n, kind, name, display_title, external_managed, external_ref,"
        " external_url, sidebar_section, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING n",
        new_id("chn"),
        new_channel_route(tx, workspace_n),
        workspace_n,
        _kind(fields.kind or "public"),
        name,
        _title(fields.display_title or ""),
        int(fields.external_managed or False),
        fields.external_ref or None,
        fields.external_url or None,
        fields.sidebar_section or None,
        tx.now,
    )
    return _by_n(tx, n)


def update(tx: Tx, actor: Actor, channel_id: str, fields: ChannelFields) -> ChannelChange:
    """Changes the fields that are given; emits `channel.updated` even when nothing is different."""
    place = place_of(tx, actor, channel_id)
    place.require(Permission.CHANNELS_UPDATE)
    changes = _changes(tx, place.workspace_n, place.channel_name, fields)
    if changes:
        assignments = ", ".join(f"{column} = ?" for column in changes)
        tx.run(f"UPDATE channels SET {assignments} WHERE n = ?", *changes.values(), place.channel_n)
    channel = _by_n(tx, place.channel_n)
    data = {
        "workspace_id": place.workspace_id,
        "channel_id": channel.id,
        "archived": channel.archived_at is not None,
    }
    return ChannelChange(channel, tx.emit("channel.updated", place.workspace_n, data, topic=channel.n))


def _changes(tx: Tx, workspace_n: int, current_name: str, fields: ChannelFields) -> dict[str, str | int | None]:
    changes: dict[str, str | int | None] = {}
    name = slug(fields.name) if fields.name else ""
    if name and name != current_name:
        if GUEST_CHANNEL in (name, current_name):
            raise Invalid("guest channel name is reserved")
        _refuse_taken(tx, workspace_n, name)
        changes["name"] = name
    if fields.kind:
        changes["kind"] = _kind(fields.kind)
    if fields.display_title is not None:
        changes["display_title"] = _title(fields.display_title)
    if fields.archived is not None:
        changes["archived_at"] = tx.now if fields.archived else None
    if fields.external_managed is not None:
        changes["external_managed"] = int(fields.external_managed)
    for column in ("external_ref", "external_url", "sidebar_section"):
        given: str | None = getattr(fields, column)
        if given is not None:
            changes[column] = given or None
    return changes


def _refuse_taken(tx: Tx, workspace_n: int, name: str) -> None:
    if tx.value("SELECT 1 FROM channels WHERE workspace_n = ? AND name = ?", workspace_n, name):
        raise Invalid(f"channel name must be unique in its workspace: {name} is taken")


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise Invalid("channel kind must be public")
    return kind


def _title(title: str) -> str | None:
    return title.strip()[:TITLE_LIMIT].strip() or None


def _by_n(tx: Tx, n: int) -> Channel:
    row = tx.one(f"SELECT {_COLUMNS} FROM channels c JOIN workspaces w ON w.n = c.workspace_n WHERE c.n = ?", n)
    if row is None:
        raise LookupError(f"no channel in row {n}")
    return _channel_of(row)
