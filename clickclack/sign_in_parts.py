"""Everything behind signing in, made of the settings: the throttles, the providers, the figures."""

from collections.abc import Callable

from aiohttp import web

from clickclack.api.callers.access import AccessGate, carries_assertion
from clickclack.api.callers.cookies import SessionCookie
from clickclack.api.callers.resolution import SignInRules
from clickclack.api.chat.parts import OAuth, SignIn
from clickclack.chat.furnishing import furnish
from clickclack.identity import letters, oauth_transactions
from clickclack.identity.letters import Postman
from clickclack.identity.providers.cloudflare import Access
from clickclack.identity.providers.github import GitHub, GitHubApp
from clickclack.identity.providers.openid import OpenId, OpenIdClient
from clickclack.kernel.clock import SECOND, Clock
from clickclack.kernel.database import Database
from clickclack.kernel.jobs import Worker
from clickclack.kernel.mail import Mailer, MailServer
from clickclack.kernel.metrics import Metrics
from clickclack.kernel.outbound import Outbound
from clickclack.kernel.passwords import Passwords
from clickclack.kernel.rate_limit import RateLimit
from clickclack.kernel.secrets import new_code
from clickclack.settings import Settings

LOGIN_WINDOW = 15 * 60.0
STARTS = oauth_transactions.PENDING // 32
"""How many sign-ins through a provider one address may have under way."""


def sign_in(settings: Settings, clock: Clock, passwords: Passwords) -> SignIn:
    """Signing in on this server."""
    return SignIn(
        cookie=session_cookie(settings),
        passwords=passwords,
        by_account=RateLimit(clock, 10, LOGIN_WINDOW),
        by_address=RateLimit(clock, 50, LOGIN_WINDOW),
        on_account=RateLimit(clock, 100, LOGIN_WINDOW),
        successes=RateLimit(clock, 100, LOGIN_WINDOW),
        links_by_asker=RateLimit(clock, 20, LOGIN_WINDOW),
        links_to_address=RateLimit(clock, 3, LOGIN_WINDOW),
        dev=settings.dev_bootstrap,
        setup_code=new_code(),
        furnish=furnish,
        mail=bool(settings.smtp_host),
        registration_open=settings.registration_open,
    )


def mail_workers(settings: Settings, db: Database) -> dict[str, Worker]:
    """Who sends letters; nobody without a mail server."""
    if not settings.smtp_host:
        return {}
    password = settings.smtp_password.get_secret_value()
    place, user = (settings.smtp_host, settings.mail_port), (settings.smtp_user, password)
    mailer = Mailer(MailServer(*place, *user, settings.smtp_from, settings.smtp_tls))
    postman = Postman(db, mailer, letters.Links(settings.public_url), open_to_all=settings.registration_open)
    return {letters.SEND: Worker(postman.deliver, letters.RETRIES)}


def rules(settings: Settings, db: Database) -> SignInRules:
    """How callers may be known."""
    gate = None
    if settings.access_team_domain:
        access = Access(settings.access_team_domain, settings.access_aud, Outbound(anywhere=True), db.clock)
        gate = AccessGate(db, access, furnish)
    return SignInRules(session_cookie(settings), settings.dev_bootstrap, gate)


def signed_unasked(settings: Settings) -> Callable[[web.Request], bool]:
    """Whether a browser signs a request by itself: with the cookie, or through Access when that stands before us."""
    cookie, access = session_cookie(settings), bool(settings.access_team_domain)
    return lambda request: bool(cookie.read(request)) or (access and carries_assertion(request))


def session_cookie(settings: Settings) -> SessionCookie:
    return SessionCookie(settings.public_url, settings.public_api_url, settings.cookie_namespace)


def oauth(settings: Settings, clock: Clock, metrics: Metrics | None) -> OAuth:
    """Signing in through providers. They are named by the settings, so they may be inside."""
    outbound = Outbound(anywhere=True)
    where = (settings.public_url, settings.public_api_url, settings.cookie_namespace)
    return OAuth(
        github=_github(settings, outbound),
        openid=_openid(settings, outbound, clock),
        binding=SessionCookie(*where, purpose="oauth_binding"),
        page=f"{settings.public_url}/",
        starts=RateLimit(clock, STARTS, oauth_transactions.LIFE / SECOND),
        github_event=_events(metrics, "github", "Sign-ins with GitHub"),
        openid_event=_events(metrics, "openclaw_id", "Sign-ins with OpenID Connect"),
    )


def _github(settings: Settings, outbound: Outbound) -> GitHub | None:
    if not settings.github_client_id:
        return None
    app = GitHubApp(
        settings.github_client_id,
        settings.github_client_secret.get_secret_value(),
        f"{settings.public_api_url or settings.public_url}/api/auth/github/callback",
        settings.github_allowed_org,
        settings.github_moderator_org,
        settings.github_url,
        settings.github_api_url,
    )
    return GitHub(app, outbound)


def _openid(settings: Settings, outbound: Outbound, clock: Clock) -> OpenId | None:
    if not settings.openclaw_id_client_id:
        return None
    client = OpenIdClient(
        settings.openclaw_id_client_id,
        settings.openclaw_id_client_secret.get_secret_value(),
        f"{settings.public_api_url or settings.public_url}/api/auth/openclaw/callback",
        settings.openclaw_id_issuer,
        settings.openid_name,
    )
    return OpenId(client, outbound, clock)


def _events(metrics: Metrics | None, name: str, description: str) -> Callable[[str], None]:
    if metrics is None:
        return lambda _: None
    return metrics.events(f"clickclack_{name}_oauth_events", description)
