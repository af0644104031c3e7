"""Log lines: for people on a terminal, JSON elsewhere; secrets are taken out in this one place."""

import json
import logging
import re
import sys
from contextvars import ContextVar

from clickclack.kernel.clock import to_rfc3339

correlation: ContextVar[str] = ContextVar("correlation", default="")
"""The id of the request that is being answered."""

_SECRET = re.compile(
    r"(sst|mgt|ccb|ccs|tok)_[A-Za-z0-9_]{16,}"
    r"|((?i:\b(?:bearer|basic)))\s+[A-Za-z0-9._~+/=-]{16,}"
    r"|((?i:authorization|cookie|set-cookie))[\"']?\s*[:=]\s*[^\r\n]+"
)


def redact(text: str) -> str:
    """The text with every secret replaced: tokens keep their prefix, credential headers their name or scheme.

    A token is found behind any character, for an encoded query has letters before it (`%3Dsst_…`).
    """
    return _SECRET.sub(_redacted, text)


def _redacted(match: re.Match[str]) -> str:
    prefix, scheme, header = match.groups()
    if prefix:
        return f"{prefix}_[redacted]"
    return f"{scheme} [redacted]" if scheme else f"{header}: [redacted]"


class _HumanFormatter(logging.Formatter):
    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """The line before a trace: an answer of 500 tells where to look by the id at its end."""
        line, request_id = super().formatMessage(record), correlation.get()
        return f"{line} [{request_id}]" if request_id else line

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": to_rfc3339(round(record.created * 1_000_000)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        if request_id := correlation.get():
            line["correlation_id"] = redact(request_id)
        if record.exc_info:
            line["exception"] = redact(self.formatException(record.exc_info))
        return json.dumps(line)


def set_up(form: str = "auto", level: int = logging.INFO) -> None:
    """Sends all log lines to standard error: `human`, `json`, or `auto` by whether that is a terminal."""
    human = form == "human" or (form == "auto" and sys.stderr is not None and sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.setFormatter(
        _HumanFormatter("%(asctime)s %(levelname).1s %(message)s", "%H:%M:%S") if human else _JsonFormatter()
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
