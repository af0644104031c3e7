"""Headers with parameters: what is well formed is read back, anything else is Invalid, and nothing takes long."""

import contextlib
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickclack.kernel.errors import Invalid
from clickclack.kernel.http.header_parameters import extended_value, header_field
from clickclack.kernel.http.multipart import form_boundary

TOKENS = st.text("abz019*-_", min_size=1, max_size=5)
HOSTILE = st.text(st.sampled_from(" \t;=\"\\'%*a\x00\r\n\u2028é\ud800"), max_size=40) | st.text(max_size=40)
LENGTH = 1024 * 1024


@given(st.dictionaries(TOKENS, st.text(max_size=20), max_size=3), st.text(" \t", max_size=2))
def test_what_is_quoted_is_read_back(parameters: dict[str, str], space: str) -> None:
    pieces = [f';{space}{name}{space}="{escaped(text)}"{space}' for name, text in parameters.items()]
    assert header_field("Form-Data" + "".join(pieces)).parameters == parameters


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_percent_encoded_is_read_back(text: str) -> None:
    assert extended_value(f"uTf-8'en'{quote(text)}") == text


@given(HOSTILE)
def test_whatever_is_sent_is_read_or_invalid(text: str) -> None:
    for start in ("", "a;b=", "multipart/form-data;boundary="):
        for read in (header_field, extended_value, form_boundary):
            with contextlib.suppress(Invalid):
                read(start + text)


@pytest.mark.parametrize("start", ['a; b="', "a; b="])
@pytest.mark.parametrize("piece", [";", " ", "\\", '"', "; ", '\\"', ";=", ';a="', "\t;\t=", "x"])
def test_a_mebibyte_of_anything_is_read_in_a_moment(start: str, piece: str) -> None:
    text = start + piece * (LENGTH // len(piece))
    started = time.process_time()
    with contextlib.suppress(Invalid):
        header_field(text)
    assert time.process_time() - started < 5


def test_a_mebibyte_of_percent_signs_is_read_in_a_moment() -> None:
    started = time.process_time()
    extended_value("UTF-8''" + "%" * LENGTH)
    assert time.process_time() - started < 5
