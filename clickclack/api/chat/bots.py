"""Routes of bots: list, create, take out of a workspace, delete (contract chat 3.8)."""

from aiohttp import web
from pydantic import Field

from clickclack.api.chat import models_bots, render, render_bots
from clickclack.api.chat.lists import listed
from clickclack.api.chat.needs import PeopleOnly
from clickclack.api.chat.parts import USES
from clickclack.chat import bot_removal
from clickclack.identity import bots
from clickclack.identity.actors import Actor
from clickclack.identity.bot_tokens import TokenWish
from clickclack.identity.bots import NewBot
from clickclack.identity.users import ProfileFields, User
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body, Texts
from clickclack.kernel.transaction import Tx

routes = Routes[Actor]()

PEOPLE = PeopleOnly("bot tokens cannot manage bots")


class BotInput(Body):
    """A bot of the caller, with `owner_user_id`, or of the workspace."""

    display_name: str = ""
    owner_user_id: str = ""
    handle: str | None = None
    avatar_url: str = ""
    token_name: str = ""
    scopes: Texts = Field(default_factory=list[str])
    setup_nonce: str = ""
    initial_token: bool = True

    def bot(self, owner: User | None) -> NewBot:
        """The bot asked for."""
        profile = ProfileFields(self.display_name, self.handle, self.avatar_url)
        return NewBot(profile, owner, TokenWish(self.token_name, self.scopes), self.setup_nonce)


@routes.add(
    "GET /api/workspaces/{workspace_id}/bots",
    summary="List a workspace's bots and their tokens, without secrets",
    needs=PEOPLE,
    answers={200: models_bots.BotList},
    errors=(404,),
)
async def list_bots(call: Call[Actor]) -> web.Response:
    await call.request.app[USES]()
    return await listed(call, "bots", render_bots.listed_bot, bots.list_bots, call.path["workspace_id"])


@routes.add(
    "POST /api/workspaces/{workspace_id}/bots",
    summary="Create a bot of the workspace or of one's own",
    needs=PEOPLE,
    answers={201: models_bots.BotCreated},
    errors=(404, 409),
)
async def create(call: Call[Actor], body: BotInput) -> web.Response:
    workspace_id = call.path["workspace_id"]

    def make(tx: Tx) -> render.Json:
        workspace, owner = bots.workspace_and_owner(tx, call.actor, workspace_id, body.owner_user_id)
        new = body.bot(owner)
        if body.initial_token:
            return render_bots.made_bot(*bots.create(tx, call.actor, workspace, new))
        return {"bot": render.user(bots.create_without_token(tx, call.actor, workspace, new))}

    return json_response(201, await call.db.write(make))


@routes.add(
    "DELETE /api/workspaces/{workspace_id}/bots/{bot_id}/membership",
    summary="Take a bot out of a workspace",
    needs=PEOPLE,
    answers={204: None},
    errors=(404,),
)
async def remove(call: Call[Actor]) -> web.Response:
    place = (call.path["workspace_id"], call.path["bot_id"])
    call.hub.publish([await call.db.write(bot_removal.remove, call.actor, *place)])
    return web.Response(status=204)


@routes.add(
    "DELETE /api/bots/{bot_id}",
    summary="Delete a bot everywhere",
    needs=PEOPLE,
    answers={200: models_bots.DeletedBotAnswer},
    errors=(404,),
)
async def delete(call: Call[Actor]) -> web.Response:
    removed = await call.db.write(bot_removal.delete, call.actor, call.path["bot_id"])
    call.hub.publish(removed.events)
    return json_response(200, {"deleted_bot": render_bots.deleted_bot(removed.bot)})
