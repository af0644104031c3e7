"""Attaching an upload to a message that is there already (contract chat 3.7)."""

from typing import Annotated

from aiohttp import web
from pydantic import FailFast, Field

from clickclack.api.chat import models
from clickclack.api.chat.needs import Scope
from clickclack.chat import attachments
from clickclack.identity.actors import Actor
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes, reads_first
from clickclack.kernel.http.inputs import Body

routes = Routes[Actor]()

UploadIds = Annotated[tuple[str, ...], FailFast(), Field(strict=False, description="What to attach, 10 at most")]
"""A JSON list of ids; JSON has no tuples, so the list is taken for one."""


class AttachmentInput(Body):
    """What to attach."""

    upload_id: str


@routes.add(
    "POST /api/messages/{message_id}/attachments",
    summary="Attach an upload to one's own message",
    needs=Scope("uploads:write"),
    answers={200: models.Ok},
    errors=(404,),
)
@reads_first
async def attach(call: Call[Actor], body: AttachmentInput) -> web.Response:
    await call.db.write(attachments.attach, call.actor, call.path["message_id"], body.upload_id)
    return json_response(200, {"ok": True})
