"""The route of a person's own bots (contract chat 3.2)."""

from aiohttp import web

from clickclack.api.chat import models_bots, render
from clickclack.api.chat.needs import PeopleOnly
from clickclack.identity.actors import Actor
from clickclack.identity.owned_bots import owned_bots
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes

routes = Routes[Actor]()


@routes.add(
    "GET /api/me/bots",
    summary="List the caller's own bots in every workspace",
    needs=PeopleOnly("bot tokens cannot manage bots"),
    answers={200: models_bots.OwnedBotList},
)
async def list_owned(call: Call[Actor]) -> web.Response:
    found = await call.db.read(owned_bots, call.actor)
    listed = [
        {
            "bot": render.user(entry.bot),
            "workspace": dict(zip(("id", "route_id", "name"), entry.workspace, strict=True)),
            "active_token_count": entry.active_tokens,
        }
        for entry in found
    ]
    return json_response(200, {"bots": listed})
