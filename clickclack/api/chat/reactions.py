"""Routes of reactions (contract chat 3.7, 6.6)."""

import re
from urllib.parse import unquote_to_bytes

from aiohttp import web

from clickclack.api.chat import models, render
from clickclack.api.chat.events import event
from clickclack.api.chat.needs import Scope
from clickclack.chat import reactions
from clickclack.chat.reactions import Reacted
from clickclack.identity.actors import Actor
from clickclack.kernel.errors import Invalid
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body

routes = Routes[Actor]()

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class ReactionInput(Body):
    """The emoji, stored as it is."""

    emoji: str


def _answer(status: int, reacted: Reacted) -> web.Response:
    return json_response(status, {"event": event(reacted.event), "reactions": render.reactions(reacted.reactions)})


@routes.add(
    "POST /api/messages/{message_id}/reactions",
    summary="React to a message; 200 when the reaction was there already",
    needs=Scope("messages:write"),
    answers={201: models.ReactionAnswer, 200: models.ReactionAnswer},
    errors=(404,),
)
async def add(call: Call[Actor], body: ReactionInput) -> web.Response:
    reacted = await call.db.write(reactions.add, call.actor, call.path["message_id"], body.emoji)
    return _answer(201 if reacted.event else 200, reacted)


@routes.add(
    "DELETE /api/messages/{message_id}/reactions/{emoji}",
    summary="Take a reaction back",
    needs=Scope("messages:write"),
    answers={200: models.ReactionAnswer},
    errors=(400, 404),
)
async def remove(call: Call[Actor]) -> web.Response:
    emoji = _emoji_of(call.request)
    return _answer(200, await call.db.write(reactions.remove, call.actor, call.path["message_id"], emoji))


def _emoji_of(request: web.Request) -> str:
    """The path's last segment, decoded once; the router's own decoding lets bytes pass that are no text."""
    segment = request.raw_path.partition("?")[0].rpartition("/")[2]
    if _BAD_ESCAPE.search(segment):
        raise Invalid("emoji is not percent-encoded")
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        raise Invalid("emoji is not valid UTF-8") from None
