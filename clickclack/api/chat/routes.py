"""What the ids of a page's URL stand for (contract chat 1.2, 3.11)."""

from urllib.parse import quote

from aiohttp import web

from clickclack.api.chat import models
from clickclack.api.chat.needs import ANY_CALLER
from clickclack.chat import route_ids
from clickclack.chat.access import scope_name
from clickclack.identity.actors import Actor
from clickclack.kernel.errors import NotFound
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes

routes = Routes[Actor]()

_SCOPES = {
    "C": "channels:read",
    "chn_": "channels:read",
    "D": "dms:read",
    "dm_": "dms:read",
    "M": "threads:read",
    "msg_": "threads:read",
}


@routes.add(
    "GET /api/routes/{workspace_route_id}/{target_route_id}",
    summary="Resolve the ids of a page's URL",
    needs=ANY_CALLER,
    answers={200: models.RouteAnswer},
    errors=(404,),
)
async def resolve(call: Call[Actor]) -> web.Response:
    workspace, target = call.path["workspace_route_id"], call.path["target_route_id"]
    scope = next((scope for start, scope in _SCOPES.items() if target.startswith(start)), None)
    if scope is None:
        raise NotFound("route not found")
    call.actor.require_scope(scope)
    found = await call.db.read(route_ids.resolve, call.actor, workspace, target)
    if not found.route_id:
        found = await call.db.write(route_ids.resolve, call.actor, workspace, target, allocate=True)
    route = {
        "workspace_id": found.workspace_id,
        "workspace_route_id": found.workspace_route_id,
        "target_type": found.kind,
        "target_id": found.id,
        "target_route_id": found.route_id,
        "canonical_path": f"/app/{quote(found.workspace_route_id)}/{quote(found.route_id)}",
    }
    if found.parent is not None:
        kind = "channel" if scope_name(found.parent[0]) == "channel_id" else "direct"
        route |= {"parent_type": kind, "parent_id": found.parent[0], "parent_route_id": found.parent[1]}
    return json_response(200, {"route": route})
