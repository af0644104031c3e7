"""Channels: create, list with unread counts, update, archive (contract chat 3.6, 4.6)."""

from dataclasses import dataclass

from clickclack.chat.access import GUEST_CHANNEL, PRIVATE, PUBLIC, Place, channel_place, sees
from clickclack.chat.channel_members import enter
from clickclack.chat.channel_records import CHANNEL_COLUMNS, COUNTERS, Channel, channel_by_n, channel_of
from clickclack.chat.route_ids import new_channel_route
from clickclack.identity.access import workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.names import on_one_line, slug
from clickclack.identity.permissions import ADMIN, GUEST, MODERATOR, OWNER, Permission
from clickclack.kernel.errors import Forbidden, Invalid
from clickclack.kernel.events import Event
from clickclack.kernel.ids import new_id
from clickclack.kernel.transaction import Tx

TITLE_LIMIT = 200
KINDS = (PUBLIC, PRIVATE)
MANAGING = (OWNER, ADMIN, MODERATOR)
LENGTHS = {"name": 200, "external_ref": 1000, "external_url": 2000, "sidebar_section": 200}


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


def list_channels(tx: Tx, actor: Actor, workspace_id: str) -> list[Channel]:
    """Every channel of the workspace that the actor may see, by name, archived ones too, with the actor's counters."""
    membership = workspace_of(tx, actor, workspace_id)
    rows = tx.all(
        f"SELECT {CHANNEL_COLUMNS}, {COUNTERS}, j.user_n IS NOT NULL FROM channels c"
        " JOIN workspaces w ON w.n = c.workspace_n"
        " LEFT JOIN channel_reads r ON r.channel_n = c.n AND r.user_n = ?"
        " LEFT JOIN channel_members j ON j.channel_n = c.n AND j.user_n = ?"
        " WHERE c.workspace_n = ? AND c.kind IN (?, ?) ORDER BY c.name",
        *(actor.user_n, actor.user_n, membership.workspace.n, PUBLIC, PRIVATE),
    )
    listed = [(channel_of(row[:-1]), bool(row[-1])) for row in rows]
    return [c for c, joined in listed if sees(membership.permissions, c.name, c.kind, joined=joined)]


def create(tx: Tx, actor: Actor, workspace_id: str, fields: ChannelFields) -> ChannelChange:
    """Makes a channel; emits `channel.created`. Invalid for a reserved or taken name, Forbidden for who may not."""
    membership = workspace_of(tx, actor, workspace_id)
    membership.require(Permission.CHANNELS_CREATE)
    if slug(fields.name or "") == GUEST_CHANNEL:
        raise Invalid("guest channel name is reserved")
    channel = found_channel(tx, membership.workspace.n, fields)
    if channel.kind == PRIVATE:
        enter(tx, channel.n, membership.workspace.n, actor.user_n)
    data = {"workspace_id": workspace_id, "channel_id": channel.id}
    return ChannelChange(channel, tx.emit("channel.created", membership.workspace.n, data, place=channel.n))


def found_channel(tx: Tx, workspace_n: int, fields: ChannelFields) -> Channel:
    """Writes a channel row without asking anybody, for a workspace that is being set up."""
    _refuse_long(fields)
    name = slug(fields.name or "") or "general"
    _refuse_taken(tx, workspace_n, name)
    n: int = tx.value(
        "INSERT INTO channels (id, route_id, workspace_n, kind, name, display_title, external_managed, external_ref,"
        " external_url, sidebar_section, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING n",
        new_id("chn"),
        new_channel_route(tx, workspace_n),
        workspace_n,
        _kind(fields.kind or PUBLIC),
        name,
        _title(fields.display_title or ""),
        int(fields.external_managed or False),
        fields.external_ref or None,
        fields.external_url or None,
        fields.sidebar_section or None,
        tx.now,
    )
    return channel_by_n(tx, n)


def update(tx: Tx, actor: Actor, channel_id: str, fields: ChannelFields) -> ChannelChange:
    """Changes the fields that are given; emits `channel.updated` even when nothing is different."""
    place = channel_place(tx, actor, channel_id)
    place.require(Permission.CHANNELS_UPDATE)
    if fields.kind not in (None, "", place.kind) and actor.kind == "bot":
        raise Forbidden("bots cannot change who sees a channel")
    changes = _changes(tx, place, fields)
    if changes:
        assignments = ", ".join(f"{column} = ?" for column in changes)
        tx.run(f"UPDATE channels SET {assignments} WHERE n = ?", *changes.values(), place.channel_n)
    channel = channel_by_n(tx, place.channel_n)
    facts = {"archived": channel.archived_at is not None}
    if channel.kind != place.kind:
        _open_or_close(tx, place, channel.kind, facts)
    return ChannelChange(channel, place.emit(tx, "channel.updated", facts))


def _open_or_close(tx: Tx, place: Place, kind: str, facts: dict[str, bool]) -> None:
    """A channel that becomes private keeps the actor and those who manage the workspace; a public one has no list.

    Those who see a channel no more get an event of their own: it is the last they hear of it.
    """
    if kind == PUBLIC:
        tx.run("DELETE FROM channel_members WHERE channel_n = ?", place.channel_n)
        return
    members = tx.all("SELECT user_n, role_n FROM memberships WHERE workspace_n = ?", place.workspace_n)
    staying = {n for n, role_n in members if role_n in MANAGING} | {place.reader.n}
    for user_n in sorted(staying):
        enter(tx, place.channel_n, place.workspace_n, user_n)
    left = [n for n, role_n in members if n not in staying and role_n != GUEST]
    tx.emit("channel.updated", place.workspace_n, {**place.facts(), **facts}, recipients=left)


def _changes(tx: Tx, place: Place, fields: ChannelFields) -> dict[str, str | int | None]:
    _refuse_long(fields)
    changes: dict[str, str | int | None] = {}
    name = slug(fields.name) if fields.name else ""
    if name and name != place.channel_name:
        if GUEST_CHANNEL in (name, place.channel_name):
            raise Invalid("guest channel name is reserved")
        _refuse_taken(tx, place.workspace_n, name)
        changes["name"] = name
    if fields.kind:
        changes["kind"] = _kind(fields.kind)
        if place.channel_name == GUEST_CHANNEL and fields.kind != PUBLIC:
            raise Invalid("the guest channel is public")
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


def _refuse_long(fields: ChannelFields) -> None:
    for name, limit in LENGTHS.items():
        if len(getattr(fields, name) or "") > limit:
            raise Invalid(f"{name} is too long (maximum {limit} characters)")


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise Invalid("channel kind must be public or private")
    return kind


def _title(title: str) -> str | None:
    return on_one_line(title).strip()[:TITLE_LIMIT].strip() or None
