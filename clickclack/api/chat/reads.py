"""Routes of read receipts (contract chat 3.7, 6.7)."""

from aiohttp import web

from clickclack.api.chat import models, render
from clickclack.api.chat.needs import Scope
from clickclack.chat import reads
from clickclack.identity.actors import Actor
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body

routes = Routes[Actor]()


class ReadInput(Body):
    """The newest root message that the reader has seen."""

    seq: int


@routes.add(
    "POST /api/channels/{channel_id}/read",
    summary="Mark a channel as read up to a message",
    needs=Scope("messages:read"),
    answers={200: models.ReadAnswer},
    errors=(404,),
)
async def mark(call: Call[Actor], body: ReadInput) -> web.Response:
    receipt, _ = await call.db.write_brief(reads.mark_read, call.actor, call.path["channel_id"], body.seq)
    return json_response(200, {"receipt": render.receipt(receipt)})
