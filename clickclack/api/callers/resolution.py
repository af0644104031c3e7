"""One resolution of the caller for every surface: bearer, cookie, Access, what dev mode allows (contract chat 2.1)."""

import contextlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from aiohttp import web

from clickclack.api.callers.access import AccessGate, carries_assertion
from clickclack.api.callers.cookies import SessionCookie
from clickclack.api.callers.local_requests import is_local
from clickclack.identity import credentials, users
from clickclack.identity.actors import Actor
from clickclack.identity.revocation import ENDING
from clickclack.kernel.clock import MINUTE
from clickclack.kernel.database import Database
from clickclack.kernel.errors import NotFound, Problem, Unauthenticated
from clickclack.kernel.events import Event
from clickclack.kernel.ids import parse_id
from clickclack.kernel.secrets import secret_hash
from clickclack.kernel.transaction import Tx

CACHED = 10_000
BEARER_PROTOCOL = "clickclack.bearer."
REQUIRED = "authentication required"


@dataclass(frozen=True, slots=True)
class SignInRules:
    """How callers may be known: the cookie, whether the dev header and fallback count on this machine, and Access."""

    cookie: SessionCookie
    dev: bool = False
    access: AccessGate | None = None


class Resolver:
    """Makes the Actor of a request; remembers those of credentials until one of them ends."""

    def __init__(self, db: Database, rules: SignInRules) -> None:
        self._db = db
        self._rules = rules
        self._known: OrderedDict[bytes, Actor] = OrderedDict()
        self._generation = 0
        self._used: dict[int, int] = {}
        self._written: dict[int, int] = {}

    async def resolve(self, request: web.Request) -> Actor:
        """The caller, by the first credential there is; Unauthenticated when it is not good, or there is none."""
        bearer = bearer_of(request)
        if bearer is not None:
            return await self._holder(bearer, "bearer")
        session = self._rules.cookie.read(request)
        access = self._rules.access if carries_assertion(request) else None
        if session is not None:
            try:
                return await self._holder(session, "cookie")
            except Unauthenticated:
                if access is None:
                    raise
        person = None if access is None else await access.enter(request)
        if person is not None:
            if "Upgrade" in request.headers:  # a socket lives in the session, which is thereby used
                self._note_use(person, self._db.clock.now())
            return person
        if not self._rules.dev or not is_local(request.remote, request.headers):
            raise Unauthenticated(REQUIRED)
        return await self._db.read(_dev_caller, request.headers.get("X-ClickClack-User", "").strip())

    async def _holder(self, secret: str, via: Literal["bearer", "cookie"]) -> Actor:
        digest = secret_hash(secret)
        actor = self._known.get(digest)
        if actor is None:
            generation = self._generation
            actor = await self._db.read(credentials.holder, digest)
            if actor is None:
                raise Unauthenticated(REQUIRED)
            if generation == self._generation:
                self._known[digest] = actor
                if len(self._known) > CACHED:
                    self._known.popitem(last=False)
        else:
            self._known.move_to_end(digest)
        now = self._db.clock.now()
        if actor.expires_at is not None and actor.expires_at <= now:
            raise Unauthenticated("session expired")
        if via == "cookie" and actor.scopes is not None:
            raise Unauthenticated(REQUIRED)
        self._note_use(actor, now)
        return actor if actor.via == via else replace(actor, via=via)

    def _note_use(self, actor: Actor, now: int) -> None:
        n = actor.credential_n
        if n is not None and now - self._written.get(n, 0) >= MINUTE:
            self._used[n] = self._written[n] = now

    def forget(self, events: Sequence[Event]) -> None:
        """Told of every commit: forgets whom it may have locked out, before anybody is answered."""
        if any(event.type in ENDING for event in events):
            self._generation += 1
            self._known.clear()

    async def write_uses(self) -> None:
        """Writes when credentials were last used, at most once a minute each, all in one unit.

        Raises what the database raises when it cannot be written; the uses are kept for the next time.
        """
        used, self._used = self._used, {}
        try:
            if used:
                await self._db.write(credentials.touch, list(used.items()))
        except Problem:
            self._used = used | self._used
            raise
        if len(self._written) > CACHED:
            self._written.clear()

    async def try_to_write_uses(self) -> None:
        """The same where it must not fail: before they are listed, and at the end."""
        with contextlib.suppress(Problem):
            await self.write_uses()


def bearer_of(request: web.Request) -> str | None:
    """The bearer secret of the Authorization header, or of a WebSocket's subprotocol; None when there is neither."""
    given = request.headers.getall("Authorization", ())
    if len(given) > 1:
        raise Unauthenticated(REQUIRED)
    if given:
        scheme, _, secret = given[0].strip().partition(" ")
        return secret.strip() if scheme.lower() == "bearer" else None
    offered = request.headers.get("Sec-WebSocket-Protocol", "")
    protocols = [part.strip() for part in offered.split(",")]
    return next((p.removeprefix(BEARER_PROTOCOL) for p in protocols if p.startswith(BEARER_PROTOCOL)), None)


def _dev_caller(tx: Tx, named: str) -> Actor:
    user_id = parse_id(named, "usr")
    try:
        user = users.by_id(tx, user_id or "") if named else users.oldest(tx)
    except NotFound:
        user = None
    if user is None or user.deleted_at is not None:
        raise Unauthenticated(REQUIRED)
    return Actor(user.n, user.id, user.kind, "header" if named else "fallback")
