"""Which browser pages may call: the CSRF check, CORS, and the origin of sockets (contract chat 1.8)."""

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from clickclack.kernel.errors import Forbidden, Unauthenticated
from clickclack.kernel.hosts import canonical_origin, host_and_port

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_HEADERS = frozenset({"authorization", "content-type", "x-clickclack-csrf", "x-request-id"})
_REFUSED = "cross-site session requests are not allowed"


@dataclass(frozen=True, slots=True)
class OriginRules:
    """The browser's own origin: `public_origin` when one is configured, else what the request's Host says.

    `has_cookie` tells whether a request carries the session cookie, or whatever else a browser signs it with unasked.
    """

    public_origin: str
    has_cookie: Callable[[web.Request], bool]

    def guard(self, request: web.Request) -> web.Response | None:
        """Answers a preflight, refuses a cross-site call that a cookie would sign; None lets the request go on."""
        asked = request.headers
        if request.method == "OPTIONS" and "Origin" in asked and "Access-Control-Request-Method" in asked:
            return self._preflight(request)
        self._refuse_forgery(request)
        return None

    def finish(self, request: web.Request, response: web.StreamResponse) -> None:
        """Adds `Vary: Origin`, and for our own origin the two CORS headers."""
        if "Vary" not in response.headers:
            response.headers["Vary"] = "Origin"
        origin = request.headers.get("Origin")
        if origin is not None and self.same_origin(request, origin):
            response.headers["Access-Control-Allow-Origin"] = canonical_origin(origin)
            response.headers["Access-Control-Allow-Credentials"] = "true"

    def same_origin(self, request: web.Request, origin: str) -> bool:
        """Whether a page of this origin is ours."""
        if self.public_origin:
            return canonical_origin(origin) == self.public_origin
        return host_and_port(origin) == host_and_port(f"{request.scheme}://{request.host}")

    def socket_allowed(self, request: web.Request) -> bool:
        """Whether a socket may be opened: no Origin, our Host's, or the configured one."""
        origin = request.headers.get("Origin")
        if origin is None:
            return True
        return self.same_origin(request, origin) or host_and_port(origin) == host_and_port(
            f"{request.scheme}://{request.host}"
        )

    def _refuse_forgery(self, request: web.Request) -> None:
        if request.method in _SAFE or request.headers.get("Authorization", "").lower().startswith("bearer "):
            return
        if not self._carries_cookie(request):
            return
        if request.headers.get("X-ClickClack-CSRF") != "1" or not self._from_ourselves(request):
            raise Forbidden(_REFUSED)

    def _carries_cookie(self, request: web.Request) -> bool:
        try:
            return self.has_cookie(request)
        except Unauthenticated:  # two of them: still a cookie
            return True

    def _from_ourselves(self, request: web.Request) -> bool:
        origin = request.headers.get("Origin")
        if origin is not None:
            return self.same_origin(request, origin)
        return request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")

    def _preflight(self, request: web.Request) -> web.Response:
        if not self.same_origin(request, request.headers["Origin"]):
            raise Forbidden("origin is not allowed")
        method = request.headers["Access-Control-Request-Method"].upper()
        if method not in _METHODS:
            raise Forbidden("CORS method is not allowed")
        asked = request.headers.get("Access-Control-Request-Headers", "")
        names = sorted({name.strip().lower() for name in asked.split(",") if name.strip()})
        if not _HEADERS.issuperset(names):
            raise Forbidden("CORS header is not allowed")
        headers = {
            "Access-Control-Allow-Methods": method,
            "Access-Control-Max-Age": "600",
            "Vary": "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
        }
        if names:
            headers["Access-Control-Allow-Headers"] = ", ".join(names)
        return web.Response(status=204, headers=headers)
