"""Routes of signing in with an OpenID Connect provider, under the address of OpenClaw ID (contract chat 2.7, 3.1)."""

import logging
from collections.abc import Callable

from aiohttp import web

from clickclack.api.callers.devices import device_of
from clickclack.api.chat import oauth
from clickclack.api.chat.oauth import CallbackQuery
from clickclack.api.chat.parts import OAUTH, SIGN_IN
from clickclack.api.chat.sign_in import Signed, start
from clickclack.identity.actors import Actor
from clickclack.identity.bootstrap import join_default
from clickclack.identity.provider_accounts import person_of
from clickclack.identity.providers.answers import ProviderFailed
from clickclack.identity.providers.openid import NAME, OpenId
from clickclack.kernel.errors import BadUpstream, Invalid, NotSupported, Unavailable
from clickclack.kernel.http.call import Call
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.transaction import Tx

log = logging.getLogger(__name__)

routes = Routes[Actor]()

WORDING = oauth.Wording(NAME, "openclaw id", "identity_rejected")


def _provider(call: Call[None]) -> tuple[OpenId, Callable[[str], None]]:
    parts = call.request.app[OAUTH]
    if parts.openid is None:
        parts.openid_event("start_rejected")
        raise NotSupported("openclaw id sign-in is not configured")
    return parts.openid, parts.openid_event


@routes.add(
    "GET /api/auth/openclaw/start",
    summary="Sign in with OpenID Connect: send the browser to the provider",
    answers={302: None},
    errors=(400, 500, 501, 502),
)
async def start_in_browser(call: Call[None]) -> web.Response:
    provider, event = _provider(call)
    try:
        begun, binding = await oauth.begin(call, NAME)
        url = await provider.start_url(begun)
    except Unavailable:
        event("capacity_rejected")
        raise
    except Invalid:
        event("start_rejected")
        raise
    except ProviderFailed as error:
        log.warning("openid sign-in failed: %s", error)
        event("provider_failed")
        raise BadUpstream(WORDING.failed) from None
    event("browser_start")
    return oauth.leave(call, url, binding)


@routes.add(
    "GET /api/auth/openclaw/callback",
    summary="Sign in with OpenID Connect: the browser comes back",
    answers={302: None},
    errors=(403, 500, 501, 502),
)
async def callback(call: Call[None], query: CallbackQuery) -> web.Response:
    provider, event = _provider(call)
    _, account = await oauth.visit(call, query, WORDING, event, provider.visit)

    def let_in(tx: Tx) -> Signed:
        person = person_of(tx, account)
        join_default(tx, person, call.request.app[SIGN_IN].furnish)
        return start(tx, person.n, device_of(call.request))

    signed = await call.db.write(let_in)
    event("browser_succeeded")
    return oauth.enter(call, signed)
