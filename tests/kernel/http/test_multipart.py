"""Reading forms piece by piece: however the body is cut into pieces, the parts are the same (RFC 7578)."""

import time
from collections.abc import AsyncGenerator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clickclack.kernel.errors import Invalid
from clickclack.kernel.http.multipart import FormReader, Part, form_boundary


async def cut(raw: bytes, step: int) -> AsyncGenerator[bytes]:
    for start in range(0, len(raw), step):
        yield raw[start : start + step]


async def parts_of(raw: bytes, step: int = 7, boundary: bytes = b"B") -> list[tuple[Part, bytes]]:
    reader, found = FormReader(cut(raw, step), boundary), list[tuple[Part, bytes]]()
    while (part := await reader.next()) is not None:
        found.append((part, b"".join([piece async for piece in reader.content()])))
    return found


def form(*contents: bytes) -> bytes:
    head = b'--B\r\nContent-Disposition: form-data; name="x"\r\n\r\n'
    return b"".join(head + content + b"\r\n" for content in contents) + b"--B--\r\n"


@settings(deadline=None)
@given(st.lists(st.binary(max_size=60) | st.sampled_from([b"\r\n--", b"--B", b"\r\n--A\r\n", b"\r"]), max_size=4))
async def test_content_is_the_same_however_it_comes_in(contents: list[bytes]) -> None:
    for step in (1, 2, 5, 1000):
        assert [content for _, content in await parts_of(form(*contents), step)] == contents


async def test_what_stands_before_and_after_the_form_is_passed_over() -> None:
    found = await parts_of(b"hello\r\n" + form(b"a") + b"bye")
    assert [content for _, content in found] == [b"a"]


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ('form-data; name="a"', Part("a", None, "")),
        ("form-data; name=a; filename=b.txt", Part("a", "b.txt", "")),
        ('form-data; name="a"; filename="日 \\"x\\".txt"', Part("a", '日 "x".txt', "")),
        ("form-data; name=\"a\"; filename*=UTF-8''%e2%82%ac.txt", Part("a", "€.txt", "")),
        ("form-data; name=\"a\"; filename=x; filename*=iso-8859-1'de'%FCb%e4r", Part("a", "übär", "")),
        ('form-data; name="a"; filename="C:\\dir\\a;b=.txt" ; x', Part("a", "C:\\dir\\a;b=.txt", "")),
        ('form-data; name="a"; filename=""', Part("a", "", "")),
        ("form-data", Part("", None, "")),
        ("form-data; name=a\r\nContent-Type: text/plain; x=y", Part("a", None, "text/plain; x=y")),
        ("form-data; name=a\r\nX: y\r\ncontent-disposition: form-data; name=b", Part("a", None, "")),
    ],
)
async def test_a_part_says_its_name_file_and_type(header: str, part: Part) -> None:
    raw = f"--B\r\nContent-Disposition: {header}\r\n\r\nx\r\n--B--".encode()
    assert await parts_of(raw) == [(part, b"x")]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"--B",
        b"--B\r\n",
        b"--Bx\r\n\r\n\r\n--B--",
        b"--B\r\nContent-Disposition: form-data\r\n\r\nx",
        b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B-",
        b"--B\r\n" + b"X: y\r\n" * 5_000 + b"\r\nx\r\n--B--",
        b"--B\r\n" + b"x" * 40_000,
        b"--B\r\nContent-Disposition: form-data; filename*=\x00''x\r\n\r\nx\r\n--B--",
        b"--B\r\nContent-Disposition: form-data; filename*=utf-7''x\r\n\r\nx\r\n--B--",
        b'--B\r\nContent-Disposition: form-data; filename="x\r\n\r\nx\r\n--B--',
        b'--B\r\nContent-Disposition: form-data; filename="x"y\r\n\r\nx\r\n--B--',
        b'--B\r\nContent-Disposition: form-data; name="' + b"x" * 4_096 + b'"\r\n\r\nx\r\n--B--',
    ],
)
async def test_what_is_no_whole_form_is_invalid(raw: bytes) -> None:
    with pytest.raises(Invalid):
        await parts_of(raw, 1000)


async def test_a_text_is_cut_and_the_next_part_follows() -> None:
    reader = FormReader(cut(form("é".encode() * 1000, b"next"), 50), b"B")
    await reader.next()
    assert await reader.text(6) == "ééé"
    await reader.next()
    assert await reader.text(10) == "next"
    assert await reader.next() is None


def test_the_boundary_is_what_the_header_says() -> None:
    assert form_boundary('Multipart/Form-Data; charset=utf-8; boundary="a b\'c"') == b"a b'c"
    assert form_boundary(f"multipart/form-data; boundary={'a' * 70}") == b"a" * 70
    for wrong in (
        "",
        "multipart/mixed; boundary=a",
        "multipart/form-data",
        'multipart/form-data; boundary="a\x00"',
        f"multipart/form-data; boundary={'a' * 71}",
    ):
        with pytest.raises(Invalid):
            form_boundary(wrong)


async def test_a_hundred_hostile_headers_do_not_hold_the_server_up() -> None:
    header = b'Content-Disposition: form-data; name="' + b";" * 4_000 + b'"\r\n\r\n'
    raw = (b"--B\r\n" + header + b"\r\n") * 100 + b"--B--"
    started = time.perf_counter()
    assert len(await parts_of(raw, 65_536)) == 100
    assert time.perf_counter() - started < 1
