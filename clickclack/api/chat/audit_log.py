"""The route of the audit log (contract chat 3.9, 6.18)."""

from aiohttp import web

from clickclack.api.chat import models_integrations, render_integrations
from clickclack.api.chat.lists import listed
from clickclack.api.chat.needs import PeopleOnly
from clickclack.api.chat.windows import AuditLimit
from clickclack.identity import audit
from clickclack.identity.actors import Actor
from clickclack.kernel.http.call import Call
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Query

routes = Routes[Actor]()


class AuditQuery(Query):
    """How many entries."""

    limit: AuditLimit = 100


@routes.add(
    "GET /api/workspaces/{workspace_id}/audit-log",
    summary="Read who did what in a workspace, newest first",
    needs=PeopleOnly("bot tokens cannot read audit logs"),
    answers={200: models_integrations.AuditLog},
    errors=(404,),
)
async def entries(call: Call[Actor], query: AuditQuery) -> web.Response:
    return await listed(
        call,
        "audit_log_entries",
        render_integrations.audit_entry,
        audit.entries,
        call.path["workspace_id"],
        query.limit,
    )
