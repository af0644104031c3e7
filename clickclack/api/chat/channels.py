"""Routes of channels (contract chat 3.6)."""

from aiohttp import web

from clickclack.api.chat import models, render
from clickclack.api.chat.events import event
from clickclack.api.chat.lists import listed
from clickclack.api.chat.needs import Scope
from clickclack.chat import channels
from clickclack.chat.channels import ChannelChange, ChannelFields
from clickclack.identity.actors import Actor
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body

routes = Routes[Actor]()


class ChannelInput(Body):
    """What a client may set of a channel; absent leaves a member as it is."""

    name: str | None = None
    display_title: str | None = None
    kind: str | None = None
    archived: bool | None = None
    external_managed: bool | None = None
    external_ref: str | None = None
    external_url: str | None = None
    sidebar_section: str | None = None


def _answer(status: int, change: ChannelChange) -> web.Response:
    return json_response(status, {"channel": render.channel(change.channel), "event": event(change.event)})


@routes.add(
    "GET /api/workspaces/{workspace_id}/channels",
    summary="List the channels that the caller may see, with unread counts",
    needs=Scope("channels:read"),
    answers={200: models.ChannelList},
    errors=(404,),
)
async def list_channels(call: Call[Actor]) -> web.Response:
    return await listed(call, "channels", render.channel, channels.list_channels, call.path["workspace_id"])


@routes.add(
    "POST /api/workspaces/{workspace_id}/channels",
    summary="Create a channel",
    needs=Scope("channels:write"),
    answers={201: models.ChannelAnswer},
    errors=(404,),
)
async def create(call: Call[Actor], body: ChannelInput) -> web.Response:
    fields = ChannelFields(**body.model_dump(exclude={"archived"}))
    return _answer(201, await call.db.write(channels.create, call.actor, call.path["workspace_id"], fields))


@routes.add(
    "PATCH /api/channels/{channel_id}",
    summary="Rename, describe, move or archive a channel",
    needs=Scope("channels:write"),
    answers={200: models.ChannelAnswer},
    errors=(404,),
)
async def update(call: Call[Actor], body: ChannelInput) -> web.Response:
    fields = ChannelFields(**body.model_dump())
    return _answer(200, await call.db.write(channels.update, call.actor, call.path["channel_id"], fields))
