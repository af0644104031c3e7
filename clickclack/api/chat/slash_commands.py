"""Routes of registered slash commands (contract chat 3.9)."""

from aiohttp import web

from clickclack.api.chat import models_integrations, render_integrations
from clickclack.api.chat.lists import listed
from clickclack.api.chat.needs import INTEGRATORS
from clickclack.api.chat.parts import INTEGRATIONS
from clickclack.chat import slash_commands
from clickclack.chat.slash_commands import NewCommand, SlashCommand
from clickclack.identity.actors import Actor
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body

routes = Routes[Actor]()


class CommandInput(Body):
    """A command to register."""

    command: str = ""
    callback_url: str = ""
    bot_user_id: str = ""
    app_installation_id: str = ""
    description: str = ""


def _one(status: int, command: SlashCommand, secret: str = "") -> web.Response:
    return json_response(status, {"slash_command": render_integrations.slash_command(command, secret)})


@routes.add(
    "GET /api/workspaces/{workspace_id}/slash-commands",
    summary="List a workspace's active slash commands",
    needs=INTEGRATORS,
    answers={200: models_integrations.SlashCommandList},
    errors=(404,),
)
async def list_commands(call: Call[Actor]) -> web.Response:
    return await listed(
        call,
        "slash_commands",
        render_integrations.slash_command,
        slash_commands.list_commands,
        call.path["workspace_id"],
    )


@routes.add(
    "POST /api/workspaces/{workspace_id}/slash-commands",
    summary="Register a slash command; its signing secret is shown this once",
    needs=INTEGRATORS,
    answers={201: models_integrations.SlashCommandAnswer},
    errors=(404,),
)
async def create(call: Call[Actor], body: CommandInput) -> web.Response:
    new = NewCommand(body.command, body.callback_url, body.bot_user_id, body.app_installation_id, body.description)
    seal = call.request.app[INTEGRATIONS].seal
    made = await call.db.write(slash_commands.create, call.actor, seal, call.path["workspace_id"], new)
    return _one(201, *made)


@routes.add(
    "POST /api/slash-commands/{command_id}/revoke",
    summary="End a slash command",
    needs=INTEGRATORS,
    answers={200: models_integrations.SlashCommandAnswer},
    errors=(404,),
)
async def revoke(call: Call[Actor]) -> web.Response:
    return _one(200, await call.db.write(slash_commands.revoke, call.actor, call.path["command_id"]))


@routes.add(
    "POST /api/slash-commands/{command_id}/rotate-secret",
    summary="Give a slash command a new signing secret, which is shown this once",
    needs=INTEGRATORS,
    answers={200: models_integrations.SlashCommandAnswer},
    errors=(400, 404),
)
async def rotate_secret(call: Call[Actor]) -> web.Response:
    seal = call.request.app[INTEGRATIONS].seal
    return _one(200, *await call.db.write(slash_commands.rotate_secret, call.actor, seal, call.path["command_id"]))
