"""Routes of the event log and of signals (contract chat 3.3, 3.11, 5.5, 5.7)."""

from typing import Any

import orjson
from aiohttp import web
from pydantic import Field

from clickclack.api.chat import models
from clickclack.api.chat.events import PAYLOADS, event
from clickclack.api.chat.needs import ANY_CALLER, Scope
from clickclack.api.chat.windows import EventLimit
from clickclack.chat import ephemeral, event_log
from clickclack.chat.ephemeral import Signal
from clickclack.identity.actors import Actor
from clickclack.kernel.errors import TooLarge
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body, Query

routes = Routes[Actor]()

SIGNAL_LIMIT = 64 * 1024


class EventsQuery(Query):
    """Which part of a workspace's log."""

    workspace_id: str = ""
    after_cursor: str = ""
    limit: EventLimit = 200
    include_tail: str = ""


class SignalInput(Body):
    """A signal to everybody who may see its target."""

    workspace_id: str = ""
    type: str = ""
    channel_id: str = ""
    direct_conversation_id: str = ""
    payload: dict[str, Any] = Field(default_factory=dict, description="free members, at most 64 KiB")


@routes.add(
    "GET /api/event-types",
    summary="List the types of durable events",
    needs=ANY_CALLER,
    answers={200: models.EventTypes},
)
async def event_types(call: Call[Actor]) -> web.Response:
    return json_response(200, {"event_types": sorted(PAYLOADS)})


@routes.add(
    "GET /api/realtime/events",
    summary="Read the event log after a cursor",
    needs=Scope("realtime:read"),
    answers={200: models.EventPage},
    errors=(404,),
)
async def events(call: Call[Actor], query: EventsQuery) -> web.Response:
    page = await call.db.read(event_log.page, call.actor, query.workspace_id, query.after_cursor, query.limit)
    answer: dict[str, Any] = {"events": [event(e) for e in page.events]}
    if query.include_tail == "true":
        answer["tail_cursor"] = page.tail.cursor if page.tail else ""
    return json_response(200, answer)


@routes.add(
    "POST /api/realtime/ephemeral",
    summary="Signal typing, presence or an agent's progress",
    needs=Scope("messages:write"),
    answers={202: models.EventAnswer},
    errors=(404, 409, 429),
)
async def signal(call: Call[Actor], body: SignalInput) -> web.Response:
    if len(orjson.dumps(body.payload)) > SIGNAL_LIMIT:
        raise TooLarge("payload must not be larger than 65536 bytes")
    said = Signal(body.workspace_id, body.type, body.channel_id, body.direct_conversation_id, body.payload)
    announced = await call.db.read(ephemeral.announce, call.actor, said)
    call.hub.publish([announced])
    return json_response(202, {"event": event(announced)})
