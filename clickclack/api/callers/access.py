"""Callers whom Cloudflare Access has let through: they get a session, and its cookie (contract chat 2.8)."""

import asyncio
from collections import OrderedDict

from aiohttp import web

from clickclack.api.callers.devices import device_of
from clickclack.identity import credentials
from clickclack.identity.actors import Actor
from clickclack.identity.bootstrap import Furnish, join_default
from clickclack.identity.credentials import Credential, Issued
from clickclack.identity.provider_accounts import ProviderAccount, person_of
from clickclack.identity.providers.cloudflare import Access
from clickclack.kernel.clock import MINUTE
from clickclack.kernel.database import Database
from clickclack.kernel.secrets import secret_hash
from clickclack.kernel.transaction import Tx

HEADER = "Cf-Access-Jwt-Assertion"
REMEMBERED = 1000
"""How many assertions of the last minute are known again."""
UNUSED = 5 * MINUTE
"""A cookie that has not come back by then does not: that it did is written within two minutes."""
STARTS = 8
"""Of so many sessions of one person on one kind of device it is looked after whether they were used."""
STARTED = web.RequestKey("access_session", Issued)
"""The session that this request has started, for whoever sends the answer."""


class AccessGate:
    """Makes people of assertions; `furnish` fills the default workspace when it has to be made.

    For a minute an assertion without a cookie goes on in the session that it started: a page asks for much at once. Not
    every program keeps cookies: when the next session starts, those before it that were never used end.
    """

    def __init__(self, db: Database, access: Access, furnish: Furnish) -> None:
        self._db = db
        self._access = access
        self._furnish = furnish
        self._entering = asyncio.Lock()
        self._entered: OrderedDict[bytes, tuple[int, Actor]] = OrderedDict()
        self._started: OrderedDict[tuple[int, str], list[int]] = OrderedDict()

    async def enter(self, request: web.Request) -> Actor | None:
        """The person whom the request's assertion names, in its session; None without a good one."""
        assertions = request.headers.getall(HEADER, ())
        if len(assertions) != 1:
            return None
        account = await self._access.account(assertions[0].strip())
        if account is None:
            return None
        digest = secret_hash(assertions[0])
        async with self._entering:
            actor = await self._inside(digest)
            if actor is None:
                actor, request[STARTED] = await self._db.write(self._let_in, account, device_of(request))
                self._remember(digest, actor, request[STARTED].credential)
        return actor

    def _remember(self, digest: bytes, actor: Actor, session: Credential) -> None:
        self._entered[digest] = (self._db.clock.now(), actor)
        whose = session.user_n, session.name
        self._started[whose] = [*self._started.pop(whose, []), session.n][-STARTS:]
        for kept in (self._entered, self._started):
            if len(kept) > REMEMBERED:
                kept.popitem(last=False)

    async def _inside(self, digest: bytes) -> Actor | None:
        """Who came in by this assertion less than a minute ago, in a session that is still good."""
        started, actor = self._entered.get(digest, (0, None))
        if actor is None or actor.credential_n is None or self._db.clock.now() - started >= MINUTE:
            self._entered.pop(digest, None)
            return None
        return actor if await self._db.read(credentials.is_live, actor.credential_n) else None

    def _let_in(self, tx: Tx, account: ProviderAccount, device: str) -> tuple[Actor, Issued]:
        user = person_of(tx, account)
        join_default(tx, user, self._furnish)
        issued = credentials.start_session(tx, user.n, device)
        session = issued.credential
        credentials.revoke_unused(tx, user.n, self._started.get((user.n, session.name), ()), tx.now - UNUSED)
        return Actor(user.n, user.id, user.kind, "access", session.n, expires_at=session.expires_at), issued


def carries_assertion(request: web.Request) -> bool:
    """Whether the proxy before us has signed the request for somebody."""
    return HEADER in request.headers
