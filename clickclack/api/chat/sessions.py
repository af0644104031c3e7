"""Routes of one's own sessions (additions to contract chat)."""

from aiohttp import web

from clickclack.api.chat import models_sessions, render_identity
from clickclack.api.chat.needs import PeopleOnly
from clickclack.api.chat.parts import USES
from clickclack.identity import credentials
from clickclack.identity.actors import Actor
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes

routes = Routes[Actor]()

PEOPLE = PeopleOnly("bot tokens have no sessions")


@routes.add(
    "GET /api/me/sessions",
    summary="List one's sessions by device, newest first",
    needs=PEOPLE,
    answers={200: models_sessions.SessionList},
)
async def list_sessions(call: Call[Actor]) -> web.Response:
    await call.request.app[USES]()
    found = await call.db.read(credentials.sessions_of, call.actor.user_n)
    listed = [render_identity.session(s, s.n == call.actor.credential_n) for s in found]
    return json_response(200, {"sessions": listed})


@routes.add(
    "DELETE /api/me/sessions",
    summary="End all of one's sessions but the one in use",
    needs=PEOPLE,
    answers={200: models_sessions.Revoked},
)
async def revoke_others(call: Call[Actor]) -> web.Response:
    return json_response(200, {"revoked": await call.db.write(credentials.revoke_other_sessions, call.actor)})


@routes.add(
    "DELETE /api/me/sessions/{session_id}",
    summary="End one of one's sessions",
    needs=PEOPLE,
    answers={204: None},
    errors=(404,),
)
async def revoke(call: Call[Actor]) -> web.Response:
    await call.db.write(credentials.revoke_session, call.actor, call.path["session_id"])
    return web.Response(status=204)
