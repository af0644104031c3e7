"""Incoming hooks: Mattermost-shaped ones, and slash commands as forms (contract chat 3.11, 6.11)."""

from typing import Any

from aiohttp import web

from clickclack.api.chat import models, models_integrations, render, render_integrations
from clickclack.api.chat.events import event
from clickclack.api.chat.messages import posted_answer
from clickclack.api.chat.needs import Scope
from clickclack.api.chat.parts import INTEGRATIONS
from clickclack.chat import posting, slash_calls
from clickclack.chat.drafts import Draft
from clickclack.chat.posting import Posted
from clickclack.chat.slash_caller import SlashCaller
from clickclack.chat.slash_calls import Invocation
from clickclack.identity.actors import Actor
from clickclack.kernel.errors import BadUpstream, Invalid
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes, reads_first
from clickclack.kernel.http.inputs import Body, Fields
from clickclack.kernel.transaction import Tx

routes = Routes[Actor]()


class HookInput(Body):
    """Only the text counts; whatever else such hooks carry is ignored."""

    text: str = ""


class SlashInput(Fields):
    """A command with or without its slash, and what stands behind it."""

    command: str = ""
    text: str = ""


@routes.add(
    "POST /api/hooks/mattermost/{channel_id}",
    summary="Post a message as a Mattermost-shaped hook does",
    needs=Scope("messages:write"),
    answers={201: models.MessageChange},
    errors=(404, 429),
)
@reads_first
async def mattermost(call: Call[Actor], body: HookInput) -> web.Response:
    draft = Draft(body.text, correlation_id=call.correlation_id)
    return posted_answer(await call.db.write_brief(posting.post, call.actor, call.path["channel_id"], draft))


@routes.add(
    "POST /api/hooks/slash/{channel_id}",
    summary="Use a registered slash command; one that nobody registered is posted as a message",
    needs=Scope("messages:write"),
    answers={200: models_integrations.SlashResult, 201: models.SlashAnswer},
    errors=(404, 429, 502),
)
@reads_first
async def slash(call: Call[Actor], fields: SlashInput) -> web.Response:
    command, text = fields.command.strip(), fields.text.strip()
    if not command and not text:
        raise Invalid("slash command text is required")
    caller, channel_id = call.request.app[INTEGRATIONS].caller, call.path["channel_id"]
    draft = Draft(f"{command} {text}".strip(), correlation_id=call.correlation_id)

    with caller.room() as take:

        def begin(tx: Tx) -> Invocation | Posted:
            invocation = slash_calls.begin(tx, call.actor, channel_id, command, text) if command else None
            if invocation is None:
                return posting.post(tx, call.actor, channel_id, draft)
            take(invocation.command.workspace_id)
            return invocation

        begun = await call.db.write_brief(begin)
        if isinstance(begun, Posted):
            return json_response(201, _said("in_channel", begun.message.body, begun))
        return await _call(call, begun, caller)


async def _call(call: Call[Actor], invocation: Invocation, caller: SlashCaller) -> web.Response:
    """Calls the command's server and answers with what it said, which its bot may have posted."""
    outcome = await caller.call(invocation)
    await call.db.write_brief(slash_calls.complete, invocation, outcome)
    if outcome.error:
        raise BadUpstream(outcome.error)
    posted: Posted | None = None
    if outcome.text and outcome.response_type == "in_channel":
        posted = await call.db.write_brief(slash_calls.answer, invocation, outcome.text, call.correlation_id)
    said = _said(outcome.response_type, outcome.text, posted)
    return json_response(200, said | {"invocation": render_integrations.invocation(invocation)})


def _said(response_type: str, text: str, posted: Posted | None) -> dict[str, Any]:
    message = render_integrations.NO_MESSAGE if posted is None else render.message(posted.message)
    told = event(None if posted is None else posted.event)
    return {"response_type": response_type, "text": text, "message": message, "event": told}
