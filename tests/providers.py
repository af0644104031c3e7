"""Other people's servers as the tests play them: on this machine, answering what they are told to."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

import orjson
from aiohttp import web
from aiohttp.test_utils import TestServer

Reply = Callable[[web.Request], web.StreamResponse] | web.StreamResponse | Any
"""What a path is answered: a response, JSON to be sent with status 200, or a function of the request."""


class Provider:
    """A server whose answers by path are `replies`; what it was asked is kept, with the form that was sent."""

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {}
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = (await request.read()).decode()
        self.asked.append((request.path, dict(request.headers), dict(parse_qsl(body))))
        if request.path not in self.replies:
            return web.Response(status=404)
        reply = self.replies[request.path]
        if callable(reply):
            reply = reply(request)
        if isinstance(reply, int):
            return web.Response(status=reply)
        if isinstance(reply, web.StreamResponse):
            return reply
        return web.Response(body=orjson.dumps(reply), content_type="application/json")

    def form(self, path: str) -> dict[str, str]:
        """The form that was last sent to a path."""
        return next(form for asked, _, form in reversed(self.asked) if asked == path)

    def headers(self, path: str) -> dict[str, str]:
        """The headers of the last request to a path."""
        return next(headers for asked, headers, _ in reversed(self.asked) if asked == path)


@asynccontextmanager
async def provider() -> AsyncGenerator[Provider]:
    """A provider that serves while the block runs."""
    played = Provider()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", played.answer)
    async with TestServer(app) as server:
        played.url = str(server.make_url("")).rstrip("/")
        yield played
