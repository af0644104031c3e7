"""What all ways of signing in share: who may ask, and the answer with its cookie."""

from typing import Any

from aiohttp import web

from clickclack.api.chat import render_identity
from clickclack.api.chat.parts import ORIGINS, SIGN_IN
from clickclack.identity import credentials, users
from clickclack.identity.credentials import Issued
from clickclack.identity.users import User
from clickclack.kernel.errors import Forbidden, UnsupportedMedia
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.transaction import Tx

Signed = tuple[User, Issued]


def refuse_other_sites(request: web.Request) -> None:
    """Lets only our own pages and programs sign in, and only with JSON: no form of another site can."""
    if request.content_type != "application/json":
        raise UnsupportedMedia("content-type must be application/json")
    origin = request.headers.get("Origin")
    foreign = origin is not None and not request.app[ORIGINS].same_origin(request, origin)
    if foreign or request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        raise Forbidden("cross-site login requests are not allowed")


def start(tx: Tx, user_n: int, device: str) -> Signed:
    """A session for the user."""
    return users.by_n(tx, user_n), credentials.start_session(tx, user_n, device)


def signed_in(call: Call[Any], signed: Signed, status: int = 200, **more: Any) -> web.Response:
    """The answer with the session, its secret and the cookie."""
    user, issued = signed
    response = json_response(status, {**render_identity.sign_in(user, issued), **more})
    put_session(call, response, signed)
    return response


def put_session(call: Call[Any], response: web.Response, signed: Signed) -> None:
    """Sets the cookie of a session that has been started."""
    _, issued = signed
    cookie, end = call.request.app[SIGN_IN].cookie, issued.credential.expires_at or 0
    cookie.put(call.request, response, issued.secret, end, call.clock.now())
