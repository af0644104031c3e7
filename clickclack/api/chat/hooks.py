"""Incoming hooks in the shape that Mattermost's have (contract chat 3.11, 6.11)."""

from aiohttp import web

from clickclack.api.chat import models
from clickclack.api.chat.messages import posted_answer
from clickclack.api.chat.needs import Scope
from clickclack.chat import posting
from clickclack.chat.drafts import Draft
from clickclack.identity.actors import Actor
from clickclack.kernel.http.call import Call
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body

routes = Routes[Actor]()


class HookInput(Body):
    """Only the text counts; whatever else such hooks carry is ignored."""

    text: str = ""


@routes.add(
    "POST /api/hooks/mattermost/{channel_id}",
    summary="Post a message as a Mattermost-shaped hook does",
    needs=Scope("messages:write"),
    answers={201: models.MessageChange},
    errors=(404, 429),
)
async def mattermost(call: Call[Actor], body: HookInput) -> web.Response:
    draft = Draft(body.text, correlation_id=call.correlation_id)
    return posted_answer(await call.db.write_brief(posting.post, call.actor, call.path["channel_id"], draft))
