"""Routes of pinned messages (contract chat 3.7)."""

from aiohttp import web

from clickclack.api.chat import models, models_conversations, render, render_conversations
from clickclack.api.chat.events import event
from clickclack.api.chat.lists import listed
from clickclack.api.chat.needs import Scope
from clickclack.api.chat.windows import PinLimit
from clickclack.chat import pins
from clickclack.identity.actors import Actor
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body, Query

routes = Routes[Actor]()


class PinQuery(Query):
    """How many pins."""

    limit: PinLimit = 100


class PinInput(Body):
    """Which message."""

    message_id: str = ""


@routes.add(
    "GET /api/channels/{channel_id}/pins",
    summary="List a channel's pinned messages, newest pin first",
    needs=Scope("messages:read"),
    answers={200: models.MessageList},
    errors=(404,),
)
async def list_pins(call: Call[Actor], query: PinQuery) -> web.Response:
    return await listed(call, "messages", render.message, pins.list_pins, call.path["channel_id"], query.limit)


@routes.add(
    "POST /api/channels/{channel_id}/pins",
    summary="Pin a message",
    needs=Scope("messages:write"),
    answers={201: models_conversations.PinAnswer},
    errors=(404, 409),
)
async def pin(call: Call[Actor], body: PinInput) -> web.Response:
    pinned, told = await call.db.write(pins.pin, call.actor, call.path["channel_id"], body.message_id)
    rendered = render_conversations.pinned_message(pinned)
    return json_response(201, {"pinned_message": rendered, "event": event(told)})


@routes.add(
    "DELETE /api/channels/{channel_id}/pins/{message_id}",
    summary="Unpin a message",
    needs=Scope("messages:write"),
    answers={200: models.EventAnswer},
    errors=(400, 404),
)
async def unpin(call: Call[Actor]) -> web.Response:
    given = (call.actor, call.path["channel_id"], call.path["message_id"])
    return json_response(200, {"event": event(await call.db.write(pins.unpin, *given))})
