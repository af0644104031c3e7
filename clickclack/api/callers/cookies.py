"""The cookies: their names, their attributes, and reading them without being fooled (contract chat 2.4)."""

from dataclasses import dataclass
from email.utils import formatdate
from typing import Literal
from urllib.parse import urlsplit

from aiohttp import web

from clickclack.api.callers.local_requests import is_local
from clickclack.kernel.clock import SECOND
from clickclack.kernel.errors import Unauthenticated
from clickclack.kernel.hosts import host_of, local_host


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """How this server names and dresses its cookie; the addresses are the public ones, empty when none is set.

    The cookie is that of the session, or the one that binds a sign-in at a provider to the browser that began it.
    """

    public_url: str = ""
    public_api_url: str = ""
    namespace: str = ""
    purpose: Literal["session", "oauth_binding"] = "session"

    @property
    def name(self) -> str:
        """`cc_session`, or with a namespace `cc-<namespace>-session` behind the prefix that its origin allows."""
        if not self.namespace:
            return f"cc_{self.purpose}"
        name = f"cc-{self.namespace}-{self.purpose.replace('_', '-')}"
        address = urlsplit(self.public_api_url or self.public_url)
        if address.scheme != "https":
            return name
        return f"__Secure-{name}" if address.path.strip("/") else f"__Host-{name}"

    @property
    def path(self) -> str:
        return urlsplit(self.public_api_url).path or "/"

    def read(self, request: web.Request) -> str | None:
        """The cookie's value, None without one; Unauthenticated when there are two of the name."""
        pairs = [
            pair.strip().partition("=") for header in request.headers.getall("Cookie", ()) for pair in header.split(";")
        ]
        values = [value.strip().strip('"') for name, _, value in pairs if name == self.name]
        if len(values) > 1:
            raise Unauthenticated("multiple cookies with the same name are not allowed")
        return values[0] if values and values[0] else None

    def put(self, request: web.Request, response: web.StreamResponse, secret: str, expires_at: int, now: int) -> None:
        """Sets the cookie for as long as the session lasts."""
        self._set(request, response, secret, max(0, (expires_at - now) // SECOND))
        response.cookies[self.name]["expires"] = formatdate(expires_at / SECOND, usegmt=True)

    def clear(self, request: web.Request, response: web.StreamResponse) -> None:
        """Makes the browser forget the cookie."""
        self._set(request, response, "", 0)

    def _set(self, request: web.Request, response: web.StreamResponse, value: str, seconds: int) -> None:
        split = urlsplit(self.public_url).hostname != urlsplit(self.public_api_url or self.public_url).hostname
        response.set_cookie(
            self.name,
            value,
            max_age=seconds,
            path=self.path,
            httponly=True,
            secure=self.secure(request),
            samesite="None" if split else "Lax",
        )

    def secure(self, request: web.Request) -> bool:
        """Whether the cookie travels over https alone: always, except over plain http on this machine.

        That is when the public addresses are http ones of this machine, or when there are none and the request comes
        from here; an https address, TLS, or a proxy that says https forbids it. Contract chat 2.4 asks for dev mode
        besides. Not so here: a person at http://localhost signs in without it, and Safari keeps no Secure cookie there.
        """
        addresses = (self.public_api_url, self.public_url)
        if any(address.startswith("https:") for address in addresses):
            return True
        if request.secure or request.headers.get("X-Forwarded-Proto", "").lower() == "https":
            return True
        if any(addresses):
            return not all(local_host(host_of(address)) for address in addresses if address)
        return not is_local(request.remote, request.headers)
