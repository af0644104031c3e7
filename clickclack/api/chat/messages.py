"""Routes of root messages (contract chat 3.7)."""

from aiohttp import web

from clickclack.api.chat import models, render
from clickclack.api.chat.attachments import UploadIds
from clickclack.api.chat.events import event
from clickclack.api.chat.lists import listed
from clickclack.api.chat.needs import Scope
from clickclack.api.chat.windows import ChannelPageQuery
from clickclack.chat import deletion, edits, message_pages, messages, posting, route_ids
from clickclack.chat.access import channel_place
from clickclack.chat.drafts import Draft
from clickclack.chat.message_pages import hydrated
from clickclack.chat.message_records import Message
from clickclack.chat.messages import Changed
from clickclack.chat.posting import Posted
from clickclack.identity.actors import Actor
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body, Query
from clickclack.kernel.transaction import Tx

routes = Routes[Actor]()


class MessageInput(Body):
    """A message to post. An absent member is empty."""

    body: str = ""
    quoted_message_id: str = ""
    nonce: str = ""
    topic_id: str = ""
    kind: str = ""
    turn_id: str = ""
    upload_ids: UploadIds = ()


class EditInput(Body):
    """The new text of a message."""

    body: str = ""


class NonceQuery(Query):
    """Which message: the author's nonce in a workspace."""

    workspace_id: str = ""
    nonce: str = ""


@routes.add(
    "GET /api/channels/{channel_id}/messages",
    summary="Read a window of a channel's history",
    needs=Scope("messages:read"),
    answers={200: models.MessagePage},
    errors=(404,),
)
async def page(call: Call[Actor], query: ChannelPageQuery) -> web.Response:
    def read(tx: Tx) -> bytes:
        place = channel_place(tx, call.actor, call.path["channel_id"])
        found = message_pages.page(tx, call.actor, place, query.window())
        return render.encoded(render.message_page(found))

    return json_response(200, await call.db.read(read))


@routes.add(
    "POST /api/channels/{channel_id}/messages",
    summary="Post a message; a repeated nonce answers with the message it made",
    needs=Scope("messages:write"),
    answers={201: models.MessageChange, 200: models.MessageAnswer},
    errors=(404, 429),
)
async def post(call: Call[Actor], body: MessageInput) -> web.Response:
    draft = Draft(**body.model_dump(), correlation_id=call.correlation_id)
    return posted_answer(await call.db.write_brief(posting.post, call.actor, call.path["channel_id"], draft))


def posted_answer(posted: Posted) -> web.Response:
    """201 with the event, or 200 without one when the nonce had posted before."""
    if posted.event is None:
        return json_response(200, {"message": render.message(posted.message)})
    return json_response(201, {"message": render.message(posted.message), "event": event(posted.event)})


@routes.add(
    "GET /api/messages/by-nonce",
    summary="Find the caller's own message by its nonce",
    needs=Scope("messages:write"),
    answers={200: models.MessageAnswer},
    errors=(404,),
)
async def by_nonce(call: Call[Actor], query: NonceQuery) -> web.Response:
    def find(tx: Tx) -> Message:
        found = messages.by_nonce(tx, call.actor, query.workspace_id, query.nonce)
        return hydrated(tx, call.actor, [found])[0]

    return json_response(200, {"message": render.message(await call.db.read(find))})


@routes.add(
    "GET /api/messages/{message_id}",
    summary="Read one message",
    needs=Scope("messages:read"),
    answers={200: models.MessageAnswer},
    errors=(404,),
)
async def get(call: Call[Actor]) -> web.Response:
    def read(tx: Tx) -> Message:
        found, _ = messages.get(tx, call.actor, call.path["message_id"])
        return hydrated(tx, call.actor, [found])[0]

    return json_response(200, {"message": render.message(await call.db.read(read))})


def _changed(change: Changed) -> web.Response:
    return json_response(200, {"message": render.message(change.message), "event": event(change.event)})


@routes.add(
    "PATCH /api/messages/{message_id}",
    summary="Edit the caller's own message",
    needs=Scope("messages:write"),
    answers={200: models.MessageChange},
    errors=(404,),
)
async def edit(call: Call[Actor], body: EditInput) -> web.Response:
    return _changed(await call.db.write(edits.edit, call.actor, call.path["message_id"], body.body))


@routes.add(
    "DELETE /api/messages/{message_id}",
    summary="Delete a message: the author's own, or any as the workspace's owner",
    needs=Scope("messages:write"),
    answers={200: models.MessageChange},
    errors=(404,),
)
async def delete(call: Call[Actor]) -> web.Response:
    return _changed(await call.db.write(deletion.delete, call.actor, call.path["message_id"]))


@routes.add(
    "POST /api/messages/{message_id}/route",
    summary="Give a root message its id for URLs",
    needs=Scope("threads:read"),
    answers={200: models.MessageAnswer},
    errors=(404,),
)
async def route(call: Call[Actor]) -> web.Response:
    def give(tx: Tx) -> Message:
        message_id = route_ids.route_message(tx, call.actor, call.path["message_id"])
        return messages.get(tx, call.actor, message_id)[0]

    return json_response(200, {"message": render.message(await call.db.write(give))})


@routes.add(
    "GET /api/messages/{message_id}/edits",
    summary="Read what a message said before it was edited",
    needs=Scope("messages:read"),
    answers={200: models.EditList},
    errors=(404,),
)
async def history(call: Call[Actor]) -> web.Response:
    return await listed(call, "edits", render.edit, edits.history, call.path["message_id"])
