"""Routes of workspaces (contract chat 3.4)."""

from aiohttp import web

from clickclack.api.chat import models_workspaces, render_identity
from clickclack.api.chat.events import event
from clickclack.api.chat.needs import PeopleOnly, Scope
from clickclack.chat import bot_removal, pictures
from clickclack.identity import workspaces
from clickclack.identity.actors import Actor
from clickclack.identity.workspaces import WorkspaceChange, WorkspaceFields, WorkspaceRole
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body

routes = Routes[Actor]()


class WorkspaceInput(Body):
    """A new workspace; the slug is made of the name when it is absent."""

    name: str = ""
    slug: str = ""


class WorkspaceUpdate(Body):
    """What a manager may change; absent leaves a member as it is."""

    name: str | None = None
    slug: str | None = None
    icon_url: str | None = None


class TransferInput(Body):
    """Who becomes the owner."""

    user_id: str


def _one(status: int, found: WorkspaceRole) -> web.Response:
    return json_response(status, {"workspace": render_identity.workspace(found.workspace, found.role_n)})


def _changed(change: WorkspaceChange) -> web.Response:
    rendered = render_identity.workspace(change.workspace, change.role_n)
    return json_response(200, {"workspace": rendered, "event": event(change.event)})


@routes.add(
    "GET /api/workspaces",
    summary="List the caller's workspaces",
    needs=Scope("workspaces:read"),
    answers={200: models_workspaces.WorkspaceList},
)
async def list_workspaces(call: Call[Actor]) -> web.Response:
    found = await call.db.read(workspaces.list_workspaces, call.actor)
    listed = [render_identity.workspace(entry.workspace, entry.role_n) for entry in found]
    return json_response(200, {"workspaces": listed})


@routes.add(
    "POST /api/workspaces",
    summary="Create a workspace and own it",
    needs=PeopleOnly("bot tokens cannot create workspaces"),
    answers={201: models_workspaces.WorkspaceAnswer},
)
async def create(call: Call[Actor], body: WorkspaceInput) -> web.Response:
    fields = WorkspaceFields(body.name, body.slug)
    return _one(201, await call.db.write(workspaces.create, call.actor, fields))


@routes.add(
    "GET /api/workspaces/{workspace_id}",
    summary="Read a workspace",
    needs=Scope("workspaces:read"),
    answers={200: models_workspaces.WorkspaceAnswer},
    errors=(404,),
)
async def get(call: Call[Actor]) -> web.Response:
    return _one(200, await call.db.read(workspaces.get, call.actor, call.path["workspace_id"]))


@routes.add(
    "PATCH /api/workspaces/{workspace_id}",
    summary="Change a workspace's name, address or icon",
    needs=PeopleOnly("bot tokens cannot update workspaces"),
    answers={200: models_workspaces.WorkspaceChange},
    errors=(404,),
)
async def update(call: Call[Actor], body: WorkspaceUpdate) -> web.Response:
    fields = WorkspaceFields(body.name, body.slug, body.icon_url)
    return _changed(await call.db.write(pictures.update_workspace, call.actor, call.path["workspace_id"], fields))


@routes.add(
    "POST /api/workspaces/{workspace_id}/transfer-ownership",
    summary="Hand a workspace over to another member",
    needs=PeopleOnly("bot tokens cannot transfer workspaces"),
    answers={200: models_workspaces.WorkspaceChange},
    errors=(404,),
)
async def transfer(call: Call[Actor], body: TransferInput) -> web.Response:
    return _changed(await call.db.write(workspaces.transfer, call.actor, call.path["workspace_id"], body.user_id))


@routes.add(
    "DELETE /api/workspaces/{workspace_id}",
    summary="Delete a workspace and everything in it",
    needs=PeopleOnly("bot tokens cannot delete workspaces"),
    answers={204: None},
    errors=(404,),
)
async def delete(call: Call[Actor]) -> web.Response:
    await call.db.write(bot_removal.delete_workspace, call.actor, call.path["workspace_id"])
    return web.Response(status=204)
