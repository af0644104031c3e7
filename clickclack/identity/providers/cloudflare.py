"""Cloudflare Access before the server: whom its assertion names (contract chat 2.8)."""

import logging

from clickclack.identity.names import email_address, fitting_name
from clickclack.identity.provider_accounts import ProviderAccount
from clickclack.identity.providers.answers import text_of
from clickclack.kernel.clock import SECOND, Clock
from clickclack.kernel.errors import Invalid
from clickclack.kernel.jose import BadToken
from clickclack.kernel.key_sets import KeySet
from clickclack.kernel.outbound import Outbound
from clickclack.kernel.outbound_failures import Failure
from clickclack.kernel.rate_limit import RateLimit

log = logging.getLogger(__name__)

NAME = "cloudflare-access"
LEEWAY = 30
_ALGORITHMS = frozenset({"RS256"})


class Access:
    """One application of a team: `team` is the team's https origin, `audience` the application's tag."""

    def __init__(self, team: str, audience: str, outbound: Outbound, clock: Clock) -> None:
        self._team = team
        self._audience = audience
        self._keys = KeySet(f"{team}/cdn-cgi/access/certs", outbound, clock)
        self._clock = clock
        self._said = RateLimit(clock, 10, 60.0)

    async def account(self, assertion: str) -> ProviderAccount | None:
        """Who the assertion names; None when it is not good, or the team's keys cannot be had."""
        try:
            token = await self._keys.checked(assertion, _ALGORITHMS)
        except (BadToken, Failure) as error:
            self._refuse(str(error))
            return None
        claims = token.claims
        fault = self._fault(claims)
        if fault:
            self._refuse(fault)
            return None
        try:
            email = email_address(text_of(claims, "email"))
        except Invalid:
            return None
        name = fitting_name(text_of(claims, "name"), text_of(claims, "common_name"), email)
        return ProviderAccount(NAME, email, email, name)

    def _refuse(self, fault: str) -> None:
        """Says why an assertion is not accepted, ten times a minute at most: anybody can send them."""
        if self._said.take("") is None:
            log.warning("an access assertion is not accepted: %s", fault)

    def _fault(self, claims: dict[str, object]) -> str:
        """What is wrong with the claims; empty when nothing is."""
        now = self._clock.now() / SECOND
        end, made, start = claims.get("exp"), claims.get("iat"), claims.get("nbf", 0)
        audience = claims.get("aud")
        if claims.get("iss") != self._team:
            return "the issuer is another"
        if audience != self._audience and not (isinstance(audience, list) and self._audience in audience):
            return "the audience is another"
        if not isinstance(end, int | float) or end + LEEWAY <= now:
            return "it has expired"
        if not isinstance(made, int | float) or made - LEEWAY > now:
            return "it is not of the present"
        if not isinstance(start, int | float) or start - LEEWAY > now:
            return "it is not good yet"
        return ""
