"""Routes of app installations (contract chat 3.9)."""

from typing import Any, ClassVar

from aiohttp import web
from pydantic import Field

from clickclack.api.chat import models_integrations, render_bots, render_integrations
from clickclack.api.chat.lists import listed
from clickclack.api.chat.needs import INTEGRATORS
from clickclack.chat import app_installations, installation_removal
from clickclack.chat.app_installations import NewInstallation
from clickclack.chat.installation_removal import Cascade
from clickclack.identity.actors import Actor
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body

routes = Routes[Actor]()


class InstallationInput(Body):
    """An app to install; what `config` holds stays as it is."""

    app_slug: str = ""
    bot_user_id: str = ""
    display_name: str = ""
    config: dict[str, Any] = Field(default_factory=dict[str, Any])
    setup_nonce: str = ""


class RevocationInput(Body):
    """What ends together with the installation."""

    may_be_absent: ClassVar[bool] = True

    revoke_slash_commands: bool = True
    revoke_event_subscriptions: bool = True
    revoke_bot_tokens: bool = False
    delete_bot: bool = False


@routes.add(
    "GET /api/workspaces/{workspace_id}/app-installations",
    summary="List a workspace's active app installations",
    needs=INTEGRATORS,
    answers={200: models_integrations.AppInstallationList},
    errors=(404,),
)
async def list_installations(call: Call[Actor]) -> web.Response:
    return await listed(
        call,
        "app_installations",
        render_integrations.app_installation,
        app_installations.list_installations,
        call.path["workspace_id"],
    )


@routes.add(
    "POST /api/workspaces/{workspace_id}/app-installations",
    summary="Install an app; a repeated setup nonce answers with what it installed",
    needs=INTEGRATORS,
    answers={201: models_integrations.AppInstallationAnswer},
    errors=(404, 409),
)
async def create(call: Call[Actor], body: InstallationInput) -> web.Response:
    new = NewInstallation(body.app_slug, body.bot_user_id, body.display_name, body.config, body.setup_nonce)
    made = await call.db.write(app_installations.create, call.actor, call.path["workspace_id"], new)
    return json_response(201, {"app_installation": render_integrations.app_installation(made)})


@routes.add(
    "POST /api/app-installations/{installation_id}/revoke",
    summary="End an app installation and what goes with it",
    needs=INTEGRATORS,
    answers={200: models_integrations.AppInstallationRevoked},
    errors=(404,),
)
async def revoke(call: Call[Actor], body: RevocationInput) -> web.Response:
    cascade = Cascade(
        body.revoke_slash_commands, body.revoke_event_subscriptions, body.revoke_bot_tokens, body.delete_bot
    )
    revoked = await call.db.write(installation_removal.revoke, call.actor, call.path["installation_id"], cascade)
    content: dict[str, Any] = {
        "installation": render_integrations.app_installation(revoked.installation),
        "revoked": {
            "slash_commands": revoked.slash_commands,
            "event_subscriptions": revoked.event_subscriptions,
            "bot_tokens": revoked.bot_tokens,
        },
    }
    if revoked.bot is not None:
        call.hub.publish(revoked.bot.events)
        content["deleted_bot"] = render_bots.deleted_bot(revoked.bot.bot)
    return json_response(200, content)
