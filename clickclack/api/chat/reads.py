"""Routes of read receipts (contract chat 3.7, 6.7)."""

from aiohttp import web

from clickclack.api.chat import models, render
from clickclack.api.chat.needs import Scope
from clickclack.chat import reads
from clickclack.chat.access import channel_place
from clickclack.chat.reads import ReadReceipt
from clickclack.identity.actors import Actor
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes, reads_first
from clickclack.kernel.http.inputs import Body
from clickclack.kernel.transaction import Tx

routes = Routes[Actor]()


class ReadInput(Body):
    """The newest message that the reader has seen: of a conversation a root, of a thread a reply."""

    seq: int


@routes.add(
    "POST /api/channels/{channel_id}/read",
    summary="Mark a channel as read up to a message",
    needs=Scope("messages:read"),
    answers={200: models.ReadAnswer},
    errors=(404,),
)
@reads_first
async def mark(call: Call[Actor], body: ReadInput) -> web.Response:
    def mark_read(tx: Tx) -> ReadReceipt:
        place = channel_place(tx, call.actor, call.path["channel_id"])
        return reads.mark_read(tx, call.actor, place, body.seq)[0]

    receipt = await call.db.write_brief(mark_read)
    return json_response(200, {"receipt": render.receipt(receipt)})
