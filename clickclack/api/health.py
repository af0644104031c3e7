"""Routes for those who run the server: alive, ready, figures, and the OpenAPI document (contract chat 1.10, 7.5)."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Any

import orjson
from aiohttp import web

from clickclack.kernel import jobs
from clickclack.kernel.database import Database
from clickclack.kernel.errors import Problem
from clickclack.kernel.http.call import DATABASE, json_response
from clickclack.kernel.metrics import Metrics

PROBE_SECONDS = 2.0
FRESH_SECONDS = 1.0
"""How long what a probe said holds for everybody: one costs a write to the disk, and anybody may ask."""


class HealthRoutes:
    """`metrics` is None when they are off; `openapi` makes the whole document, when it is first asked for."""

    def __init__(self, openapi: Callable[[], dict[str, Any]], metrics: Metrics | None) -> None:
        self._make_openapi = openapi
        self._openapi: bytes | None = None
        self._metrics = metrics
        self._probe: asyncio.Task[bool] | None = None
        self._probed_at = 0.0

    def register(self, app: web.Application) -> None:
        app.router.add_get("/healthz", self.alive)
        app.router.add_get("/readyz", self.ready)
        app.router.add_get("/metrics", self.metrics)
        app.router.add_get("/openapi.json", self.openapi)

    async def alive(self, request: web.Request) -> web.Response:
        return json_response(200, {"status": "ok"})

    async def ready(self, request: web.Request) -> web.Response:
        """503 when the database does not take a write and answer a read within 2 s; probed once a second at most."""
        now = time.monotonic()
        if self._probe is None or (self._probe.done() and now - self._probed_at >= FRESH_SECONDS):
            self._probed_at = now
            self._probe = asyncio.create_task(self._answers(request.app[DATABASE]), name="readiness probe")
        good = await asyncio.shield(self._probe)  # others wait for it, too
        return json_response(200 if good else 503, {"status": "ready" if good else "unavailable"})

    async def metrics(self, request: web.Request) -> web.Response:
        if self._metrics is None:
            return web.Response(status=404, text="404 page not found")
        with contextlib.suppress(Problem):  # the other figures are wanted most when the database fails
            self._metrics.dead_jobs(await request.app[DATABASE].read(jobs.count_dead))
        content_type = "text/plain; version=0.0.4; charset=utf-8"
        return web.Response(body=self._metrics.exposition(), headers={"Content-Type": content_type})

    async def openapi(self, request: web.Request) -> web.Response:
        if self._openapi is None:
            self._openapi = orjson.dumps(await asyncio.to_thread(self._make_openapi))
        return json_response(200, self._openapi)

    async def _answers(self, db: Database) -> bool:
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                await db.probe()
        except (TimeoutError, Problem):
            good = False
        else:
            good = True
        if self._metrics is not None:
            self._metrics.ready(good)
        return good
