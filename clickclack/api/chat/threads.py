"""Routes of threads (contract chat 3.7)."""

from aiohttp import web

from clickclack.api.chat import models, render
from clickclack.api.chat.attachments import UploadIds
from clickclack.api.chat.events import event
from clickclack.api.chat.needs import Scope
from clickclack.api.chat.windows import PageLimit
from clickclack.chat import route_ids, threads
from clickclack.chat.drafts import Draft
from clickclack.identity.actors import Actor
from clickclack.kernel.errors import Invalid
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body, Query
from clickclack.kernel.transaction import Tx

routes = Routes[Actor]()


class ThreadQuery(Query):
    """How many replies, from the start or with `latest=true` from the end."""

    limit: PageLimit = 100
    latest: str = "false"


class ReplyInput(Body):
    """A reply to post. An absent member is empty."""

    body: str = ""
    quoted_message_id: str = ""
    nonce: str = ""
    upload_ids: UploadIds = ()


@routes.add(
    "GET /api/messages/{message_id}/thread",
    summary="Read a thread",
    needs=Scope("threads:read"),
    answers={200: models.Thread},
    errors=(404,),
)
async def read(call: Call[Actor], query: ThreadQuery) -> web.Response:
    if query.latest not in ("true", "false"):
        raise Invalid("latest must be true or false")
    latest = query.latest == "true"

    def found(tx: Tx) -> tuple[int | None, bytes]:
        thread = threads.read_thread(tx, call.actor, call.path["message_id"], query.limit, latest)
        return thread.root.n if thread.root.route_id is None else None, render.encoded(render.thread(thread))

    root_n, answer = await call.db.read(found)
    if root_n is not None:
        await call.db.write(route_ids.ensure_message_route, root_n)
        _, answer = await call.db.read(found)
    return json_response(200, answer)


@routes.add(
    "POST /api/messages/{message_id}/thread/replies",
    summary="Reply in a thread; a repeated nonce answers with the reply it made",
    needs=Scope("threads:write"),
    answers={201: models.ReplyAnswer, 200: models.ReplyAnswer},
    errors=(404, 409, 429),
)
async def reply(call: Call[Actor], body: ReplyInput) -> web.Response:
    draft = Draft(**body.model_dump(), correlation_id=call.correlation_id)
    replied = await call.db.write_brief(threads.reply, call.actor, call.path["message_id"], draft)
    answer = {
        "message": render.message(replied.message),
        "thread_state": render.thread_state(replied.thread),
        "events": [event(e) for e in replied.events] or None,
    }
    return json_response(201 if replied.events else 200, answer)
