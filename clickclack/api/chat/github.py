"""Routes of signing in with GitHub, in a browser or for a desktop program (contract chat 2.6, 3.1)."""

from collections.abc import Callable

from aiohttp import web

from clickclack.api.callers.devices import device_of
from clickclack.api.chat import models, oauth
from clickclack.api.chat.oauth import CallbackQuery
from clickclack.api.chat.parts import OAUTH, SIGN_IN
from clickclack.api.chat.sign_in import Signed, put_session, refuse_other_sites, start
from clickclack.identity import admission, desktop_grants
from clickclack.identity.actors import Actor
from clickclack.identity.oauth_transactions import Desktop, Transaction, is_token
from clickclack.identity.provider_accounts import person_of
from clickclack.identity.providers.github import NAME, GitHub, GitHubVisit
from clickclack.kernel.errors import Invalid, NotSupported, Unavailable
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body, Query
from clickclack.kernel.transaction import Tx

routes = Routes[Actor]()

WORDING = oauth.Wording(NAME, "github", "org_denied")

DESKTOP_PAGES = {1: "clickclack://auth/callback", 2: "chat.clickclack.desktop:/auth/callback"}
UPGRADE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Update ClickClack</title>"
    "<h1>Update the ClickClack desktop app</h1>"
    "<p>This server needs a newer desktop app. Install the newest one, then sign in again.</p></html>"
)


class DesktopStart(Query):
    """The challenge of the program's verifier (S256), and which protocol the program speaks."""

    code_challenge: str = ""
    desktop_protocol: str = ""


class DesktopConsume(Body):
    """The grant that the program was called with, and the verifier that only it knows."""

    code: str = ""
    code_verifier: str = ""


def _github(call: Call[None]) -> tuple[GitHub, Callable[[str], None]]:
    parts = call.request.app[OAUTH]
    if parts.github is None:
        parts.github_event("start_rejected")
        raise NotSupported("github oauth is not configured")
    return parts.github, parts.github_event


@routes.add(
    "GET /api/auth/github/start",
    summary="Sign in with GitHub: send the browser there",
    answers={302: None},
    errors=(400, 500, 501),
)
async def start_in_browser(call: Call[None]) -> web.Response:
    _github(call)
    return await _leave(call, None)


@routes.add(
    "GET /api/auth/github/desktop/start",
    summary="Sign in with GitHub for a desktop program: send the browser there",
    answers={302: None, 426: None},
    errors=(500, 501),
)
async def start_for_desktop(call: Call[None], query: DesktopStart) -> web.Response:
    _, event = _github(call)
    if not is_token(query.code_challenge):
        event("start_rejected")
        raise Invalid("valid desktop oauth code challenge is required")
    if query.desktop_protocol not in ("", "1", "2"):
        event("desktop_protocol_rejected")
        raise Invalid("unsupported desktop oauth protocol")
    protocol = int(query.desktop_protocol or "1")
    if protocol == 1 and call.request.app[SIGN_IN].cookie.namespace:
        event("desktop_upgrade_required")
        return web.Response(status=426, text=UPGRADE, content_type="text/html")
    return await _leave(call, Desktop(query.code_challenge, protocol))


async def _leave(call: Call[None], desktop: Desktop | None) -> web.Response:
    github, event = _github(call)
    try:
        begun, binding = await oauth.begin(call, NAME, desktop)
    except Unavailable:
        event("capacity_rejected")
        raise
    except Invalid:
        event("start_rejected")
        raise
    event("browser_start" if desktop is None else "desktop_start")
    return oauth.leave(call, github.start_url(begun), binding)


@routes.add(
    "GET /api/auth/github/callback",
    summary="Sign in with GitHub: the browser comes back",
    answers={302: None},
    errors=(403, 500, 501, 502),
)
async def callback(call: Call[None], query: CallbackQuery) -> web.Response:
    github, event = _github(call)
    transaction, visit = await oauth.visit(call, query, WORDING, event, github.visit)
    return await _finish(call, transaction, github, visit)


async def _finish(call: Call[None], transaction: Transaction, github: GitHub, visit: GitHubVisit) -> web.Response:
    _, event = _github(call)
    furnish, desktop = call.request.app[SIGN_IN].furnish, transaction.desktop

    def let_in(tx: Tx) -> int:
        person = person_of(tx, visit.account)
        admission.by_github(tx, person, visit, github.app, furnish)
        return person.n

    if desktop is not None:
        code = await call.db.write(lambda tx: desktop_grants.create(tx, let_in(tx), desktop))
        event("desktop_grant_created")
        return oauth.redirect(f"{DESKTOP_PAGES[desktop.protocol]}?code={code}")
    signed = await call.db.write(lambda tx: start(tx, let_in(tx), device_of(call.request)))
    event("browser_succeeded")
    return oauth.enter(call, signed)


@routes.add(
    "POST /api/auth/github/desktop/consume",
    summary="Exchange a desktop program's grant for a session",
    answers={200: models.Ok},
    errors=(415, 500),
)
async def consume(call: Call[None], body: DesktopConsume) -> web.Response:
    event = call.request.app[OAUTH].github_event
    refuse_other_sites(call.request)
    if not desktop_grants.has_form(body.code, body.code_verifier):
        event("desktop_consume_rejected")
        raise Invalid("invalid desktop oauth grant")

    def exchange(tx: Tx) -> Signed:
        return start(tx, desktop_grants.consume(tx, body.code, body.code_verifier), device_of(call.request))

    try:
        signed = await call.db.write(exchange)
    except Invalid:
        event("desktop_consume_rejected")
        raise
    event("desktop_consume_succeeded")
    response = json_response(200, {"ok": True})
    put_session(call, response, signed)
    return response
