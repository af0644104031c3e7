"""HTTP as the library reads it, with our answers to what is no HTTP."""

import logging

from aiohttp import StreamReader, web
from aiohttp.http_exceptions import HttpProcessingError, InvalidURLError

from clickclack.kernel.http.call import json_response
from clickclack.kernel.http.headers import correlate, dress

log = logging.getLogger(__name__)


class Protocol(web.RequestHandler):
    """A connection whose broken requests are answered in JSON, 400, for no surface is known to own them.

    The library forgets the body of a request under way when a chunk of it is broken, and has its reader wait; here the
    reader is told by RequestPayloadError at once. What was answered before its body came to such an end is over.
    A fault in the same segment of data as whole requests takes their answers along, for the parser tells it first.
    """

    __slots__ = ("_coming",)

    _coming: StreamReader | None
    """The body that is still on its way."""

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._messages:
            self._look()

    def _look(self) -> None:
        message, body = self._messages[-1]
        if not _is_fault(message):
            self._coming = None if _is_whole(body) else body
            return
        if len(self._messages) > 1 and not _is_whole(self._messages[-2][1]):
            self._coming = self._messages[-2][1]
        body, self._coming = getattr(self, "_coming", None), None
        if body is not None and not _is_whole(body):
            self._end(body)

    def _end(self, body: StreamReader) -> None:
        waits = any(body is waiting for _, waiting in self._messages)
        if self._current_request is None and not waits:
            body.feed_eof()  # it was answered already, and is only read to its end
            return
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
        fault = _in_short(exc)
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


def _in_short(error: HttpProcessingError) -> str:
    """What is wrong, without what was sent: there may be a secret in it."""
    if isinstance(error, InvalidURLError):
        return "invalid URL"
    message = error.message
    fault = message.partition("\n")[0].partition(": b")[0].rstrip(":. ")
    return fault[:1].lower() + fault[1:]
