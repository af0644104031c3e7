"""Routes of direct conversations (contract chat 3.10)."""

from aiohttp import web
from pydantic import Field

from clickclack.api.chat import models, models_conversations, render, render_conversations
from clickclack.api.chat.attachments import UploadIds
from clickclack.api.chat.lists import listed
from clickclack.api.chat.messages import posted_answer
from clickclack.api.chat.needs import PeopleOnly, Scope
from clickclack.api.chat.reads import ReadInput
from clickclack.api.chat.windows import PageQuery
from clickclack.chat import direct_conversations, message_pages, posting, reads
from clickclack.chat.access import direct_place
from clickclack.chat.direct_conversations import DirectConversation
from clickclack.chat.drafts import Draft
from clickclack.chat.reads import ReadReceipt
from clickclack.identity.actors import Actor
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes, reads_first
from clickclack.kernel.http.inputs import Body, Query, Texts
from clickclack.kernel.transaction import Tx

routes = Routes[Actor]()


class WorkspaceQuery(Query):
    """Of which workspace."""

    workspace_id: str = ""


class ConversationInput(Body):
    """With whom, beside the caller."""

    workspace_id: str = ""
    member_ids: Texts = Field(default_factory=list[str])


class DirectMessageInput(Body):
    """A message to post. An absent member is empty."""

    body: str = ""
    quoted_message_id: str = ""
    nonce: str = ""
    kind: str = ""
    turn_id: str = ""
    upload_ids: UploadIds = ()


def _one(status: int, found: DirectConversation) -> web.Response:
    return json_response(status, {"conversation": render_conversations.direct_conversation(found)})


@routes.add(
    "GET /api/dms",
    summary="List the caller's direct conversations, with unread counts",
    needs=Scope("dms:read"),
    answers={200: models_conversations.DirectConversationList},
    errors=(404,),
)
async def list_conversations(call: Call[Actor], query: WorkspaceQuery) -> web.Response:
    return await listed(
        call,
        "conversations",
        render_conversations.direct_conversation,
        direct_conversations.list_conversations,
        query.workspace_id,
    )


@routes.add(
    "POST /api/dms",
    summary="Open a direct conversation; with one other person there is only one",
    needs=Scope("dms:write"),
    answers={201: models_conversations.DirectConversationAnswer},
    errors=(404,),
)
@reads_first
async def create(call: Call[Actor], body: ConversationInput) -> web.Response:
    opened = direct_conversations.open_with
    return _one(201, await call.db.write(opened, call.actor, body.workspace_id, body.member_ids))


@routes.add(
    "GET /api/dms/{conversation_id}",
    summary="Read a direct conversation, hidden or not",
    needs=Scope("dms:read"),
    answers={200: models_conversations.DirectConversationAnswer},
    errors=(404,),
)
async def get(call: Call[Actor]) -> web.Response:
    return _one(200, await call.db.read(direct_conversations.get, call.actor, call.path["conversation_id"]))


@routes.add(
    "DELETE /api/dms/{conversation_id}",
    summary="Take a direct conversation out of the caller's list",
    needs=PeopleOnly("bot tokens cannot close direct conversations"),
    answers={200: models.Ok},
    errors=(404,),
)
async def hide(call: Call[Actor]) -> web.Response:
    await call.db.write(direct_conversations.hide, call.actor, call.path["conversation_id"])
    return json_response(200, {"ok": True})


@routes.add(
    "POST /api/dms/{conversation_id}/open",
    summary="Put a direct conversation back into the caller's list",
    needs=PeopleOnly("bot tokens cannot reopen direct conversations"),
    answers={200: models_conversations.DirectConversationAnswer},
    errors=(404,),
)
async def reopen(call: Call[Actor]) -> web.Response:
    return _one(200, await call.db.write(direct_conversations.reopen, call.actor, call.path["conversation_id"]))


@routes.add(
    "GET /api/dms/{conversation_id}/messages",
    summary="Read a window of a direct conversation's history",
    needs=Scope("dms:read"),
    answers={200: models.MessagePage},
    errors=(404,),
)
async def page(call: Call[Actor], query: PageQuery) -> web.Response:
    def read(tx: Tx) -> bytes:
        place = direct_place(tx, call.actor, call.path["conversation_id"])
        return render.encoded(render.message_page(message_pages.page(tx, call.actor, place, query.window())))

    return json_response(200, await call.db.read(read))


@routes.add(
    "POST /api/dms/{conversation_id}/messages",
    summary="Post into a direct conversation; a repeated nonce answers with the message it made",
    needs=Scope("dms:write"),
    answers={201: models.MessageChange, 200: models.MessageAnswer},
    errors=(404, 409),
)
@reads_first
async def post(call: Call[Actor], body: DirectMessageInput) -> web.Response:
    draft = Draft(**body.model_dump(), correlation_id=call.correlation_id)
    given = (call.actor, call.path["conversation_id"], draft)
    return posted_answer(await call.db.write_brief(posting.post_direct, *given))


@routes.add(
    "POST /api/dms/{conversation_id}/read",
    summary="Mark a direct conversation as read up to a message",
    needs=Scope("dms:read"),
    answers={200: models.ReadAnswer},
    errors=(404,),
)
@reads_first
async def mark_read(call: Call[Actor], body: ReadInput) -> web.Response:
    def mark(tx: Tx) -> ReadReceipt:
        place = direct_place(tx, call.actor, call.path["conversation_id"])
        return reads.mark_read(tx, call.actor, place, body.seq)[0]

    return json_response(200, {"receipt": render.receipt(await call.db.write_brief(mark))})
