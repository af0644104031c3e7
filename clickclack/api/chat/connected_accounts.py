"""Routes of connected accounts (contract chat 3.9)."""

from typing import Any

from aiohttp import web
from pydantic import Field

from clickclack.api.chat import models_integrations, render_integrations
from clickclack.api.chat.lists import listed
from clickclack.api.chat.needs import INTEGRATORS
from clickclack.chat import connected_accounts
from clickclack.chat.connected_accounts import NewAccount
from clickclack.identity.actors import Actor
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body, Texts

routes = Routes[Actor]()


class AccountInput(Body):
    """Who a member is at a provider; what `metadata` holds stays as it is."""

    user_id: str = ""
    provider: str = ""
    provider_account_id: str = ""
    display_name: str = ""
    scopes: Texts = Field(default_factory=list[str])
    metadata: dict[str, Any] = Field(default_factory=dict[str, Any])


@routes.add(
    "GET /api/workspaces/{workspace_id}/connected-accounts",
    summary="List a workspace's active connected accounts",
    needs=INTEGRATORS,
    answers={200: models_integrations.ConnectedAccountList},
    errors=(404,),
)
async def list_accounts(call: Call[Actor]) -> web.Response:
    return await listed(
        call,
        "connected_accounts",
        render_integrations.connected_account,
        connected_accounts.list_accounts,
        call.path["workspace_id"],
    )


@routes.add(
    "POST /api/workspaces/{workspace_id}/connected-accounts",
    summary="Note a member's account at another service",
    needs=INTEGRATORS,
    answers={201: models_integrations.ConnectedAccountAnswer},
    errors=(404,),
)
async def create(call: Call[Actor], body: AccountInput) -> web.Response:
    new = NewAccount(
        body.user_id, body.provider, body.provider_account_id, body.display_name, body.scopes, body.metadata
    )
    made = await call.db.write(connected_accounts.create, call.actor, call.path["workspace_id"], new)
    return json_response(201, {"connected_account": render_integrations.connected_account(made)})


@routes.add(
    "POST /api/connected-accounts/{account_id}/revoke",
    summary="End a connected account",
    needs=INTEGRATORS,
    answers={200: models_integrations.ConnectedAccountAnswer},
    errors=(404,),
)
async def revoke(call: Call[Actor]) -> web.Response:
    ended = await call.db.write(connected_accounts.revoke, call.actor, call.path["account_id"])
    return json_response(200, {"connected_account": render_integrations.connected_account(ended)})
