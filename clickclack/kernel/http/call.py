"""What a handler gets: the request, who asks, and the server's parts."""

from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

import orjson
from aiohttp import web

from clickclack.kernel.clock import Clock
from clickclack.kernel.database import Database
from clickclack.kernel.hub import Hub

C = TypeVar("C")

DATABASE = web.AppKey("database", Database)
HUB = web.AppKey("hub", Hub)
CLOCK = web.AppKey[Clock]("clock")
CORRELATION = web.RequestKey("correlation", str)
AFTERWARDS = web.RequestKey[Callable[[], Awaitable[None]]]("afterwards")
"""What goes on after the handler has returned its response: a socket that lives long must not keep all its frames."""


class Call(Generic[C]):
    """One request to an endpoint: `actor` is who the surface found the caller to be, `path` holds the path's values.

    An endpoint that anybody may call has no actor and may ask `authenticate` for one.
    """

    __slots__ = ("actor", "authenticate", "path", "request")

    def __init__(
        self, request: web.Request, actor: C, path: dict[str, str], authenticate: Callable[[], Awaitable[C]]
    ) -> None:
        self.request = request
        self.actor = actor
        self.path = path
        self.authenticate = authenticate

    @property
    def db(self) -> Database:
        return self.request.app[DATABASE]

    @property
    def hub(self) -> Hub:
        return self.request.app[HUB]

    @property
    def clock(self) -> Clock:
        return self.request.app[CLOCK]

    @property
    def correlation_id(self) -> str:
        return self.request[CORRELATION]


def json_response(status: int, content: Any) -> web.Response:
    """A JSON answer: `content` is what orjson writes, or bytes that are JSON already."""
    body = content if isinstance(content, bytes) else orjson.dumps(content)
    return web.Response(status=status, body=body, content_type="application/json")
