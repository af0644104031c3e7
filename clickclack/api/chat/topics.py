"""Routes of topics (contract chat 3.6)."""

from aiohttp import web

from clickclack.api.chat import models_conversations, render_conversations
from clickclack.api.chat.lists import listed
from clickclack.api.chat.needs import Scope
from clickclack.chat import topics
from clickclack.identity.actors import Actor
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body

routes = Routes[Actor]()


class TopicInput(Body):
    """A topic of one channel, or without an id of the whole workspace."""

    name: str = ""
    channel_id: str = ""


@routes.add(
    "GET /api/workspaces/{workspace_id}/topics",
    summary="List the topics that the caller may use",
    needs=Scope("channels:read"),
    answers={200: models_conversations.TopicList},
    errors=(404,),
)
async def list_topics(call: Call[Actor]) -> web.Response:
    return await listed(call, "topics", render_conversations.topic, topics.list_topics, call.path["workspace_id"])


@routes.add(
    "POST /api/workspaces/{workspace_id}/topics",
    summary="Create a topic",
    needs=Scope("channels:write"),
    answers={201: models_conversations.TopicAnswer},
    errors=(404, 429),
)
async def create(call: Call[Actor], body: TopicInput) -> web.Response:
    given = (call.actor, call.path["workspace_id"], body.name, body.channel_id)
    return json_response(201, {"topic": render_conversations.topic(await call.db.write(topics.create, *given))})
