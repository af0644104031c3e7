"""A surface: one public dialect of the API, with its own errors, guards and way to tell who calls."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from aiohttp import web

from clickclack.kernel.errors import Problem
from clickclack.kernel.http.call import Call
from clickclack.kernel.http.endpoint import Endpoint, Routes
from clickclack.kernel.http.inputs import read_body, read_fields, read_query, refuse_encoded

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Surface(Generic[C]):
    """A dialect and the path `prefix` it owns.

    `authenticate` makes the actor or raises Unauthenticated; `guard` answers or refuses a request before routing (CORS,
    CSRF); `finish` adds the surface's own response headers.
    """

    name: str
    prefix: str
    authenticate: Callable[[web.Request], Awaitable[C]]
    render_problem: Callable[[Problem], web.Response]
    guard: Callable[[web.Request], web.Response | None]
    finish: Callable[[web.Request, web.StreamResponse], None]

    def owns(self, path: str) -> bool:
        return path == self.prefix or path.startswith(self.prefix + "/")

    def register(self, app: web.Application, rooms: Iterable[Routes[C]]) -> list[Endpoint[C]]:
        """Adds every endpoint of the rooms to the application and returns them."""
        endpoints = [endpoint for routes in rooms for endpoint in routes.endpoints]
        for endpoint in endpoints:
            app.router.add_route(endpoint.method, endpoint.path, _handler(self, endpoint))
        return endpoints


def _handler(surface: Surface[C], endpoint: Endpoint[C]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The steps of a request in their order: who, may they, what do they send, do it (contract chat 3)."""
    authenticate, needs, admit = surface.authenticate, endpoint.needs, endpoint.admit
    query_model, handler, reads_first = endpoint.query, endpoint.handler, endpoint.reads_first
    takes_body = endpoint.takes_body
    reads = endpoint.body is not None or endpoint.fields is not None

    async def handle(request: web.Request) -> web.StreamResponse:
        path = dict(request.match_info)
        actor: Any = None
        if admit is not None:
            admit(request)
        if needs is not None:
            actor = await authenticate(request)
            if not reads_first:
                needs.check(actor, path)
        if takes_body:
            refuse_encoded(request)
        inputs: dict[str, Any] = {}
        if query_model is not None:
            inputs["query"] = read_query(request, query_model)
        if reads:
            is_here = request.content.is_eof()
            inputs |= await _read(request, endpoint)
            if needs is not None and not is_here:  # what ended while the body was on its way lets nobody in
                actor = await authenticate(request)
            if needs is not None and (reads_first or not is_here):
                needs.check(actor, path)
        return await handler(Call(request, actor, path, partial(authenticate, request)), **inputs)

    return handle


async def _read(request: web.Request, endpoint: Endpoint[Any]) -> dict[str, Any]:
    """What the handler takes from the body, by the name of its parameter."""
    if endpoint.body is not None:
        return {"body": await read_body(request, endpoint.body)}
    if endpoint.fields is not None:
        return {"fields": await read_fields(request, endpoint.fields)}
    return {}
