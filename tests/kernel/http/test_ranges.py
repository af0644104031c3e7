"""Ranges and conditions, by the letter of RFC 9110."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clickclack.kernel.clock import SECOND
from clickclack.kernel.errors import OutOfRange
from clickclack.kernel.http.files import disposition
from clickclack.kernel.http.ranges import Slice, Validators, asked_slice, is_unchanged

STATE = Validators('"a"', 1_790_000_000 * SECOND + 5)
DATE = "Mon, 21 Sep 2026 14:13:20 GMT"


@settings(deadline=None)
@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_a_range_is_cut_to_the_content_or_out_of_range(size: int, first: int, last: int) -> None:
    headers = {"Range": f"bytes={first}-{last}"}
    wanted = list(range(size))[first : last + 1]
    if last < first:
        assert asked_slice(headers, size, STATE) == Slice(200, 0, size)
    elif wanted:
        assert asked_slice(headers, size, STATE) == Slice(206, wanted[0], wanted[-1] + 1)
    else:
        with pytest.raises(OutOfRange) as refused:
            asked_slice(headers, size, STATE)
        assert refused.value.headers == {"Content-Range": f"bytes */{size}"}


def test_a_number_that_is_too_long_to_be_a_position_is_no_range() -> None:
    assert asked_slice({"Range": f"bytes={'9' * 5000}-"}, 5, STATE) == Slice(200, 0, 5)


def test_the_time_of_a_state_has_whole_seconds() -> None:
    assert STATE.last_modified == DATE


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({}, False),
        ({"If-None-Match": "*"}, True),
        ({"If-None-Match": '"b","a"'}, True),
        ({"If-None-Match": '"b"', "If-Modified-Since": DATE}, False),
        ({"If-Modified-Since": DATE}, True),
        ({"If-Modified-Since": "Mon, 21 Sep 2026 14:13:19 GMT"}, False),
        ({"If-Modified-Since": "Mon, 21 Sep 2026 14:13:20"}, True),
        ({"If-Modified-Since": "Mon, 99 Sep 2026 14:13:20 GMT"}, False),
        ({"If-Modified-Since": "Mon, 21 Sep 99999999999999 14:13:20 GMT"}, False),
        ({"If-Modified-Since": ""}, False),
    ],
)
def test_a_copy_is_good_when_tag_or_time_says_so(headers: Mapping[str, str], wanted: bool) -> None:
    assert is_unchanged(headers, STATE) is wanted


@settings(deadline=None)
@given(st.text(min_size=1, max_size=30))
def test_a_disposition_is_one_line_of_ascii(name: str) -> None:
    clean = "".join(c for c in name if c.isprintable())
    header = disposition("inline", clean.encode("utf-8", "ignore").decode())
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
