"""Log lines: two forms, and no secret in either."""

import json
import logging
import sys
from collections.abc import Iterator

import orjson
import pytest

from clickclack.kernel import logs
from clickclack.kernel.logs import redact
from clickclack.kernel.secrets import new_secret

SECRET = "sst_" + "evrg0SmEVSF2tfoVnKWGjFROhYWCkopjvxrdFueTUm2"  # one that stays: it names test cases
BARE = SECRET.removeprefix("sst_")
log = logging.getLogger("test")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Puts the handlers back, for they belong to the whole process."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    entered = logs.correlation.set("")
    yield
    logs.correlation.reset(entered)
    root.handlers[:] = handlers
    root.setLevel(level)


def fail(text: str) -> None:
    raise ValueError(text)


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


@pytest.mark.parametrize("prefix", ["sst", "mgt", "ccb", "ccs", "tok"])
def test_a_token_keeps_its_prefix_only(prefix: str):
    assert redact(f"it is {new_secret(prefix)}.") == f"it is {prefix}_[redacted]."


@pytest.mark.parametrize(
    "text",
    [
        f"Bearer {SECRET}",
        f"clickclack.bearer.{SECRET}",
        f"/app/sign-in#token={SECRET}",
        f"next=%2Fapp%3Ftoken%3D{SECRET}",
        f"old_{SECRET}",
        f'{{"token":"{SECRET}"}}',
        f"{SECRET}{SECRET}",
    ],
)
def test_a_token_is_found_behind_any_character(text: str):
    assert BARE not in redact(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Basic abc", "Authorization: [redacted]"),
        ("authorization=abc; more", "authorization: [redacted]"),
        ("{'Cookie': 'cc_session=opaque'}", "{'Cookie: [redacted]"),
        ("Set-Cookie: a=b\nHost: here", "Set-Cookie: [redacted]\nHost: here"),
        ("(b'Authorization', b'Bearer opaque-1234567890')", "(b'Authorization', b'Bearer [redacted]')"),
    ],
)
def test_a_credential_header_keeps_its_name_only(text: str, shown: str):
    assert redact(text) == shown


@pytest.mark.parametrize("text", ["msg_01h2x3y4z5", "a bearer of good news", "sst_short", "no cookie for you"])
def test_other_text_stays_as_it_is(text: str):
    assert redact(text) == text


def test_a_json_line_says_when_what_and_for_which_request(capsys: pytest.CaptureFixture[str]):
    logs.set_up("json")
    logs.correlation.set("req-1")
    log.info("hello %s", "world")
    line = orjson.loads(lines(capsys)[0])
    assert line.pop("time").endswith("Z")
    assert line == {"level": "info", "logger": "test", "message": "hello world", "correlation_id": "req-1"}


def test_a_line_for_people_names_its_request_before_any_trace(capsys: pytest.CaptureFixture[str]):
    logs.set_up("human")
    log.info("alone")
    logs.correlation.set("req-1")
    try:
        fail("on purpose")
    except ValueError:
        log.exception("POST /x failed")
    alone, first, *trace = lines(capsys)
    assert alone.endswith(" I alone")
    assert first.endswith(" E POST /x failed [req-1]")
    assert trace[-1] == "ValueError: on purpose"


def test_a_line_outside_a_request_names_none(capsys: pytest.CaptureFixture[str]):
    logs.set_up("json")
    log.warning("alone")
    assert "correlation_id" not in orjson.loads(lines(capsys)[0])


@pytest.mark.parametrize("form", ["human", "json"])
def test_no_secret_appears_in_message_trace_or_correlation_id(form: str, capsys: pytest.CaptureFixture[str]):
    logs.set_up(form)
    logs.correlation.set(SECRET)
    try:
        fail(SECRET)
    except ValueError:
        log.exception("refused %s", SECRET)
    written = "\n".join(lines(capsys))
    assert "ValueError" in written
    assert BARE not in written


def test_a_trace_stays_within_one_json_line(capsys: pytest.CaptureFixture[str]):
    logs.set_up("json")
    try:
        fail("first\nsecond")
    except ValueError:
        log.exception("failed")
    (line,) = lines(capsys)
    assert "first\nsecond" in orjson.loads(line)["exception"]


def test_without_a_terminal_lines_are_json(capsys: pytest.CaptureFixture[str]):
    logs.set_up()
    log.info("hello")
    assert lines(capsys)[0].startswith("{")


def test_on_a_terminal_lines_are_for_people(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    logs.set_up()
    log.info("hello")
    assert lines(capsys)[0].endswith(" I hello")


def test_lines_below_the_level_are_left_out(capsys: pytest.CaptureFixture[str]):
    logs.set_up("human", logging.WARNING)
    log.info("hello")
    assert lines(capsys) == []


def test_half_a_character_does_not_cost_the_line(capsys: pytest.CaptureFixture[str]):
    logs.set_up("json")
    log.info("half a \ud800")
    assert json.loads(lines(capsys)[0])["message"] == "half a \ud800"
