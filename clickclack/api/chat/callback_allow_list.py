"""Routes of the allow-list of callbacks (an addition to contract chat)."""

from aiohttp import web

from clickclack.api.chat import models_integrations
from clickclack.api.chat.needs import INTEGRATORS
from clickclack.chat import callback_allow_list
from clickclack.identity.actors import Actor
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body, Texts

routes = Routes[Actor]()


class AllowListInput(Body):
    """Host names, `*.` and a domain, addresses, networks; an empty list narrows nothing."""

    entries: Texts


@routes.add(
    "GET /api/workspaces/{workspace_id}/callback-allow-list",
    summary="Read where a workspace's callbacks may go",
    needs=INTEGRATORS,
    answers={200: models_integrations.AllowListAnswer},
    errors=(404,),
)
async def entries(call: Call[Actor]) -> web.Response:
    found = await call.db.read(callback_allow_list.entries, call.actor, call.path["workspace_id"])
    return json_response(200, {"entries": found})


@routes.add(
    "PUT /api/workspaces/{workspace_id}/callback-allow-list",
    summary="Say where a workspace's callbacks may go, and nowhere else",
    needs=INTEGRATORS,
    answers={200: models_integrations.AllowListAnswer},
    errors=(404,),
)
async def replace(call: Call[Actor], body: AllowListInput) -> web.Response:
    given = (call.actor, call.path["workspace_id"], body.entries)
    return json_response(200, {"entries": await call.db.write(callback_allow_list.replace, *given)})
