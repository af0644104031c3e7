"""Somebody else's server, which keeps what it is sent and answers as it is told."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web
from aiohttp.test_utils import TestServer

SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Received:
    """A request: its headers and its body."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """Whether both signatures are right: contract chat 6.12, and Standard Webhooks with the secret in its form."""
        stamp = self.headers["X-ClickClack-Timestamp"]
        hexed = hmac.new(secret.encode(), f"{stamp}.".encode() + self.body, hashlib.sha256).hexdigest()
        key = base64.b64decode(("whsec_" + base64.b64encode(secret.encode()).decode()).removeprefix("whsec_"))
        head = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode()
        standard = base64.b64encode(hmac.new(key, head + self.body, hashlib.sha256).digest()).decode()
        return (
            self.headers["X-ClickClack-Signature"] == f"sha256={hexed}"
            and self.headers["webhook-signature"] == f"v1,{standard}"
        )


@dataclass
class Receiver:
    """`answers` are given first, in turn, then `usual`: status and body; none before `hold` is set.

    One that `breaks_off` closes the connection instead.
    """

    url: str = ""
    usual: tuple[int, bytes] = (200, b"{}")
    answers: list[tuple[int, bytes]] = field(default_factory=lambda: list[tuple[int, bytes]]())
    got: list[Received] = field(default_factory=lambda: list[Received]())
    came: asyncio.Event = field(default_factory=asyncio.Event)
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    breaks_off: bool = False

    async def handle(self, request: web.Request) -> web.Response:
        self.got.append(Received(dict(request.headers), await request.read()))
        self.came.set()
        await self.hold.wait()
        if self.breaks_off and request.transport is not None:
            request.transport.close()
        status, body = self.answers.pop(0) if self.answers else self.usual
        headers = {"Location": "/elsewhere"} if 300 <= status < 400 else None
        return web.Response(status=status, body=body, headers=headers)

    async def until(self, count: int) -> list[Received]:
        """What has arrived once that is so many requests."""
        async with asyncio.timeout(SECONDS):
            while len(self.got) < count:
                self.came.clear()
                await self.came.wait()
        return self.got

    @property
    def told(self) -> list[str]:
        """The types of the events that arrived."""
        return [received.json["event"]["type"] for received in self.got]


@contextlib.asynccontextmanager
async def receiving() -> AsyncGenerator[Receiver]:
    """A receiver on a port of its own."""
    receiver = Receiver()
    receiver.hold.set()
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    async with TestServer(app) as server:
        receiver.url = str(server.make_url("/hook"))
        yield receiver
