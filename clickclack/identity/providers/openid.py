"""Signing in with an OpenID Connect provider (contract chat 2.7; OpenID Connect Core and Discovery 1.0).

The provider says in its discovery document where its endpoints and keys are. One without that document has the
endpoints of OpenClaw ID; its id tokens, which come straight from it, are taken without looking at their signature
(Core, section 3.1.3.7, 6).
"""

import asyncio
import base64
import hmac
import logging
import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from clickclack.identity.names import email_address, fitting_name
from clickclack.identity.oauth_transactions import Begun, challenge_of, nonce_of
from clickclack.identity.provider_accounts import ProviderAccount
from clickclack.identity.providers.answers import LIMIT, SECONDS, Denied, ProviderFailed, json_object, text_of
from clickclack.kernel import jose
from clickclack.kernel.clock import HOUR, SECOND, Clock
from clickclack.kernel.errors import Invalid
from clickclack.kernel.hosts import canonical_origin
from clickclack.kernel.jose import BadToken, Token
from clickclack.kernel.key_sets import KeySet
from clickclack.kernel.outbound import Outbound
from clickclack.kernel.outbound_failures import Failure

log = logging.getLogger(__name__)

NAME = "openclaw-id"
LEEWAY = 30
KEPT = HOUR
AGAIN = 10 * SECOND
LONGEST_SUBJECT = 255
_ADDRESS = re.compile("[!-~]+")
_ALGORITHMS = frozenset({"RS256", "ES256", "EdDSA"})


@dataclass(frozen=True, slots=True)
class OpenIdClient:
    """A client at a provider, and what people call the provider."""

    client_id: str
    client_secret: str
    redirect_uri: str
    issuer: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the provider is reached; `keys` is None when it publishes none."""

    authorize: str
    token: str
    keys: KeySet | None


class OpenId:
    """Speaks to one provider for one client."""

    def __init__(self, client: OpenIdClient, outbound: Outbound, clock: Clock) -> None:
        self.client = client
        self._outbound = outbound
        self._clock = clock
        self._found: Endpoints | None = None
        self._ask_at = 0
        self._finding = asyncio.Lock()

    async def start_url(self, begun: Begun) -> str:
        """Where the browser is sent; ProviderFailed when the provider does not say."""
        endpoints = await self._endpoints()
        query = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": self.client.redirect_uri,
            "scope": "openid profile email",
            "state": begun.state,
            "nonce": nonce_of(begun.verifier),
            "code_challenge": challenge_of(begun.verifier),
            "code_challenge_method": "S256",
        }
        joint = "&" if urlsplit(endpoints.authorize).query else "?"
        return f"{endpoints.authorize}{joint}{urlencode(query)}"

    async def visit(self, code: str, verifier: str) -> ProviderAccount:
        """Who the code stands for; Denied for a token that is not good, ProviderFailed without an answer."""
        try:
            endpoints = await self._endpoints()
            given = await self._token(endpoints, code, verifier)
            try:
                token = jose.read(given) if endpoints.keys is None else await endpoints.keys.checked(given, _ALGORITHMS)
            except BadToken as error:
                raise Denied("invalid openclaw id token") from error
        except Failure as failure:
            raise ProviderFailed(failure.text) from failure
        if not _nonce_fits(endpoints, token, verifier):
            raise Denied("invalid openclaw id token nonce")
        return self._account(token)

    async def _endpoints(self) -> Endpoints:
        """Asked for once at a time, and not again at once after a failure; what was found before serves meanwhile."""
        if self._finding.locked() and self._found is not None:
            return self._found
        async with self._finding:
            now = self._clock.now()
            if now >= self._ask_at:
                try:
                    self._found = await self._discovered()
                    self._ask_at = now + KEPT
                except (Failure, ProviderFailed) as failure:
                    self._ask_at = self._clock.now() + AGAIN
                    log.warning("the openid provider does not say where its endpoints are: %s", failure)
        if self._found is None:
            raise ProviderFailed("where its endpoints are is not known")
        return self._found

    async def _discovered(self) -> Endpoints:
        issuer = self.client.issuer
        url = f"{issuer}/.well-known/openid-configuration"
        answer = await self._outbound.request("GET", url, seconds=SECONDS, limit=LIMIT)
        if answer.status == 404 and (self._found is None or self._found.keys is None):
            return Endpoints(f"{issuer}/oauth2/authorize", f"{issuer}/oauth2/token", None)
        content = json_object(answer)
        if text_of(content, "issuer").rstrip("/") != issuer:
            raise ProviderFailed("its discovery document is of another issuer")
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        authorize, token, keys = (self._safe(text_of(content, name)) for name in names)
        return Endpoints(authorize, token, KeySet(keys, self._outbound, self._clock))

    def _safe(self, url: str) -> str:
        """An endpoint of the provider: https, as the issuer is, in the characters of an address (RFC 3986)."""
        scheme = urlsplit(self.client.issuer).scheme
        if not _ADDRESS.fullmatch(url) or not canonical_origin(url).startswith(("https://", f"{scheme}://")):
            raise ProviderFailed("its discovery document names an endpoint that is not https")
        return url

    async def _token(self, endpoints: Endpoints, code: str, verifier: str) -> str:
        """The id token, as the provider wrote it."""
        pair = f"{quote(self.client.client_id, safe='')}:{quote(self.client.client_secret, safe='')}"
        headers = {
            "Accept": "application/json",
            "Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client.redirect_uri,
            "code_verifier": verifier,
        }
        body = urlencode(form).encode()
        answer = await self._outbound.request("POST", endpoints.token, headers=headers, body=body, seconds=SECONDS)
        return text_of(json_object(answer), "id_token")

    def _account(self, token: Token) -> ProviderAccount:
        claims = token.claims
        if text_of(claims, "iss").rstrip("/") != self.client.issuer:
            raise Denied("invalid openclaw id token issuer")
        audience = claims.get("aud")
        if audience != self.client.client_id and not (isinstance(audience, list) and self.client.client_id in audience):
            raise Denied("invalid openclaw id token audience")
        if claims.get("azp", self.client.client_id) != self.client.client_id:  # Core, section 3.1.3.7, 5
            raise Denied("invalid openclaw id token audience")
        end, now = claims.get("exp"), self._clock.now() / SECOND
        if not isinstance(end, int | float) or end + LEEWAY <= now:
            raise Denied("openclaw id token expired")
        try:
            email = email_address(text_of(claims, "email"))
        except Invalid:
            email = ""
        if not email or claims.get("email_verified") is not True:
            raise Denied("openclaw id account email is not verified")
        subject = text_of(claims, "sub")
        if not 0 < len(subject) <= LONGEST_SUBJECT:
            raise Denied("invalid openclaw id token")
        name = fitting_name(text_of(claims, "name"), text_of(claims, "preferred_username"), email)
        login = text_of(claims, "preferred_username")
        whom = f"{self.client.issuer} {subject}"  # a subject is one within its issuer alone (Core, section 2)
        return ProviderAccount(NAME, whom, email, name, text_of(claims, "picture"), login)


def _nonce_fits(endpoints: Endpoints, token: Token, verifier: str) -> bool:
    """A provider that publishes its keys returns the nonce; one of the old kind may leave it away."""
    given = text_of(token.claims, "nonce")
    if not given and endpoints.keys is None:
        return True
    return hmac.compare_digest(given.encode(), nonce_of(verifier).encode())
