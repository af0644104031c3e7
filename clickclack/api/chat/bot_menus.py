"""Routes of bots' menus (contract chat 3.8)."""

from aiohttp import web
from pydantic import Field

from clickclack.api.chat import models_bots, render_bots
from clickclack.api.chat.lists import listed
from clickclack.api.chat.needs import BotsOnly, Scope
from clickclack.chat import bot_menus
from clickclack.chat.bot_menus import MenuItem
from clickclack.identity.actors import Actor
from clickclack.kernel.errors import Invalid
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body

routes = Routes[Actor]()


class MenuItemInput(Body):
    """One command."""

    command: str = ""
    description: str = ""
    args_hint: str = ""


class MenuInput(Body):
    """The whole menu; an empty list for none."""

    commands: list[MenuItemInput] | None = Field(default=None, fail_fast=True)


@routes.add(
    "PUT /api/bots/self/commands",
    summary="Replace the calling bot's menu",
    needs=BotsOnly("bot token required", "commands:write"),
    answers={200: models_bots.BotCommandList},
)
async def replace_menu(call: Call[Actor], body: MenuInput) -> web.Response:
    if body.commands is None:
        raise Invalid("commands is required")
    items = [MenuItem(item.command, item.description, item.args_hint) for item in body.commands]
    menu, event = await call.db.write(bot_menus.replace_menu, call.actor, items)
    call.hub.publish([event])
    return json_response(200, {"bot_commands": [render_bots.bot_command(command) for command in menu]})


@routes.add(
    "GET /api/workspaces/{workspace_id}/bot-commands",
    summary="List the menus of a workspace's bots",
    needs=Scope("workspaces:read"),
    answers={200: models_bots.WorkspaceBotCommandList},
    errors=(404,),
)
async def list_menus(call: Call[Actor]) -> web.Response:
    return await listed(
        call, "bot_commands", render_bots.workspace_bot_command, bot_menus.list_menus, call.path["workspace_id"]
    )
