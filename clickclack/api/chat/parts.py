"""The parts of the server that the chat surface's handlers use, beside those that every call has."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from clickclack.api.callers.cookies import SessionCookie
from clickclack.api.chat.origin import OriginRules
from clickclack.chat.audience import ChatAudience
from clickclack.chat.image_inspection import ImageInspector
from clickclack.chat.slash_caller import SlashCaller
from clickclack.chat.upload_quota import Arrivals
from clickclack.identity.bootstrap import Furnish
from clickclack.identity.providers.github import GitHub
from clickclack.identity.providers.openid import OpenId
from clickclack.kernel.blobs import BlobStore
from clickclack.kernel.passwords import Passwords
from clickclack.kernel.rate_limit import RateLimit, SlidingWindow
from clickclack.kernel.seal import Seal
from clickclack.kernel.turns import Turns


@dataclass(frozen=True, slots=True)
class SignIn:
    """What signing in needs. `setup_code` must be shown by who sets the server up from elsewhere than this machine.

    Attempts are counted by address, by account and address together, and on an account from all addresses; the last
    keeps nobody from what a session allows. Those that succeed count by account alone. Links that are asked for by mail
    are counted by asker and by addressee.
    """

    cookie: SessionCookie
    passwords: Passwords
    by_account: RateLimit
    by_address: RateLimit
    on_account: RateLimit
    successes: RateLimit
    links_by_asker: RateLimit
    links_to_address: RateLimit
    dev: bool
    setup_code: str
    furnish: Furnish
    mail: bool
    registration_open: bool


@dataclass(frozen=True, slots=True)
class OAuth:
    """Signing in through a provider: those that are configured, the cookie that binds a browser, where it ends.

    `starts` counts by address how many begin, so that nobody's leave no room for others (contract chat 1.7). The two
    functions are told what happens, for the figures (contract chat 7.5).
    """

    github: GitHub | None
    openid: OpenId | None
    binding: SessionCookie
    page: str
    starts: RateLimit
    github_event: Callable[[str], None]
    openid_event: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Uploading:
    """Where uploads go: a request has at most `limit` bytes, what a person keeps in a workspace `quota`."""

    blobs: BlobStore
    limit: int
    quota: int
    arrivals: Arrivals
    turns: Turns[tuple[int, str]]
    inspector: ImageInspector


@dataclass(frozen=True, slots=True)
class Integrations:
    """What integrations need: `seal` for secrets that sign, and who calls the servers of commands."""

    seal: Seal
    caller: SlashCaller


@dataclass(frozen=True, slots=True)
class PublicConfig:
    """What the web UI may know before anybody has signed in."""

    version: str
    api_base_url: str
    frontend_base_url: str


AUDIENCE = web.AppKey("audience", ChatAudience)
CLAIMS = web.AppKey("claims", SlidingWindow)
"""How often an address may try setup codes."""
CONFIG = web.AppKey("config", PublicConfig)
INTEGRATIONS = web.AppKey("integrations", Integrations)
OAUTH = web.AppKey("oauth", OAuth)
ORIGINS = web.AppKey("origins", OriginRules)
UPLOADING = web.AppKey("uploading", Uploading)
USES = web.AppKey[Callable[[], Awaitable[None]]]("uses")
"""Writes when credentials were last used, which is otherwise done now and then."""
SIGN_IN = web.AppKey("sign_in", SignIn)
