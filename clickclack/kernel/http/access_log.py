"""One line for each request, without query, cookies or credentials (contract chat 7.5)."""

import logging

from aiohttp import web

from clickclack.kernel.http.call import CORRELATION

log = logging.getLogger("clickclack.access")


class AccessLog:
    """Writes every answer, or with `errors_only` those of 500 and above."""

    def __init__(self, *, errors_only: bool) -> None:
        self._lowest = 500 if errors_only else 0

    def observe(self, request: web.Request, response: web.StreamResponse, seconds: float) -> None:
        if response.status < self._lowest:
            return
        resource = request.match_info.route.resource
        log.info(
            "%s %s %d %s B %.1f ms (%s://%s %s from %s, %s)",
            request.method,
            resource.canonical if resource is not None else "unmatched",
            response.status,
            response.body_length if response.prepared else response.content_length or 0,
            seconds * 1000,
            request.scheme,
            request.host,
            f"HTTP/{request.version.major}.{request.version.minor}",
            request.remote,
            request[CORRELATION],
        )
