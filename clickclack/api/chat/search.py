"""Routes of search (contract chat 3.11, 4.16)."""

from typing import Annotated

from aiohttp import web
from pydantic import BeforeValidator

from clickclack.api.chat import models_search, render
from clickclack.api.chat.needs import Scope
from clickclack.chat import search, search_index
from clickclack.chat.access import scope_name
from clickclack.chat.search import SearchHit, SearchPage, SearchRequest
from clickclack.identity.actors import Actor
from clickclack.kernel.clock import to_rfc3339
from clickclack.kernel.errors import Invalid
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Query

routes = Routes[Actor]()


PATIENCE = 1.0
"""So many seconds a search waits for the index, twice, and then answers without the newest messages and says so."""


def _limit(value: object) -> int:
    text = str(value).strip() or "50"
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if number < 1:
        raise Invalid("invalid search request: limit must be a positive integer")
    return min(number, 100)


def _sort(value: object) -> str:
    return str(value).strip() or "relevance"


class SearchInput(Query):
    """What to look for. At most 100 hits a page; `sort` is relevance or newest."""

    workspace_id: str = ""
    q: str = ""
    channel_id: str = ""
    direct_conversation_id: str = ""
    sort: Annotated[str, BeforeValidator(_sort)] = "relevance"
    limit: Annotated[int, BeforeValidator(_limit)] = 50
    cursor: str = ""


@routes.add(
    "GET /api/search",
    summary="Search the messages that the caller may see",
    needs=Scope("messages:read"),
    answers={200: models_search.SearchPage},
    errors=(404,),
)
async def find(call: Call[Actor], query: SearchInput) -> web.Response:
    if query.direct_conversation_id:
        call.actor.require_scope("dms:read")
    request = SearchRequest(**query.model_dump())
    page, is_whole = await _found(call, request)
    if not is_whole:  # a message was edited meanwhile, or the index needs more time
        page, is_whole = await _found(call, request)
    found: render.Json = {"results": [_hit(hit) for hit in page.hits], "next_cursor": page.next_cursor}
    return json_response(200, found if is_whole else {**found, "incomplete": True})


async def _found(call: Call[Actor], request: SearchRequest) -> tuple[SearchPage, bool]:
    """A page, and whether nothing can be missing in it."""
    caught_up = await search_index.catch_up(call.db, PATIENCE)
    page = await call.db.read(search.search, call.actor, request)
    return page, caught_up and page.is_whole


def _hit(hit: SearchHit) -> render.Json:
    message = hit.message
    is_root = message.root_id is None
    return {
        "id": message.id,
        "workspace_id": message.workspace_id,
        "thread_root_id": message.root_id or message.id,
        scope_name(message.channel_id): message.channel_id,
        "author": render.user(message.author),
        "created_at": to_rfc3339(message.created_at),
        "snippet": hit.snippet.text,
        "highlights": [{"start": start, "end": end} for start, end in hit.snippet.highlights],
        "reply_count": message.thread.reply_count if is_root else 0,
        "channel_seq" if is_root else "thread_seq": message.seq,
        **render.given(
            channel_name=hit.channel_name,
            parent_message_id=message.root_id,
            edited_at=message.edited_at and to_rfc3339(message.edited_at),
            last_reply_at=message.thread.last_reply_at and to_rfc3339(message.thread.last_reply_at),
        ),
    }
