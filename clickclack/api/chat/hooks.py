"""Incoming hooks: Mattermost-shaped ones, and slash commands as forms (contract chat 3.11, 6.11)."""

from aiohttp import web

from clickclack.api.chat import models, render
from clickclack.api.chat.events import event
from clickclack.api.chat.messages import posted_answer
from clickclack.api.chat.needs import Scope
from clickclack.chat import posting
from clickclack.chat.drafts import Draft
from clickclack.identity.actors import Actor
from clickclack.kernel.errors import Invalid
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body, read_form

routes = Routes[Actor]()

FORM_LIMIT = 10 * 1024 * 1024


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


@routes.add(
    "POST /api/hooks/slash/{channel_id}",
    summary="Send a slash command; one that nobody registered is posted as a message",
    needs=Scope("messages:write"),
    answers={201: models.SlashAnswer},
    errors=(400, 404, 413, 415, 429),
)
async def slash(call: Call[Actor]) -> web.Response:
    query: dict[str, str] = {name: call.request.query[name] for name in call.request.query}
    fields = query | await read_form(call.request, FORM_LIMIT)
    text = f"{fields.get('command', '').strip()} {fields.get('text', '').strip()}".strip()
    if not text:
        raise Invalid("slash command text is required")
    draft = Draft(text, correlation_id=call.correlation_id)
    posted = await call.db.write_brief(posting.post, call.actor, call.path["channel_id"], draft)
    message = posted.message
    answer = {"response_type": "in_channel", "text": message.body}
    return json_response(201, answer | {"message": render.message(message), "event": event(posted.event)})
