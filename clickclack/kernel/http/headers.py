"""Response headers that every answer carries, and the correlation id (contract chat 1.9)."""

import random
import re

from aiohttp import web

from clickclack.kernel.http.call import CORRELATION

_CORRELATION = re.compile(r"[A-Za-z0-9._:-]{1,128}")

SERVER = "ClickClack"
BASE = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)


def correlate(request: web.BaseRequest) -> str:
    """The request's id: the client's own when it is well formed, else a new one."""
    given = request.headers.get("X-Correlation-ID", "").strip()
    found = given if given and _CORRELATION.fullmatch(given) else f"corr_{random.getrandbits(128):032x}"
    request[CORRELATION] = found
    return found


def sign(request: web.BaseRequest, response: web.StreamResponse) -> None:
    """Says who answers, and which request: all that an answer without content needs."""
    response.headers["Server"] = SERVER
    response.headers["X-Correlation-ID"] = request[CORRELATION]


def dress(request: web.BaseRequest, response: web.StreamResponse) -> None:
    """Adds the base headers to an answer that has not been sent yet."""
    sign(request, response)
    headers = response.headers
    for name, value in BASE:
        if name not in headers:
            headers[name] = value
