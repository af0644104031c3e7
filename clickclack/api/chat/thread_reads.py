"""Routes of followed threads (an addition to the contract)."""

from collections.abc import Callable

from aiohttp import web

from clickclack.api.chat import models_conversations, render_conversations
from clickclack.api.chat.lists import listed
from clickclack.api.chat.needs import Scope
from clickclack.api.chat.reads import ReadInput
from clickclack.chat import thread_reads
from clickclack.chat.thread_reads import ThreadRead
from clickclack.identity.actors import Actor
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.transaction import Tx

routes = Routes[Actor]()


async def _changed(call: Call[Actor], verb: Callable[[Tx, Actor, str], ThreadRead]) -> web.Response:
    read = await call.db.write(verb, call.actor, call.path["message_id"])
    return json_response(200, {"read": render_conversations.thread_read(read)})


@routes.add(
    "GET /api/workspaces/{workspace_id}/threads",
    summary="List the threads that the caller follows, with unread counts",
    needs=Scope("threads:read"),
    answers={200: models_conversations.FollowedThreadList},
    errors=(404,),
)
async def list_followed(call: Call[Actor]) -> web.Response:
    shown = render_conversations.followed_thread
    return await listed(call, "threads", shown, thread_reads.list_followed, call.path["workspace_id"])


@routes.add(
    "POST /api/messages/{message_id}/thread/follow",
    summary="Follow a thread",
    needs=Scope("threads:read"),
    answers={200: models_conversations.ThreadReadAnswer},
    errors=(400, 404),
)
async def follow(call: Call[Actor]) -> web.Response:
    return await _changed(call, thread_reads.follow)


@routes.add(
    "DELETE /api/messages/{message_id}/thread/follow",
    summary="Follow a thread no more",
    needs=Scope("threads:read"),
    answers={200: models_conversations.ThreadReadAnswer},
    errors=(400, 404),
)
async def unfollow(call: Call[Actor]) -> web.Response:
    return await _changed(call, thread_reads.unfollow)


@routes.add(
    "POST /api/messages/{message_id}/thread/read",
    summary="Mark a followed thread as read up to a reply",
    needs=Scope("threads:read"),
    answers={200: models_conversations.ThreadReadAnswer},
    errors=(404,),
)
async def mark_read(call: Call[Actor], body: ReadInput) -> web.Response:
    return await _changed(call, lambda tx, actor, message_id: thread_reads.mark_read(tx, actor, message_id, body.seq))
