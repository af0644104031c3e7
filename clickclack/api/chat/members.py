"""Routes of the member directory (contract chat 3.5)."""

from aiohttp import web
from pydantic import Field

from clickclack.api.chat import models_workspaces, render_identity
from clickclack.api.chat.needs import Scope
from clickclack.api.chat.render_identity import DIRECTORY
from clickclack.identity import members
from clickclack.identity.actors import Actor
from clickclack.identity.members import DirectoryQuery
from clickclack.kernel.errors import Invalid
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Query

routes = Routes[Actor]()

HIGHEST = 200


class MembersQuery(Query):
    """Which part of the directory: `q` is a part of a name or handle."""

    limit: str = Field(default="100", description="a positive integer; more than 200 count as 200")
    cursor: str = ""
    q: str = ""
    role: str = ""

    def part(self) -> DirectoryQuery:
        """The part asked for; Invalid for a limit that is no positive integer, or an unknown role."""
        text = self.limit.strip()[:9] or "100"
        if not (text.isascii() and text.isdigit()) or int(text) < 1:
            raise Invalid("invalid workspace member page request: limit must be a positive integer")
        if self.role and self.role not in DIRECTORY:
            raise Invalid("invalid workspace member page request: unknown role")
        rank = DIRECTORY.index(self.role) if self.role else None
        return DirectoryQuery(min(int(text), HIGHEST), self.cursor, self.q, rank)


@routes.add(
    "GET /api/workspaces/{workspace_id}/members",
    summary="Read the member directory",
    needs=Scope("workspaces:read"),
    answers={200: models_workspaces.MemberPage},
    errors=(404,),
)
async def directory(call: Call[Actor], query: MembersQuery) -> web.Response:
    page = await call.db.read(members.directory, call.actor, call.path["workspace_id"], query.part())
    return json_response(200, render_identity.member_page(page))
