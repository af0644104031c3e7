"""What can go wrong between a program and a server."""

from collections.abc import Mapping
from http import HTTPStatus


class ClientError(Exception):
    """Anything that a call of this package raises on purpose."""


class ApiError(ClientError):
    """The server's refusal: HTTP `status`, the server's own `text`, and the `headers` of its answer.

    Reads as `404 Not Found: channel not found`.
    """

    def __init__(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{_status_line(status)}: {text}" if text else _status_line(status))
        self.status = status
        self.text = text
        self.headers: Mapping[str, str] = headers or {}


class Unreachable(ClientError):  # noqa: N818 - named after what is the case
    """No answer came: the server cannot be reached, or the connection or its time ran out.

    What was asked for may have been done all the same.
    """


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
