"""The live socket of a workspace: replay from a cursor, then live, without gap or repeat (contract chat 5.6)."""

import logging
from functools import partial

from aiohttp import web

from clickclack.api.callers.resolution import BEARER_PROTOCOL
from clickclack.api.chat.events import frame
from clickclack.api.chat.needs import Scope
from clickclack.api.chat.parts import AUDIENCE, ORIGINS
from clickclack.chat import event_log
from clickclack.chat.event_log import Replay
from clickclack.identity.access import workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.credentials import is_live
from clickclack.identity.revocation import REVOKED
from clickclack.kernel.errors import Forbidden, Invalid, NotFound
from clickclack.kernel.http.call import AFTERWARDS, Call
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.heartbeats import HEARTBEATS
from clickclack.kernel.http.inputs import Query
from clickclack.kernel.http.sockets import Socket
from clickclack.kernel.hub import INTERRUPTED, Subscription
from clickclack.kernel.transaction import Tx

log = logging.getLogger(__name__)

routes = Routes[Actor]()

REPLAY_LIMIT = 5000
RESYNC = (4001, "realtime replay limit exceeded; resync required")


class SocketQuery(Query):
    """Which workspace, and after which event; from the beginning without a cursor."""

    workspace_id: str = ""
    after_cursor: str = ""


@routes.add(
    "GET /api/realtime/ws",
    summary="Follow a workspace's events on a WebSocket",
    needs=Scope("realtime:read"),
    answers={101: None},
    errors=(404,),
)
async def follow(call: Call[Actor], query: SocketQuery) -> web.StreamResponse:
    if not query.workspace_id:
        raise Invalid("workspace_id is required")
    if not call.request.app[ORIGINS].socket_allowed(call.request):
        raise Forbidden("origin is not allowed")
    workspace_n = (await call.db.read(workspace_of, call.actor, query.workspace_id)).workspace.n
    if not web.WebSocketResponse().can_prepare(call.request).ok:
        raise Invalid("a WebSocket upgrade is required")
    await call.request.app[AUDIENCE].load(workspace_n)  # before the hub asks it for receivers
    socket = await Socket.accept(call.request, _bearer_protocol(call.request))
    socket.end_after(_seconds_left(call))
    subscription = Subscription(workspace_n, call.actor.user_n, call.actor.credential_n, frame, socket)
    call.hub.subscribe(subscription)
    call.request[AFTERWARDS] = partial(_go_on, call, query, socket, subscription)
    return socket.response


async def _go_on(call: Call[Actor], query: SocketQuery, socket: Socket, subscription: Subscription) -> None:
    hub, heartbeats = call.hub, call.request.app[HEARTBEATS]
    try:
        heartbeats.attend(socket)
        await _catch_up(call, query, socket, subscription)
        del call, query  # nothing of the request is needed any more
        await socket.listen()
    finally:
        heartbeats.leave(socket)
        hub.unsubscribe(subscription)


def _bearer_protocol(request: web.Request) -> str | None:
    """The offered subprotocol that carried the token, to be echoed."""
    if "Authorization" in request.headers:
        return None
    offered = request.headers.get("Sec-WebSocket-Protocol", "")
    return next((p for part in offered.split(",") if (p := part.strip()).startswith(BEARER_PROTOCOL)), None)


def _seconds_left(call: Call[Actor]) -> float | None:
    expires_at = call.actor.expires_at
    return None if expires_at is None else max(0.0, (expires_at - call.clock.now()) / 1_000_000)


async def _catch_up(call: Call[Actor], query: SocketQuery, socket: Socket, subscription: Subscription) -> None:
    """Sends what the cursor has missed and goes live, or closes the socket with the reason why it cannot.

    Raises nothing: an answer other than a close would be no frame.
    """
    try:
        # Again, for everything may have been forgotten since; from here on whoever forgets closes this socket.
        await call.request.app[AUDIENCE].load(subscription.stream)
        call.hub.forget(subscription.stream)  # receivers that were worked out when nobody was known to see anything
        replay = await call.db.read(_begin, call.actor, query)
        if replay is None:
            socket.close(*REVOKED)
        else:
            await _replay(call, query, socket, subscription, replay)
    except (Forbidden, NotFound):
        socket.close(*REVOKED)
    except Exception:
        log.exception("replay of workspace %s failed; its reader is told to connect again", query.workspace_id)
        socket.close(*INTERRUPTED)


def _begin(tx: Tx, actor: Actor, query: SocketQuery) -> Replay | None:
    """The replay, looked up after the subscription; None when the credential ended meanwhile."""
    if actor.credential_n is not None and not is_live(tx, actor.credential_n):
        return None
    return event_log.start_replay(tx, actor, query.workspace_id, query.after_cursor)


async def _replay(
    call: Call[Actor], query: SocketQuery, socket: Socket, subscription: Subscription, replay: Replay
) -> None:
    """Sends the pages up to the tail and goes live; no more when the reader has left.

    Asks for a resync when there are more than 5000 events, or some have been pruned meanwhile.
    """
    after, sent = replay.after, 0
    while after is not None and after < replay.tail and not _left(call.request, socket):
        page = await call.db.read(event_log.replay_page, call.actor, query.workspace_id, after, replay.tail)
        page = page[: REPLAY_LIMIT - sent]
        socket.send(b"".join(f for e in page if (f := frame(e))))
        await socket.drained()
        after, sent = page[-1].n if page else None, sent + len(page)
    if after is None:
        socket.close(*RESYNC)
    elif after >= replay.tail:
        subscription.go_live(replay.tail)


def _left(request: web.Request, socket: Socket) -> bool:
    return socket.response.closed or request.transport is None or request.transport.is_closing()
