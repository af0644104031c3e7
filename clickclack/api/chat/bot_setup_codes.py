"""Routes of setup codes: make one, exchange it for a token (contract chat 3.8)."""

from typing import Any

from aiohttp import web
from pydantic import Field

from clickclack.api.callers.local_requests import client_address, is_local
from clickclack.api.chat import models_bots, render_bots
from clickclack.api.chat.bots import PEOPLE
from clickclack.api.chat.parts import CLAIMS, CONFIG
from clickclack.chat import bot_claims
from clickclack.identity import bot_setup_codes
from clickclack.identity.actors import Actor
from clickclack.identity.bot_setup_codes import NewSetupCode, SetupDefaults
from clickclack.identity.bot_tokens import TokenWish
from clickclack.kernel.errors import TooMany
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes, admitted_by
from clickclack.kernel.http.inputs import Body, Texts

routes = Routes[Actor]()


class DefaultsInput(Body):
    """What the bot's program shall begin with."""

    default_to: str = Field(default="", alias="defaultTo")
    allow_from: Texts = Field(default_factory=list[str], alias="allowFrom")
    agent_activity: bool = Field(default=False, alias="agentActivity")


class SetupCodeInput(Body):
    """A code for a token with this name and these scopes."""

    name: str = ""
    scopes: Texts = Field(default_factory=list[str])
    defaults: DefaultsInput = DefaultsInput()

    def code(self) -> NewSetupCode:
        """The code asked for."""
        given = self.defaults
        defaults = SetupDefaults(given.default_to, given.allow_from, given.agent_activity)
        return NewSetupCode(TokenWish(self.name, self.scopes), defaults)


class ClaimInput(Body):
    """A code as somebody typed it."""

    code: str = ""


def limited(request: web.Request) -> None:
    """Counts every call of an address, whatever it brings; TooMany above 10 in 60 s."""
    wait = request.app[CLAIMS].take(client_address(request.remote, request.headers))
    if wait is not None:
        raise TooMany("too many setup code attempts, retry later", retry_after=wait)


@routes.add(
    "POST /api/workspaces/{workspace_id}/bots/{bot_id}/setup-codes",
    summary="Make a code that a bot's program exchanges for a token",
    needs=PEOPLE,
    answers={201: models_bots.BotSetupCodeAnswer},
    errors=(404,),
)
async def create(call: Call[Actor], body: SetupCodeInput) -> web.Response:
    place = (call.path["workspace_id"], call.path["bot_id"])
    made = await call.db.write(bot_setup_codes.create, call.actor, *place, body.code())
    return json_response(201, {"setup_code": render_bots.setup_code(made, _base(call))})


@routes.add(
    "POST /api/bot-setup-codes/claim",
    summary="Exchange a setup code, once, for a bot's token",
    answers={200: models_bots.Claim},
    errors=(404, 429),
)
@admitted_by(limited)
async def claim(call: Call[None], body: ClaimInput) -> web.Response:
    claimed = await call.db.write(bot_claims.claim, body.code)
    return json_response(200, render_bots.claimed(claimed, _base(call)))


def _base(call: Call[Any]) -> str:
    """Where the API is: as the settings say, else, for who is on this machine, as the request says; else empty."""
    config, request = call.request.app[CONFIG], call.request
    base = config.api_base_url or config.frontend_base_url
    if not base and is_local(request.remote, request.headers):
        base = f"{request.scheme}://{request.host}"
    return base.rstrip("/")
