"""The chat surface as a whole: its error shape, its guards, its rooms (contract chat 1.4, 1.8, 1.9)."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from clickclack.api.callers.access import STARTED
from clickclack.api.chat import (
    app_installations,
    attachments,
    audit_log,
    auth,
    bot_menus,
    bot_setup_codes,
    bot_tokens,
    bots,
    callback_allow_list,
    channel_members,
    channels,
    connected_accounts,
    direct_conversations,
    event_subscriptions,
    github,
    hooks,
    invitations,
    me,
    members,
    messages,
    moderation,
    openid,
    owned_bots,
    pins,
    reactions,
    reads,
    realtime,
    routes,
    search,
    sessions,
    setup,
    slash_commands,
    socket,
    thread_reads,
    threads,
    topics,
    uploads,
    workspaces,
)
from clickclack.api.chat.origin import OriginRules
from clickclack.api.chat.parts import SIGN_IN
from clickclack.identity.actors import Actor
from clickclack.kernel.errors import Problem
from clickclack.kernel.http.call import CLOCK, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.surface import Surface

CHAT = web.AppKey[Surface[Actor]]("chat")

ROOMS: tuple[Routes[Actor], ...] = (
    messages.routes,
    setup.routes,
    auth.routes,
    github.routes,
    openid.routes,
    me.routes,
    owned_bots.routes,
    bots.routes,
    bot_tokens.routes,
    bot_setup_codes.routes,
    bot_menus.routes,
    sessions.routes,
    workspaces.routes,
    members.routes,
    invitations.routes,
    moderation.routes,
    channels.routes,
    channel_members.routes,
    topics.routes,
    pins.routes,
    threads.routes,
    thread_reads.routes,
    direct_conversations.routes,
    search.routes,
    hooks.routes,
    app_installations.routes,
    slash_commands.routes,
    event_subscriptions.routes,
    callback_allow_list.routes,
    connected_accounts.routes,
    audit_log.routes,
    attachments.routes,
    uploads.routes,
    reactions.routes,
    reads.routes,
    realtime.routes,
    socket.routes,
    routes.routes,
)
"""In the order in which a path is looked for: what is called most comes first."""

_CAPABILITIES = {
    "/api/messages/by-nonce": "X-ClickClack-Message-Nonce",
    "/api/uploads/by-nonce": "X-ClickClack-Upload-Nonce",
}


def render_problem(problem: Problem) -> web.Response:
    """`{"error": text}` with the status."""
    response = json_response(problem.status, {"error": problem.text})
    response.headers.update(problem.headers)
    return response


def chat_surface(authenticate: Callable[[web.Request], Awaitable[Actor]], origins: OriginRules) -> Surface[Actor]:
    """The surface at `/api`."""

    def finish(request: web.Request, response: web.StreamResponse) -> None:
        origins.finish(request, response)
        started = request.get(STARTED)
        cookie = request.app[SIGN_IN].cookie
        if started is not None and cookie.name not in response.cookies:
            cookie.put(request, response, started.secret, started.credential.expires_at or 0, request.app[CLOCK].now())
        response.headers.setdefault("Cache-Control", "no-store")
        capability = _CAPABILITIES.get(request.path)
        if capability is not None:
            response.headers[capability] = "supported"

    return Surface(
        name="chat",
        prefix="/api",
        authenticate=authenticate,
        render_problem=render_problem,
        guard=origins.guard,
        finish=finish,
    )
