"""Routes of root messages (contract chat 3.7)."""

from aiohttp import web

from clickclack.api.chat import models, render
from clickclack.api.chat.events import event
from clickclack.api.chat.needs import Scope
from clickclack.api.chat.windows import PageQuery
from clickclack.chat import message_pages, messages, posting, route_ids
from clickclack.chat.drafts import Draft
from clickclack.chat.message_pages import with_reactions
from clickclack.chat.message_records import Message
from clickclack.chat.messages import Changed
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
    kind: str = ""
    turn_id: str = ""


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
async def page(call: Call[Actor], query: PageQuery) -> web.Response:
    def read(tx: Tx) -> bytes:
        found = message_pages.page(tx, call.actor, call.path["channel_id"], query.window())
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
    draft = Draft(body.body, body.quoted_message_id, body.nonce, body.kind, body.turn_id, call.correlation_id)
    posted = await call.db.write_brief(posting.post, call.actor, call.path["channel_id"], draft)
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
        return with_reactions(tx, call.actor, [found])[0]

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
        return with_reactions(tx, call.actor, [found])[0]

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
    return _changed(await call.db.write(messages.edit, call.actor, call.path["message_id"], body.body))


@routes.add(
    "DELETE /api/messages/{message_id}",
    summary="Delete a message: the author's own, or any as the workspace's owner",
    needs=Scope("messages:write"),
    answers={200: models.MessageChange},
    errors=(404,),
)
async def delete(call: Call[Actor]) -> web.Response:
    return _changed(await call.db.write(messages.delete, call.actor, call.path["message_id"]))


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
