"""Workspaces: list, create, update, hand over, delete (contract chat 3.4)."""

from dataclasses import dataclass

from clickclack.identity import audit, members
from clickclack.identity.access import Membership, workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.names import slug, workspace_name
from clickclack.identity.permissions import ADMIN, BOT, GUEST, OWNER, Permission
from clickclack.identity.workspace_records import WORKSPACE_COLUMNS, Workspace
from clickclack.kernel import jobs
from clickclack.kernel.errors import Forbidden, Invalid
from clickclack.kernel.events import Event
from clickclack.kernel.ids import new_id, new_route_id
from clickclack.kernel.jobs import NewJob
from clickclack.kernel.transaction import Tx

DEFAULT_SLUG = "clickclack"
GUESTS_SLUG = "guests"
RESERVED = frozenset({DEFAULT_SLUG, GUESTS_SLUG})
ATTEMPTS = 5
MANAGERS_ONLY = "workspace manager permission required"
PURGE = "workspace.purge"
"""The kind of job that empties a deleted workspace."""


@dataclass(frozen=True, slots=True)
class WorkspaceFields:
    """What a client may set; None leaves a field as it is."""

    name: str | None = None
    slug: str | None = None
    icon_url: str | None = None


@dataclass(frozen=True, slots=True)
class WorkspaceRole:
    """A workspace and the caller's role in it."""

    workspace: Workspace
    role_n: int


@dataclass(frozen=True, slots=True)
class WorkspaceChange:
    """A workspace after a change, with the caller's role, and the event."""

    workspace: Workspace
    role_n: int
    event: Event


def list_workspaces(tx: Tx, actor: Actor) -> list[WorkspaceRole]:
    """The actor's workspaces by age; a bound credential sees its own alone."""
    bound, place = ("", ()) if actor.workspace_n is None else (" AND w.n = ?", (actor.workspace_n,))
    rows = tx.all(
        f"SELECT {WORKSPACE_COLUMNS}, m.role_n FROM memberships m JOIN workspaces w ON w.n = m.workspace_n"
        f" WHERE m.user_n = ?{bound} ORDER BY w.created_at, w.n",
        actor.user_n,
        *place,
    )
    return [WorkspaceRole(Workspace(*row[:-1]), row[-1]) for row in rows]


def get(tx: Tx, actor: Actor, workspace_id: str) -> WorkspaceRole:
    """One workspace; NotFound when the actor is not in it."""
    membership = workspace_of(tx, actor, workspace_id)
    return WorkspaceRole(membership.workspace, membership.role_n)


def create(tx: Tx, actor: Actor, fields: WorkspaceFields) -> WorkspaceRole:
    """A new workspace with the actor as owner and no channel; no event.

    The slug is the one asked for, else made of the name, else (no Latin letter or digit in it) the route id.
    Forbidden for people who are guests everywhere they are; Invalid for a reserved or taken slug.
    """
    roles = [row[0] for row in tx.all("SELECT role_n FROM memberships WHERE user_n = ?", actor.user_n)]
    if roles and all(role_n == GUEST for role_n in roles):
        raise Forbidden("moderation restriction")
    name = (fields.name or "").strip() or "Untitled"
    wanted = slug(fields.slug or "") or slug(name)
    if wanted in RESERVED:
        raise Invalid("workspace slug is reserved")
    workspace = found(tx, name, wanted)
    members.join(tx, workspace, actor.user_n, OWNER)
    return WorkspaceRole(workspace, OWNER)


def found(tx: Tx, name: str, wanted: str) -> Workspace:
    """Writes a workspace row without members; no slug means its route id. Invalid for a bad name or a taken slug."""
    name = workspace_name(name)
    route_id = _free_route(tx)
    wanted = wanted or route_id.lower()
    if tx.value("SELECT 1 FROM workspaces WHERE slug = ?", wanted):
        raise Invalid("workspace slug is already taken (workspaces.slug is unique)")
    identifier = new_id("wsp")
    n = tx.insert(
        "INSERT INTO workspaces (id, route_id, name, slug, created_at) VALUES (?, ?, ?, ?, ?)",
        identifier,
        route_id,
        name,
        wanted,
        tx.now,
    )
    return Workspace(n, identifier, route_id, name, wanted, "", tx.now)


def _free_route(tx: Tx) -> str:
    for _ in range(ATTEMPTS):
        route_id = new_route_id("T")
        if tx.value("SELECT 1 FROM workspaces WHERE route_id = ?", route_id) is None:
            return route_id
    raise RuntimeError("no free route id in five attempts")


def update(tx: Tx, actor: Actor, workspace_id: str, fields: WorkspaceFields) -> WorkspaceChange:
    """Changes name, slug or icon; emits `workspace.updated` and writes an audit entry.

    The icon is taken as it is: `chat.pictures` knows what may be one.
    """
    membership = workspace_of(tx, actor, workspace_id)
    membership.require(Permission.WORKSPACE_UPDATE, MANAGERS_ONLY)
    changed = _changed(tx, membership.workspace, fields)
    tx.run(
        "UPDATE workspaces SET name = ?, slug = ?, icon_url = ? WHERE n = ?",
        changed.name,
        changed.slug,
        changed.icon_url,
        changed.n,
    )
    facts = {"name": changed.name, "slug": changed.slug, "icon_url": changed.icon_url}
    audit.record(tx, actor, "workspace.updated", (changed.n, "workspace", changed.id), facts)
    event = tx.emit("workspace.updated", changed.n, {"workspace_id": changed.id})
    return WorkspaceChange(changed, membership.role_n, event)


def _changed(tx: Tx, workspace: Workspace, fields: WorkspaceFields) -> Workspace:
    if fields.name is None and fields.slug is None and fields.icon_url is None:
        raise Invalid("workspace update requires at least one field")
    name = workspace.name if fields.name is None else workspace_name(fields.name)
    wanted = workspace.slug if fields.slug is None else slug(fields.slug)
    if not wanted:
        raise Invalid("workspace slug is required")
    if wanted != workspace.slug:
        if wanted in RESERVED:
            raise Invalid("workspace slug is reserved")
        if tx.value("SELECT 1 FROM workspaces WHERE slug = ?", wanted):
            raise Invalid("workspace slug is already taken")
    icon_url = workspace.icon_url if fields.icon_url is None else fields.icon_url
    return Workspace(workspace.n, workspace.id, workspace.route_id, name, wanted, icon_url, workspace.created_at)


def transfer(tx: Tx, actor: Actor, workspace_id: str, user_id: str) -> WorkspaceChange:
    """Makes another member the owner and the actor an admin; emits `workspace.ownership_transferred`."""
    membership = _owned(tx, actor, workspace_id, Permission.WORKSPACE_TRANSFER)
    workspace = membership.workspace
    if user_id == actor.user_id:
        raise Invalid("new owner must be another workspace member")
    row = tx.one(
        "SELECT u.n, u.kind, m.role_n FROM memberships m JOIN users u ON u.n = m.user_n"
        " WHERE m.workspace_n = ? AND u.id = ?",
        workspace.n,
        user_id,
    )
    if row is None:
        raise Invalid("new owner must be a workspace member")
    if row[1] != "human" or row[2] in (GUEST, BOT):
        raise Invalid("new owner must be a human member or moderator")
    members.set_role(tx, workspace, actor.user_n, ADMIN)
    members.set_role(tx, workspace, row[0], OWNER)
    members.pardon(tx, workspace, row[0])
    target = (workspace.n, "workspace", workspace.id)
    audit.record(tx, actor, "workspace.ownership_transferred", target, {"new_owner_user_id": user_id})
    data = {"workspace_id": workspace.id, "new_owner_user_id": user_id}
    return WorkspaceChange(workspace, ADMIN, tx.emit("workspace.ownership_transferred", workspace.n, data))


def delete(tx: Tx, actor: Actor, workspace_id: str) -> None:
    """Puts the workspace out of everybody's reach and frees its slug; a job removes what was in it, piece by piece.

    Only the server itself is told. `chat.bot_removal` deletes the workspace's own bots first.
    """
    workspace = to_delete(tx, actor, workspace_id)
    tx.run("DELETE FROM memberships WHERE workspace_n = ?", workspace.n)
    tx.run("UPDATE workspaces SET slug = ?, deleted_at = ? WHERE n = ?", workspace.id, tx.now, workspace.n)
    event = tx.emit("workspace.deleted", workspace.n, {"workspace_n": workspace.n}, recipients=())
    jobs.add(tx, NewJob(PURGE, {"workspace_n": workspace.n, "until": event.n}, lane=PURGE))


def to_delete(tx: Tx, actor: Actor, workspace_id: str) -> Workspace:
    """The workspace, when the actor may delete it; raises what `delete` raises."""
    return _owned(tx, actor, workspace_id, Permission.WORKSPACE_DELETE).workspace


def _owned(tx: Tx, actor: Actor, workspace_id: str, permission: Permission) -> Membership:
    membership = workspace_of(tx, actor, workspace_id)
    membership.require(permission, "workspace owner permission required")
    return membership


def default_workspace(tx: Tx) -> Workspace | None:
    """The workspace with the slug `clickclack`, which people join by default."""
    return by_slug(tx, DEFAULT_SLUG)


def by_slug(tx: Tx, wanted: str) -> Workspace | None:
    """The workspace with this slug, or None."""
    row = tx.one(f"SELECT {WORKSPACE_COLUMNS} FROM workspaces w WHERE w.slug = ?", wanted)
    return None if row is None else Workspace(*row)


def all_workspaces(tx: Tx) -> list[Workspace]:
    """Every workspace by age, for the command line."""
    rows = tx.all(f"SELECT {WORKSPACE_COLUMNS} FROM workspaces w WHERE w.deleted_at IS NULL ORDER BY w.created_at, w.n")
    return [Workspace(*row) for row in rows]


def by_reference(tx: Tx, reference: str) -> Workspace | None:
    """The workspace with this id or slug, for the command line."""
    sql = f"SELECT {WORKSPACE_COLUMNS} FROM workspaces w WHERE w.deleted_at IS NULL AND (w.id = ? OR w.slug = ?)"
    row = tx.one(sql, reference, reference)
    return None if row is None else Workspace(*row)
