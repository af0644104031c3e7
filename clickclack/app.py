"""The composition root: makes the parts, joins them, starts and stops them in order."""

import contextlib
import logging
from collections.abc import AsyncGenerator
from functools import partial
from importlib import resources
from pathlib import Path

from aiohttp import web

from clickclack import __version__, integration_parts, sign_in_parts
from clickclack.api.callers.resolution import Resolver
from clickclack.api.chat.models import Error
from clickclack.api.chat.origin import OriginRules
from clickclack.api.chat.parts import (
    AUDIENCE,
    CLAIMS,
    CONFIG,
    INTEGRATIONS,
    OAUTH,
    ORIGINS,
    SIGN_IN,
    UPLOADING,
    USES,
    PublicConfig,
    Uploading,
)
from clickclack.api.chat.surface import CHAT, ROOMS, chat_surface
from clickclack.api.health import HealthRoutes
from clickclack.api.web import WebUi
from clickclack.background import timers, workers
from clickclack.chat.audience import ChatAudience
from clickclack.chat.furnishing import furnish
from clickclack.chat.image_inspection import ImageInspector
from clickclack.chat.upload_quota import Arrivals
from clickclack.identity import bootstrap
from clickclack.identity.revocation import SocketCloser
from clickclack.kernel import events, ids, logs, seal
from clickclack.kernel.blobs import BlobStore
from clickclack.kernel.clock import Clock, SystemClock
from clickclack.kernel.database import Database
from clickclack.kernel.hosts import canonical_origin
from clickclack.kernel.http.access_log import AccessLog
from clickclack.kernel.http.call import CLOCK, DATABASE, HUB
from clickclack.kernel.http.heartbeats import HEARTBEATS, Heartbeats
from clickclack.kernel.http.middleware import Observer, one_middleware
from clickclack.kernel.http.openapi import document
from clickclack.kernel.hub import Hub
from clickclack.kernel.job_runner import JobRunner
from clickclack.kernel.local_blobs import LocalBlobs
from clickclack.kernel.log_follower import LogFollower
from clickclack.kernel.metrics import Metrics
from clickclack.kernel.opening import migrate_file, prepare_directory, prepare_folder
from clickclack.kernel.outbound import Outbound
from clickclack.kernel.passwords import Passwords
from clickclack.kernel.rate_limit import SlidingWindow
from clickclack.kernel.timers import Timers
from clickclack.kernel.turns import Turns
from clickclack.push_sender import PushSender
from clickclack.settings import Settings

log = logging.getLogger(__name__)

FOLDERS = ("backups", "logs", "uploads")
CLAIM_TIMES, CLAIM_SECONDS = 10, 60.0


def open_data(settings: Settings) -> None:
    """Makes the data directory and brings the database to the newest schema; raises what `kernel.opening` raises."""
    prepare_directory(settings.data, FOLDERS)
    prepare_folder(settings.database.parent, "--db")
    schema = resources.files("clickclack").joinpath("schema").iterdir()
    seal.make_key(settings.data / integration_parts.KEY_FILE)
    applied = migrate_file(settings.database, schema, settings.data / "backups")
    if applied.backup is not None:
        log.info("database moved to a new schema; the old one is kept as %s", applied.backup)


@contextlib.asynccontextmanager
async def running(settings: Settings, clock: Clock | None = None) -> AsyncGenerator[web.Application]:
    """The application with everything behind it started; stopped in the reverse order. `open_data` comes first."""
    time = clock or SystemClock()
    async with contextlib.AsyncExitStack() as stack:
        db = await Database.open(settings.database, time)
        stack.push_async_callback(db.close)
        ids.start_after(await db.read(events.last_id) or "")
        audience = ChatAudience(db)
        hub = Hub(audience)
        hub.watch(SocketCloser(hub).watch)
        resolver = Resolver(db, sign_in_parts.rules(settings, db))
        follower = LogFollower(db, at_once=resolver.forget, in_order=hub.publish)
        await stack.enter_async_context(follower.following())
        db.on_commit = follower.committed
        if settings.dev_bootstrap:
            await db.write(bootstrap.dev, furnish)
        if token := settings.pushover_api_token.get_secret_value():
            pushes = PushSender(db, Outbound.from_environment(), token)
            hub.watch(pushes.watch)
            await stack.enter_async_context(pushes.loop.running())
        hub.start()
        stack.push_async_callback(hub.stop)
        stack.push_async_callback(resolver.try_to_write_uses)
        blobs = await LocalBlobs.open_folder(settings.upload_folder)
        await stack.enter_async_context(Timers(db, timers(db, resolver, blobs)).running())
        uploading = _uploading(settings, db, blobs)
        jobs = workers(db, blobs, uploading.inspector) | sign_in_parts.mail_workers(settings, db)
        await stack.enter_async_context(JobRunner(db, jobs).running())
        passwords = Passwords()
        stack.push_async_callback(passwords.close)
        metrics = Metrics(__version__, settings.environment) if settings.metrics_enabled else None
        integrations = await stack.enter_async_context(integration_parts.running(db, hub, settings, metrics))
        app = _application(settings, resolver, metrics)
        app.on_shutdown.append(lambda _: hub.stop())  # open sockets would hold the server up until its patience ends
        app[DATABASE], app[HUB], app[CLOCK], app[AUDIENCE], app[UPLOADING] = db, hub, time, audience, uploading
        app[SIGN_IN] = sign_in_parts.sign_in(settings, time, passwords)
        app[CLAIMS] = SlidingWindow(time, CLAIM_TIMES, CLAIM_SECONDS)
        app[INTEGRATIONS] = integrations
        app[OAUTH] = sign_in_parts.oauth(settings, time, metrics)
        yield app


def _uploading(settings: Settings, db: Database, blobs: BlobStore) -> Uploading:
    limit, quota = settings.upload_limit, settings.upload_quota
    return Uploading(blobs, limit, quota, Arrivals(), Turns(), ImageInspector(db, blobs))


def _application(settings: Settings, resolver: Resolver, metrics: Metrics | None) -> web.Application:
    origins = OriginRules(canonical_origin(settings.public_url), sign_in_parts.signed_unasked(settings))
    surface = chat_surface(resolver.resolve, origins)
    observers: list[Observer] = [metrics.observe] if metrics is not None else []
    if settings.access_log != "off":
        observers.append(AccessLog(errors_only=settings.access_log == "errors").observe)
    app = web.Application(middlewares=[one_middleware([surface], logs.correlation.set, observers)])
    app[CHAT], app[ORIGINS], app[USES] = surface, origins, resolver.try_to_write_uses
    app[HEARTBEATS] = heartbeats = Heartbeats()
    app.cleanup_ctx.append(lambda _: heartbeats.running())
    app[CONFIG] = PublicConfig(__version__, settings.public_api_url, settings.public_url)
    endpoints = surface.register(app, ROOMS)
    HealthRoutes(partial(document, "ClickClack", __version__, endpoints, Error), metrics).register(app)
    WebUi(Path(str(resources.files("clickclack"))) / "webui_dist", settings.embed_frame_ancestors).register(app)
    return app
