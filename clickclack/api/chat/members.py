"""Routes of the member directory (contract chat 3.5)."""

from typing import Annotated

from aiohttp import web
from pydantic import BeforeValidator, Field

from clickclack.api.chat import models, render_identity
from clickclack.api.chat.needs import Scope
from clickclack.identity import members
from clickclack.identity.actors import Actor
from clickclack.identity.members import DirectoryQuery
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Query

routes = Routes[Actor]()

HIGHEST = 200


def _limit(value: object) -> int:
    text = str(value).strip()
    if not (text.isascii() and text.isdigit()) or int(text[:9]) < 1:
        raise ValueError("invalid workspace member page request: limit must be a positive integer")
    return min(int(text[:9]), HIGHEST)


class MembersQuery(Query):
    """Which part of the directory: `q` is a part of a name or handle."""

    limit: Annotated[int, BeforeValidator(_limit)] = Field(default=100, description="at most 200")
    cursor: str = ""
    q: str = ""
    role: str = ""


@routes.add(
    "GET /api/workspaces/{workspace_id}/members",
    summary="Read the member directory",
    needs=Scope("workspaces:read"),
    answers={200: models.MemberPage},
    errors=(404,),
)
async def directory(call: Call[Actor], query: MembersQuery) -> web.Response:
    asked = DirectoryQuery(query.limit, query.cursor, query.q, query.role)
    page = await call.db.read(members.directory, call.actor, call.path["workspace_id"], asked)
    return json_response(200, render_identity.member_page(page))
