"""A server for the benchmarks: the product's application with one more route, `POST /api/noop`, which only answers.

Run as `server.py <data directory>`; prints its port. The no-op goes the whole way of a request: middleware,
authentication, body, validation, answer.
"""

import asyncio
import sys
from pathlib import Path

from aiohttp import web

from clickclack.api.chat import models
from clickclack.api.chat.messages import MessageInput
from clickclack.api.chat.needs import Scope
from clickclack.api.chat.surface import CHAT
from clickclack.app import open_data, running
from clickclack.identity.actors import Actor
from clickclack.kernel import garbage
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.listening import listen
from clickclack.settings import Settings

routes = Routes[Actor]()


@routes.add("POST /api/noop", summary="Answer", needs=Scope("messages:write"), answers={201: models.Ok})
async def noop(call: Call[Actor], body: MessageInput) -> web.Response:
    return json_response(201, {"ok": True})


async def main(data: Path) -> None:
    much = {"upload_limit": 2**40, "upload_quota": 2**41}
    settings = Settings.model_validate({"data": data, "addr": "127.0.0.1:0", "dev_bootstrap": True, **much})
    open_data(settings)
    garbage.tune()  # as `serve` does
    async with running(settings) as app:
        app[CHAT].register(app, [routes])
        await listen(app, "127.0.0.1", 0, lambda port: print(port, flush=True))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
