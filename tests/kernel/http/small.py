"""A small surface of the kernel's own, to speak HTTP with: nothing in it belongs to the product."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping, Sequence

from aiohttp import ClientSession, DummyCookieJar, web
from aiohttp.test_utils import TestServer
from pydantic import BaseModel

from clickclack.kernel.errors import BadUpstream, Forbidden, Problem, Unauthenticated, Unavailable
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body, Query
from clickclack.kernel.http.listening import listening
from clickclack.kernel.http.middleware import Observer, one_middleware
from clickclack.kernel.http.surface import Surface

routes = Routes[str]()


class Thing(Body):
    title: str
    count: int = 1
    note: str = "none"


class Page(Query):
    limit: int = 10
    tag: str = ""


class ThingAnswer(BaseModel):
    title: str
    count: int


class Failure(BaseModel):
    error: str


class Named:
    """Only the caller called so; with a scope."""

    scope = "things:write"

    def check(self, actor: str, path: Mapping[str, str]) -> None:
        if actor != "ann":
            raise Forbidden(f"{actor} may not write {path.get('thing_id', 'things')}")


@routes.add("GET /v1/things/{thing_id}", summary="Read a thing", answers={200: ThingAnswer}, errors=(404,))
async def read(call: Call[str], query: Page) -> web.Response:
    return json_response(200, {"id": call.path["thing_id"], "limit": query.limit, "tag": query.tag})


@routes.add("POST /v1/things", summary="Make a thing", answers={201: ThingAnswer, 200: None}, needs=Named())
async def make(call: Call[str], body: Thing) -> web.Response:
    return json_response(201, {"title": body.title, "count": body.count, "note": body.note, "by": call.actor})


@routes.add("DELETE /v1/things/{thing_id}", summary="Remove a thing", answers={204: None}, needs=Named())
async def remove(call: Call[str]) -> web.Response:
    return web.Response(status=204)


@routes.add("GET /v1/broken", summary="Fail", answers={200: None})
async def broken(call: Call[str]) -> web.Response:
    raise LookupError("secret detail")


@routes.add("GET /v1/who", summary="Say who calls", answers={200: None})
async def who(call: Call[str]) -> web.Response:
    return json_response(200, {"who": await call.authenticate(), "id": call.correlation_id})


async def authenticate(request: web.Request) -> str:
    name = request.headers.get("X-Name", "")
    if not name:
        raise Unauthenticated("who are you?", headers={"WWW-Authenticate": "Name"})
    return name


def render(problem: Problem) -> web.Response:
    content = {"error": problem.text, **({"fields": problem.fields} if problem.fields else {})}
    response = json_response(problem.status, content)
    response.headers.update(problem.headers)
    return response


def guard(request: web.Request) -> web.Response | None:
    if "X-Refused" in request.headers:
        raise Forbidden("refused before routing")
    return web.Response(status=204, text="") if "X-Answered" in request.headers else None


def finish(request: web.Request, response: web.StreamResponse) -> None:
    response.headers["X-Surface"] = "small"


def surface() -> Surface[str]:
    return Surface("small", "/v1", authenticate, render, guard, finish)


async def later(request: web.Request) -> web.Response:
    raise Unavailable("not now")


async def elsewhere(request: web.Request) -> web.Response:
    raise BadUpstream("the other server failed")


async def plain(request: web.Request) -> web.Response:
    raise Forbidden("no", headers={"X-Why": "because"})


async def moved(request: web.Request) -> web.Response:
    raise web.HTTPFound("/plain")


async def streamed(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"x" * 10)
    return response


def application(observers: Sequence[Observer] = (), entered: list[str] | None = None) -> web.Application:
    """The small surface, with some routes outside of it."""
    made = surface()
    noted: list[str] = [] if entered is None else entered
    app = web.Application(middlewares=[one_middleware([made], noted.append, observers)])
    made.register(app, [routes])
    app.router.add_get("/plain", plain)
    app.router.add_get("/v1/later", later)
    app.router.add_get("/v1/elsewhere", elsewhere)
    app.router.add_get("/moved", moved)
    app.router.add_get("/streamed", streamed)
    return app


@contextlib.asynccontextmanager
async def raw(observers: Sequence[Observer] = ()) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A bare connection to the small surface, for those who speak no proper HTTP."""
    async with listening(application(observers), "127.0.0.1", 0) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            yield reader, writer
        finally:
            writer.close()
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def served(observers: Sequence[Observer] = (), entered: list[str] | None = None) -> AsyncGenerator[ClientSession]:
    """A client of the small surface."""
    async with (
        TestServer(application(observers, entered), shutdown_timeout=1) as server,
        ClientSession(server.make_url("/"), cookie_jar=DummyCookieJar()) as client,
    ):
        yield client
