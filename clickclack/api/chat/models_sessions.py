"""The shapes of answers about sessions and how to get one: links, the first account, the ways to sign in."""

from clickclack.api.chat.models import Answer, User
from clickclack.api.chat.models_workspaces import Workspace


class MagicLink(Answer):
    id: str
    email: str
    display_name: str
    created_at: str
    expires_at: str
    used_at: str = ""


class MagicLinkAnswer(Answer):
    magic_link: MagicLink
    token: str


class Session(Answer):
    """A session that was just started; the token is shown this once."""

    id: str
    token: str
    user_id: str
    created_at: str
    expires_at: str


class SignInAnswer(Answer):
    user: User
    session: Session
    token: str


class SetupAnswer(SignInAnswer):
    workspace: Workspace


class SessionListed(Answer):
    id: str
    device: str
    created_at: str
    last_used_at: str = ""
    expires_at: str
    current: bool


class SessionList(Answer):
    sessions: list[SessionListed]


class Revoked(Answer):
    revoked: int


class OidcProvider(Answer):
    name: str


class SignInWays(Answer):
    password: bool
    magic_link: bool
    registration_open: bool
    github: bool
    oidc: OidcProvider | None


class Config(Answer):
    version: str
    api_base_url: str
    frontend_base_url: str
    dev_bootstrap: bool
    setup_required: bool
    setup_code_required: bool
    sign_in: SignInWays


class ConfigAnswer(Answer):
    config: Config
