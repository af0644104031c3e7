"""Ranges and conditions, by the letter of RFC 9110."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clickclack.kernel.clock import SECOND
from clickclack.kernel.errors import OutOfRange
from clickclack.kernel.http.files import disposition
from clickclack.kernel.http.ranges import Slice, Validators, asked_slices, is_unchanged

STATE = Validators('"a"', 1_790_000_000 * SECOND + 5)
DATE = "Mon, 21 Sep 2026 14:13:20 GMT"


@settings(deadline=None)
@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_a_range_is_cut_to_the_content_or_out_of_range(size: int, first: int, last: int) -> None:
    headers = {"Range": f"bytes={first}-{last}"}
    wanted = list(range(size))[first : last + 1]
    if size == 0 and first <= last:
        assert asked_slices(headers, size, STATE) == []
    elif wanted:
        assert asked_slices(headers, size, STATE) == [Slice(wanted[0], wanted[-1] + 1)]
    else:
        with pytest.raises(OutOfRange) as refused:
            asked_slices(headers, size, STATE)
        assert refused.value.headers == {"Content-Range": f"bytes */{size}"}


@pytest.mark.parametrize(
    "asked",
    ["bytes=", "bytes=,", "bytes=-", "bytes=x", "bytes=3-1", "bytes=0-0,x", f"bytes={'9' * 5000}-"],
)
def test_what_is_no_list_of_ranges_is_refused(asked: str) -> None:
    with pytest.raises(OutOfRange):
        asked_slices({"Range": asked}, 5, STATE)


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("", []),
        ("items=0-1", []),
        ("Bytes=0-0", [Slice(0, 1)]),
        ("bytes=0-0, 2-, -1", [Slice(0, 1), Slice(2, 5), Slice(4, 5)]),
        ("bytes=3-,9-,-0", [Slice(3, 5)]),
        ("bytes=0-3,1-4", []),
        (f"bytes={','.join(['0-0'] * 33)}", []),
    ],
)
def test_ranges_stand_as_they_were_asked_for_unless_they_are_more_than_the_whole(
    asked: str, wanted: list[Slice]
) -> None:
    assert asked_slices({"Range": asked}, 5, STATE) == wanted


def test_more_ranges_than_are_sent_one_by_one_are_the_whole() -> None:
    asked = ",".join(f"{n}-{n}" for n in range(33))
    assert asked_slices({"Range": f"bytes={asked}"}, 100, STATE) == []


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
