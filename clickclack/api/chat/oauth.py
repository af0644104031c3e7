"""What signing in through any provider takes: leaving with a bound browser, and coming back (contract chat 2.6)."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from aiohttp import web

from clickclack.api.callers.local_requests import client_address
from clickclack.api.chat.parts import OAUTH
from clickclack.api.chat.sign_in import Signed, put_session
from clickclack.identity import oauth_transactions
from clickclack.identity.oauth_transactions import Begun, Desktop, Transaction, is_token, random_token
from clickclack.identity.providers.answers import Denied, ProviderFailed
from clickclack.kernel.clock import MINUTE
from clickclack.kernel.errors import BadUpstream, Forbidden, Invalid, Unauthenticated, Unavailable
from clickclack.kernel.http.call import Call
from clickclack.kernel.http.inputs import Query

log = logging.getLogger(__name__)

T = TypeVar("T")
Event = Callable[[str], None]

BINDING_LIFE = 30 * MINUTE


@dataclass(frozen=True, slots=True)
class Wording:
    """What answers call a provider, and which event tells of a denial (contract chat 2.6, 2.7, 7.5)."""

    provider: str
    called: str
    denied: str

    @property
    def failed(self) -> str:
        return f"{self.called} authentication provider request failed"


class CallbackQuery(Query):
    """What the provider sends the browser back with."""

    code: str = ""
    state: str = ""


async def begin(call: Call[Any], provider: str, desktop: Desktop | None = None) -> tuple[Begun, str]:
    """Notes a sign-in of this browser, and returns it with the browser's binding, a new one when it has none.

    Invalid for a browser that shows two bindings, Unavailable when too many sign-ins are on their way.
    """
    parts, request = call.request.app[OAUTH], call.request
    try:
        known = parts.binding.read(request) or ""
    except Unauthenticated as error:
        raise Invalid(error.text) from None
    if parts.starts.take(client_address(request.remote, request.headers)) is not None:
        raise Unavailable(oauth_transactions.FULL)
    binding = known if is_token(known) else random_token()
    return await call.db.write(oauth_transactions.begin, provider, binding, desktop), binding


def leave(call: Call[Any], url: str, binding: str) -> web.Response:
    """Sends the browser to the provider, bound for half an hour."""
    response = redirect(url)
    now = call.clock.now()
    call.request.app[OAUTH].binding.put(call.request, response, binding, now + BINDING_LIFE, now)
    return response


async def visit(
    call: Call[Any], query: CallbackQuery, wording: Wording, event: Event, ask: Callable[[str, str], Awaitable[T]]
) -> tuple[Transaction, T]:
    """The sign-in that this browser began and now returns from, and whom the provider names for its code.

    `ask` takes the code and the verifier. Raises Invalid for a state that is none of this browser's or a missing code,
    BadUpstream when the provider fails, Forbidden when it, or a rule about its accounts, denies.
    """
    transaction = await _come_back(call, wording.provider, query.state)
    if transaction is None:
        event("state_rejected")
        raise Invalid(f"invalid {wording.called} oauth state")
    if not query.code:
        raise Invalid(f"{wording.called} oauth code is required")
    try:
        return transaction, await ask(query.code, transaction.verifier)
    except ProviderFailed as error:
        log.warning("%s sign-in failed: %s", wording.called, error)
        event("provider_failed")
        raise BadUpstream(wording.failed) from None
    except Denied as error:
        event(wording.denied)
        raise Forbidden(str(error)) from None


async def _come_back(call: Call[Any], provider: str, state: str) -> Transaction | None:
    try:
        binding = call.request.app[OAUTH].binding.read(call.request)
    except Unauthenticated:
        return None
    return await call.db.write(oauth_transactions.take, provider, state, binding or "")


def enter(call: Call[Any], signed: Signed) -> web.Response:
    """Sends a browser that has signed in to the page, with its session."""
    response = redirect(call.request.app[OAUTH].page)
    put_session(call, response, signed)
    return response


def redirect(url: str) -> web.Response:
    """A 302 without a body."""
    return web.Response(status=302, headers={"Location": url})
