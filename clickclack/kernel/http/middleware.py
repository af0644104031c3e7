"""The one middleware: correlation id, the surface's guard, problems as answers, headers, observers."""

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Middleware

from clickclack.kernel.errors import BadUpstream, Invalid, NotFound, Problem
from clickclack.kernel.http.call import AFTERWARDS, CORRELATION
from clickclack.kernel.http.headers import correlate, dress
from clickclack.kernel.http.surface import Surface

log = logging.getLogger(__name__)

Observer = Callable[[web.Request, web.StreamResponse, float], None]
"""Told of each answer, with the seconds it took."""

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]


def one_middleware(
    surfaces: Sequence[Surface[Any]],
    enter: Callable[[str], object],
    observers: Sequence[Observer],
) -> Middleware:
    """The middleware for an application with these surfaces; `enter` is told the correlation id of each request."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handle) -> web.StreamResponse:
        started = time.perf_counter()
        enter(correlate(request))
        path = request.path
        surface = next((s for s in surfaces if s.owns(path)), None)
        response = await _answer(request, handler, surface)
        if AFTERWARDS in request:
            await _go_on(request)
        if not response.prepared:
            dress(request, response)
            if surface is not None:
                surface.finish(request, response)
        for observe in observers:
            observe(request, response, time.perf_counter() - started)
        return response

    return middleware


async def _answer(request: web.Request, handler: Handle, surface: Surface[Any] | None) -> web.StreamResponse:
    render = surface.render_problem if surface is not None else _plain
    try:
        refused = surface.guard(request) if surface is not None else None
        return refused or await handler(request)
    except Problem as problem:
        if isinstance(problem, BadUpstream):  # no defect of ours, and anybody with a command can have it happen
            log.warning("%s %s: %d %s", request.method, request.rel_url.raw_path, problem.status, problem.text)
        elif problem.status >= 500:
            log.exception("%s %s: %d", request.method, request.rel_url.raw_path, problem.status)
        return render(problem)
    except web.HTTPException as reply:
        return _from_router(reply, surface)
    except web.RequestPayloadError:
        return render(Invalid("request body is not valid HTTP"))
    except Exception as error:
        if _has_left(request, error):
            return _plain(Invalid("the client left"))  # which nobody reads
        log.exception("%s %s failed", request.method, request.rel_url.raw_path)
        return render(Problem(f"internal error; the server's log has the line under {request[CORRELATION]}"))


def _has_left(request: web.Request, error: Exception) -> bool:
    return isinstance(error, ConnectionError) and (request.transport is None or request.transport.is_closing())


async def _go_on(request: web.Request) -> None:
    """Nothing that fails here can be answered any more: the response is sent."""
    going_on = request[AFTERWARDS]()
    del request[AFTERWARDS]  # it holds what only its beginning needs
    try:
        await going_on
    except Exception:
        log.exception("%s %s failed after its answer", request.method, request.rel_url.raw_path)


def _from_router(reply: web.HTTPException, surface: Surface[Any] | None) -> web.StreamResponse:
    if isinstance(reply, web.HTTPMethodNotAllowed):
        return web.Response(status=405, headers={"Allow": ", ".join(sorted(reply.allowed_methods))})
    if isinstance(reply, web.HTTPNotFound) and surface is not None:
        return surface.render_problem(NotFound("route not found"))
    headers = {name: value for name, value in reply.headers.items() if name != "Content-Type"}
    return web.Response(status=reply.status, reason=reply.reason, text=reply.text, headers=headers)


def _plain(problem: Problem) -> web.Response:
    return web.Response(status=problem.status, text=problem.text, headers=problem.headers)
