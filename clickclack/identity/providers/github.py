"""Signing in with GitHub: where the browser goes, and whom GitHub says it was (contract chat 2.6)."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from clickclack.identity.names import email_address, fitting_name
from clickclack.identity.oauth_transactions import Begun, challenge_of
from clickclack.identity.provider_accounts import ProviderAccount
from clickclack.identity.providers.answers import (
    LIMIT,
    SECONDS,
    Denied,
    Json,
    ProviderFailed,
    json_list,
    json_object,
    text_of,
)
from clickclack.kernel.errors import Invalid
from clickclack.kernel.outbound import Answer, Outbound
from clickclack.kernel.outbound_failures import Failure

NAME = "github"
PUBLIC = "https://github.com"


@dataclass(frozen=True, slots=True)
class GitHubApp:
    """An OAuth app, where its GitHub is, and the organisations that count; empty for none."""

    client_id: str
    client_secret: str
    redirect_uri: str
    allowed_org: str
    moderator_org: str
    url: str
    api_url: str


@dataclass(frozen=True, slots=True)
class GitHubVisit:
    """Who came back from GitHub, and whether as an active member of the organisation of moderators."""

    account: ProviderAccount
    is_moderator: bool


class GitHub:
    """Speaks to GitHub for one app."""

    def __init__(self, app: GitHubApp, outbound: Outbound) -> None:
        self.app = app
        self._outbound = outbound

    def start_url(self, begun: Begun) -> str:
        """Where the browser is sent."""
        scope = "read:user user:email" + (" read:org" if self.app.allowed_org or self.app.moderator_org else "")
        query = {
            "response_type": "code",
            "client_id": self.app.client_id,
            "redirect_uri": self.app.redirect_uri,
            "scope": scope,
            "state": begun.state,
            "code_challenge": challenge_of(begun.verifier),
            "code_challenge_method": "S256",
        }
        return f"{self.app.url}/login/oauth/authorize?{urlencode(query)}"

    async def visit(self, code: str, verifier: str) -> GitHubVisit:
        """Who the code stands for; Denied for who is not in the allowed organisation, ProviderFailed without answer."""
        try:
            token = await self._token(code, verifier)
            if self.app.allowed_org and not await self._is_in(self.app.allowed_org, token):
                raise Denied("github account is not a member of the allowed organization")
            is_moderator = bool(self.app.moderator_org) and await self._is_in(self.app.moderator_org, token)
            return GitHubVisit(await self._account(token), is_moderator)
        except Failure as failure:
            raise ProviderFailed(failure.text) from failure

    async def _token(self, code: str, verifier: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "client_id": self.app.client_id,
            "client_secret": self.app.client_secret,
            "code": code,
            "redirect_uri": self.app.redirect_uri,
            "code_verifier": verifier,
        }
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        answer = await self._outbound.request(
            "POST",
            f"{self.app.url}/login/oauth/access_token",
            headers=headers,
            body=urlencode(form).encode(),
            seconds=SECONDS,
        )
        token = text_of(json_object(answer), "access_token")
        if not token or not token.isascii() or not token.isprintable():
            raise ProviderFailed("it gave no token for the code")
        return token

    async def _account(self, token: str) -> ProviderAccount:
        profile = json_object(await self._get("/user", token))
        identifier, login = profile.get("id"), text_of(profile, "login")
        if type(identifier) is not int or identifier <= 0:
            raise ProviderFailed("the profile has no id")
        email = await self._email(profile, token)
        name = fitting_name(text_of(profile, "name"), login, f"GitHub {identifier}")
        return ProviderAccount(NAME, self._subject(identifier), email, name, text_of(profile, "avatar_url"), login)

    async def _email(self, profile: Json, token: str) -> str:
        """The public address, else the primary one, when GitHub has verified it; not every GitHub asks for that."""
        answer = await self._get("/user/emails?per_page=100", token)
        if answer.status in (401, 403, 404):
            return ""
        verified = [entry for entry in json_list(answer) if entry.get("verified") is True]
        public = text_of(profile, "email")
        wanted = [entry for entry in verified if public and text_of(entry, "email") == public]
        wanted += [entry for entry in verified if entry.get("primary") is True]
        return _usable(text_of(wanted[0], "email")) if wanted else ""

    def _subject(self, identifier: int) -> str:
        """The number of an account, and of which GitHub it is unless that is the public one: each counts from one."""
        return str(identifier) if self.app.url == PUBLIC else f"{self.app.url} {identifier}"

    async def _is_in(self, organisation: str, token: str) -> bool:
        answer = await self._get(f"/user/memberships/orgs/{quote(organisation, safe='')}", token)
        if answer.status in (403, 404):
            return False
        return text_of(json_object(answer), "state") == "active"

    async def _get(self, path: str, token: str) -> Answer:
        headers = {"Accept": "application/vnd.github+json", "Authorization": f"Bearer {token}"}
        url = f"{self.app.api_url}{path}"
        return await self._outbound.request("GET", url, headers=headers, seconds=SECONDS, limit=LIMIT)


def _usable(email: str) -> str:
    try:
        return email_address(email)
    except Invalid:
        return ""
