"""Routes of bots' tokens (contract chat 3.8). Two of them do not name the workspace, for older clients."""

from aiohttp import web
from pydantic import Field

from clickclack.api.chat import models_bots, render_bots
from clickclack.api.chat.bots import PEOPLE
from clickclack.api.chat.lists import listed
from clickclack.api.chat.parts import USES
from clickclack.identity import bot_tokens
from clickclack.identity.actors import Actor
from clickclack.identity.bot_tokens import TokenWish
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body, Texts

routes = Routes[Actor]()


class TokenInput(Body):
    """A token to issue: `default` with `bot:write` when nothing is said."""

    name: str = ""
    scopes: Texts = Field(default_factory=list[str])
    setup_nonce: str = ""

    def wish(self) -> TokenWish:
        """The token asked for."""
        return TokenWish(self.name, self.scopes, self.setup_nonce)


@routes.add(
    "GET /api/workspaces/{workspace_id}/bots/{bot_id}/tokens",
    summary="List a bot's tokens in a workspace, without secrets",
    needs=PEOPLE,
    answers={200: models_bots.BotTokenList},
    errors=(404,),
)
async def list_tokens(call: Call[Actor]) -> web.Response:
    await call.request.app[USES]()
    place = (call.path["workspace_id"], call.path["bot_id"])
    return await listed(call, "bot_tokens", render_bots.bot_token, bot_tokens.list_tokens, *place)


@routes.add(
    "POST /api/workspaces/{workspace_id}/bots/{bot_id}/tokens",
    summary="Issue a token to a bot in a workspace",
    needs=PEOPLE,
    answers={201: models_bots.BotTokenAnswer},
    errors=(404, 409),
)
async def create(call: Call[Actor], body: TokenInput) -> web.Response:
    place = (call.path["workspace_id"], call.path["bot_id"])
    issued = await call.db.write(bot_tokens.create, call.actor, *place, body.wish())
    return json_response(201, {"bot_token": render_bots.issued_token(issued)})


@routes.add(
    "GET /api/bots/{bot_id}/tokens",
    summary="List the tokens of a bot that is in one workspace alone",
    needs=PEOPLE,
    answers={200: models_bots.BotTokenList},
    errors=(400, 404),
)
async def list_where_it_is(call: Call[Actor]) -> web.Response:
    await call.request.app[USES]()
    return await listed(call, "bot_tokens", render_bots.bot_token, bot_tokens.list_where_it_is, call.path["bot_id"])


@routes.add(
    "POST /api/bots/{bot_id}/tokens",
    summary="Issue a token to a bot that is in one workspace alone",
    needs=PEOPLE,
    answers={201: models_bots.BotTokenAnswer},
    errors=(404, 409),
)
async def create_where_it_is(call: Call[Actor], body: TokenInput) -> web.Response:
    issued = await call.db.write(bot_tokens.create_where_it_is, call.actor, call.path["bot_id"], body.wish())
    return json_response(201, {"bot_token": render_bots.issued_token(issued)})


@routes.add(
    "POST /api/bot-tokens/{token_id}/revoke",
    summary="End a bot's token",
    needs=PEOPLE,
    answers={200: models_bots.BotTokenAnswer},
    errors=(404,),
)
async def revoke(call: Call[Actor]) -> web.Response:
    token = await call.db.write(bot_tokens.revoke, call.actor, call.path["token_id"])
    return json_response(200, {"bot_token": render_bots.bot_token(token)})
