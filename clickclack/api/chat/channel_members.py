"""Routes of the members of private channels, and of what a member wants to be told of (contract chat 3.7)."""

from aiohttp import web

from clickclack.api.chat import models_conversations, render
from clickclack.api.chat.events import event
from clickclack.api.chat.lists import listed
from clickclack.api.chat.needs import Scope
from clickclack.chat import channel_members, notification_preferences
from clickclack.identity.actors import Actor
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body

routes = Routes[Actor]()


class MemberInput(Body):
    """Who is to come in."""

    user_id: str


class PreferenceInput(Body):
    """`all`, `mentions` or `muted`."""

    preference: str = ""


@routes.add(
    "GET /api/channels/{channel_id}/members",
    summary="List who is in a private channel",
    needs=Scope("channels:read"),
    answers={200: models_conversations.ChannelMemberList},
    errors=(400, 404),
)
async def list_members(call: Call[Actor]) -> web.Response:
    return await listed(call, "members", render.user, channel_members.list_members, call.path["channel_id"])


@routes.add(
    "POST /api/channels/{channel_id}/members",
    summary="Bring a member of the workspace into a private channel",
    needs=Scope("channels:write"),
    answers={201: models_conversations.ChannelMemberAnswer, 200: models_conversations.ChannelMemberAnswer},
    errors=(404,),
)
async def add(call: Call[Actor], body: MemberInput) -> web.Response:
    change = await call.db.write(channel_members.add, call.actor, call.path["channel_id"], body.user_id)
    answer = {"member": render.user(change.user), "event": event(change.event)}
    return json_response(201 if change.event else 200, answer)


@routes.add(
    "DELETE /api/channels/{channel_id}/members/{user_id}",
    summary="Take somebody out of a private channel, or leave it",
    needs=Scope("channels:write"),
    answers={200: models_conversations.ChannelMemberAnswer},
    errors=(400, 404),
)
async def remove(call: Call[Actor]) -> web.Response:
    given = (call.actor, call.path["channel_id"], call.path["user_id"])
    change = await call.db.write(channel_members.remove, *given)
    return json_response(200, {"member": render.user(change.user), "event": event(change.event)})


@routes.add(
    "GET /api/channels/{channel_id}/notification-settings",
    summary="Read of which messages of a channel the caller wants to be told",
    needs=Scope("messages:read"),
    answers={200: models_conversations.NotificationPreference},
    errors=(404,),
)
async def preference(call: Call[Actor]) -> web.Response:
    found = await call.db.read(notification_preferences.preference_of, call.actor, call.path["channel_id"])
    return json_response(200, {"preference": found})


@routes.add(
    "PATCH /api/channels/{channel_id}/notification-settings",
    summary="Choose of which messages of a channel to be told",
    needs=Scope("messages:write"),
    answers={200: models_conversations.NotificationPreference},
    errors=(404,),
)
async def set_preference(call: Call[Actor], body: PreferenceInput) -> web.Response:
    given = (call.actor, call.path["channel_id"], body.preference)
    return json_response(200, {"preference": await call.db.write(notification_preferences.set_preference, *given)})
