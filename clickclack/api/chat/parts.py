"""The parts of the server that the chat surface's handlers use, beside those that every call has."""

from dataclasses import dataclass

from aiohttp import web

from clickclack.api.callers.cookies import SessionCookie
from clickclack.api.chat.origin import OriginRules
from clickclack.chat.audience import ChatAudience
from clickclack.chat.upload_quota import Arrivals
from clickclack.identity.bootstrap import Furnish
from clickclack.kernel.blobs import BlobStore
from clickclack.kernel.passwords import Passwords
from clickclack.kernel.rate_limit import RateLimit
from clickclack.kernel.turns import Turns


@dataclass(frozen=True, slots=True)
class SignIn:
    """What signing in needs. `setup_code` must be shown by who sets the server up from elsewhere than this machine.

    Attempts are counted by address, by account and address together, and on an account from all addresses; the last
    keeps nobody from what a session allows.
    """

    cookie: SessionCookie
    passwords: Passwords
    by_account: RateLimit
    by_address: RateLimit
    on_account: RateLimit
    dev: bool
    setup_code: str
    furnish: Furnish


@dataclass(frozen=True, slots=True)
class Uploading:
    """Where uploads go: a request has at most `limit` bytes, what a person keeps in a workspace `quota`."""

    blobs: BlobStore
    limit: int
    quota: int
    arrivals: Arrivals
    turns: Turns[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class PublicConfig:
    """What the web UI may know before anybody has signed in."""

    version: str
    api_base_url: str
    frontend_base_url: str


AUDIENCE = web.AppKey("audience", ChatAudience)
CONFIG = web.AppKey("config", PublicConfig)
ORIGINS = web.AppKey("origins", OriginRules)
UPLOADING = web.AppKey("uploading", Uploading)
SIGN_IN = web.AppKey("sign_in", SignIn)
