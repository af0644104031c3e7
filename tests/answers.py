"""Holds every answer of the chat surface against what its endpoint declares, so that each test proves the OpenAPI."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from clickclack.api.chat.events import PAYLOADS
from clickclack.api.chat.models import Error
from clickclack.api.chat.models import Event as EventModel
from clickclack.api.chat.surface import ROOMS
from clickclack.kernel.http.endpoint import Endpoint
from clickclack.kernel.http.openapi import document

ENDPOINTS: list[Endpoint[Any]] = [endpoint for room in ROOMS for endpoint in room.endpoints]
SIGNALS = frozenset({"agent.progress", "presence.changed", "typing.started", "typing.stopped"})
"""What callers signal: never stored, with an id of its own kind."""
BOT_NEWS = frozenset({"bot.deleted", "bot.membership_removed", "bot_command.updated"})
"""What the server tells of bots: never stored, without an id."""

DOCUMENT = document("ClickClack", "0", ENDPOINTS, Error)

_PATTERNS = [
    (endpoint, re.compile(re.sub(r"{\w+}", "[^/]+", endpoint.path)))
    for endpoint in sorted(ENDPOINTS, key=lambda endpoint: endpoint.path.count("{"))
]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for `method path`; `json` is None when the body is empty."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.raw) if self.raw else None

    @property
    def error(self) -> str:
        text: str = self.json["error"]
        return text


def endpoint_of(method: str, path: str) -> Endpoint[Any] | None:
    """The endpoint that serves a path, or None when no endpoint does."""
    return next((e for e, pattern in _PATTERNS if e.method == method and pattern.fullmatch(path)), None)


def check(answer: Answer) -> None:
    """Fails for an answer under `/api` that its declaration does not know, or that lacks what every answer has."""
    assert answer.headers["X-Correlation-ID"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if not answer.path.startswith("/api"):
        return
    assert answer.headers["Vary"].startswith("Origin")
    endpoint = endpoint_of(answer.method, answer.path)
    if endpoint is not None and answer.status in (200, 206, 304) and endpoint.answers.get(answer.status, Error) is None:
        check_file(answer)
        return
    assert answer.headers["Cache-Control"] == "no-store"
    if answer.status in (204, 405):
        assert answer.raw == b""
        return
    if endpoint is not None and answer.status in (302, 426):
        assert answer.status in endpoint.answers, f"{answer.method} {endpoint.path} does not declare {answer.status}"
        assert (answer.raw == b"") == ("Location" in answer.headers)
        return
    assert answer.headers["Content-Type"] == "application/json"
    if endpoint is None or answer.status >= 400:
        Error.model_validate_json(answer.raw, strict=True)
    if endpoint is None:
        return
    declared = DOCUMENT["paths"][endpoint.path][answer.method.lower()]["responses"]
    line = f"{answer.method} {endpoint.path}"
    assert str(answer.status) in declared, f"{line} does not declare {answer.status}: {answer.raw!r}"
    if answer.status < 400:
        model = endpoint.answers[answer.status]
        assert model is not None, f"{line} declares no body for {answer.status}"
        model.model_validate_json(answer.raw, strict=True)


def check_file(answer: Answer) -> None:
    """Fails for content of a file that could act as a page of ours, or be taken for something else."""
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["ETag"].startswith('"')
    assert answer.headers.get("Last-Modified", " GMT").endswith(" GMT")  # thumbnails have none
    assert answer.headers["Content-Disposition"].startswith(("inline; filename=", "attachment; filename="))
    if answer.status != 304:
        assert answer.headers["Content-Length"] == str(len(answer.raw))


def check_event(event: Any) -> None:
    """Fails for a frame that is not an event of the vocabulary with its own payload."""
    EventModel.model_validate(event, strict=True)
    if event["type"] in BOT_NEWS:
        assert (event["id"], event["cursor"]) == ("", "")
        assert "bot_user_id" in event["payload"]
        return
    if event["type"] in SIGNALS:
        assert event["cursor"] == ""
        assert event["id"].startswith("eph_")
        return
    assert event["id"].startswith("evt_")
    assert event["cursor"] == "cur_" + event["id"][4:]
    assert set(event["payload"]) <= set(PAYLOADS[event["type"]])
