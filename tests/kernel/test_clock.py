"""Times and their RFC 3339 spelling."""

import pytest

from clickclack.kernel.clock import SystemClock, from_rfc3339, to_rfc3339
from tests.clock import FakeClock


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (0, "2026-08-21T10:00:00Z"),
        (120_000, "2026-08-21T10:00:00.12Z"),
        (123_456, "2026-08-21T10:00:00.123456Z"),
        (1, "2026-08-21T10:00:00.000001Z"),
    ],
)
def test_a_time_is_spelled_without_trailing_zeros(fraction: int, text: str):
    moment = from_rfc3339("2026-08-21T10:00:00Z") + fraction
    assert to_rfc3339(moment) == text
    assert from_rfc3339(text) == moment


def test_an_offset_is_taken_into_account():
    assert from_rfc3339("2026-08-21T12:00:00+02:00") == from_rfc3339("2026-08-21T10:00:00Z")


@pytest.mark.parametrize("text", ["", "soon", "2026-08-21T10:00:00"])
def test_a_text_without_date_or_offset_is_refused(text: str):
    with pytest.raises(ValueError):  # noqa: PT011 - any reason will do
        from_rfc3339(text)


def test_a_fake_clock_moves_only_when_told():
    clock = FakeClock()
    before = clock.now()
    clock.advance(1.5)
    assert clock.now() - before == 1_500_000
    assert clock.monotonic() == 1.5


def test_the_system_clock_counts_microseconds_since_1970():
    assert to_rfc3339(SystemClock().now())[:2] == "20"
