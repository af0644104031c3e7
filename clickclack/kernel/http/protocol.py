"""HTTP as the library reads it, with our answers to what is no HTTP."""

import logging

from aiohttp import StreamReader, web
from aiohttp.http_exceptions import HttpProcessingError

from clickclack.kernel.http.call import json_response
from clickclack.kernel.http.headers import correlate, dress

log = logging.getLogger(__name__)


class Protocol(web.RequestHandler):
    """A connection whose broken requests are answered in JSON, 400, for no surface is known to own them.

    The library forgets the body of a request under way when a chunk of it is broken, and has its reader wait; here the
    reader is told by RequestPayloadError at once.
    """

    __slots__ = ()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._messages and _is_fault(self._messages[-1][0]):
            self._end_broken_body()

    def _end_broken_body(self) -> None:
        bodies = [body for _, body in self._messages][:-1]
        if self._current_request is not None:
            bodies.append(self._current_request.content)
        for body in bodies:
            if not _is_whole(body):
                body.set_exception(web.RequestPayloadError("the body is not valid HTTP"))
                self._lingering_time = 0.0  # nothing more of the body can be read
                self._messages.pop()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to what could not be read as HTTP, after which the connection is closed."""
        if not isinstance(exc, HttpProcessingError):
            return super().handle_error(request, status, exc, message)
        fault = _in_short(exc.message)
        correlate(request)
        log.info("a request from %s is not valid HTTP: %s", request.remote, fault)
        response = json_response(status, {"error": f"the request is not valid HTTP: {fault}"})
        dress(request, response)
        response.force_close()
        return response


def _is_fault(message: object) -> bool:
    return isinstance(getattr(message, "exc", None), HttpProcessingError)


def _is_whole(body: StreamReader) -> bool:
    whole: list[bool] = []
    body.on_eof(lambda: whole.append(True))
    return bool(whole)


def _in_short(message: str) -> str:
    """What is wrong, without what was sent: there may be a secret in it."""
    fault = message.partition("\n")[0].partition(": b")[0].rstrip(":. ")
    return fault[:1].lower() + fault[1:]
