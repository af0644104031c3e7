"""Callers whom Cloudflare Access has let through: they get a session, and its cookie (contract chat 2.8)."""

from aiohttp import web

from clickclack.identity import credentials
from clickclack.identity.actors import Actor
from clickclack.identity.bootstrap import Furnish, join_default
from clickclack.identity.credentials import Issued
from clickclack.identity.provider_accounts import ProviderAccount, person_of
from clickclack.identity.providers.cloudflare import Access
from clickclack.kernel.database import Database
from clickclack.kernel.transaction import Tx

HEADER = "Cf-Access-Jwt-Assertion"
STARTED = web.RequestKey("access_session", Issued)
"""The session that this request has started, for whoever sends the answer."""


class AccessGate:
    """Makes people of assertions; `furnish` fills the default workspace when it has to be made."""

    def __init__(self, db: Database, access: Access, furnish: Furnish) -> None:
        self._db = db
        self._access = access
        self._furnish = furnish

    async def enter(self, request: web.Request) -> Actor | None:
        """The person whom the request's assertion names, in a new session; None without a good one."""
        assertions = request.headers.getall(HEADER, ())
        if len(assertions) != 1:
            return None
        account = await self._access.account(assertions[0].strip())
        if account is None:
            return None
        device = request.headers.get("User-Agent", "").encode(errors="surrogateescape").decode(errors="replace")
        actor, request[STARTED] = await self._db.write(self._let_in, account, device.strip())
        return actor

    def _let_in(self, tx: Tx, account: ProviderAccount, device: str) -> tuple[Actor, Issued]:
        user = person_of(tx, account)
        join_default(tx, user, self._furnish)
        issued = credentials.start_session(tx, user.n, device)
        session = issued.credential
        return Actor(user.n, user.id, user.kind, "access", session.n, expires_at=session.expires_at), issued


def carries_assertion(request: web.Request) -> bool:
    """Whether the proxy before us has signed the request for somebody."""
    return HEADER in request.headers
