"""Downloading: types and names that do no harm, ranges, copies that are still good (contract chat 6.9, 13.5)."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from clickclack.api.chat.parts import UPLOADING
from tests.conftest import Server
from tests.stored import keys_of

SCRIPT = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.mark.parametrize(
    ("sent", "served", "kind"),
    [
        ("image/png", "image/png", "inline"),
        ("IMAGE/JPEG; q=1", "image/jpeg", "inline"),
        ("image/gif", "image/gif", "inline"),
        ("image/webp", "image/webp", "inline"),
        ("video/mp4", "video/mp4", "inline"),
        ("video/webm", "video/webm", "inline"),
        ("text/plain; charset=utf-8", "text/plain", "inline"),
        ("application/pdf", "application/pdf", "inline"),
        ("audio/x-whatever", "audio/x-whatever", "inline"),
        ("audio/../html", "application/octet-stream", "attachment"),
        ("audio/", "application/octet-stream", "attachment"),
        ("image/svg+xml", "application/octet-stream", "attachment"),
        ("text/html", "application/octet-stream", "attachment"),
        ("application/xhtml+xml", "application/octet-stream", "attachment"),
        ("text/xml", "application/octet-stream", "attachment"),
        ("text/javascript", "application/octet-stream", "attachment"),
        ("nonsense", "application/octet-stream", "attachment"),
        ("", "application/octet-stream", "attachment"),
    ],
)
async def test_only_harmless_types_are_shown(server: Server, sent: str, served: str, kind: str) -> None:
    upload = await server.member.upload(server.cast.workspace, SCRIPT, content_type=sent)
    answer = await server.member.download(upload["id"])
    assert answer.raw == SCRIPT
    assert answer.headers["Content-Type"] == served
    assert answer.headers["Content-Disposition"] == f'{kind}; filename="a.txt"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox"


async def test_an_image_that_is_a_page_as_well_is_served_as_its_sender_said(server: Server) -> None:
    polyglot = b"GIF89a/*" + b"<html><script>alert(1)</script></html>" + b"*/=1;"
    shown = await server.member.upload(server.cast.workspace, polyglot, content_type="image/gif")
    hidden = await server.member.upload(server.cast.workspace, polyglot, content_type="text/html")
    assert (await server.member.download(shown["id"])).headers["Content-Type"] == "image/gif"
    assert (await server.member.download(hidden["id"])).headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a b;c.txt", 'inline; filename="a b;c.txt"'),
        ("日本 ü.txt", "inline; filename=\"__ _.txt\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC%20%C3%BC.txt"),
        ("50%25.txt", "inline; filename=\"50_25.txt\"; filename*=UTF-8''50%2525.txt"),
    ],
)
async def test_a_name_beyond_ascii_is_spelled_as_rfc_5987_wants(server: Server, name: str, header: str) -> None:
    upload = await server.member.upload(server.cast.workspace, filename=name)
    assert (await server.member.download(upload["id"])).headers["Content-Disposition"] == header


@pytest.mark.parametrize(
    ("asked", "status", "content", "span"),
    [
        ("bytes=0-0", 206, b"0", "bytes 0-0/10"),
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=7-100", 206, b"789", "bytes 7-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=-100", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=0-9,4-5", 200, b"0123456789", None),
        ("bytes=4-2", 416, None, "bytes */10"),
        ("bytes=-", 416, None, "bytes */10"),
        ("bytes=a-b", 416, None, "bytes */10"),
        ("lines=1-2", 200, b"0123456789", None),
        ("bytes=10-", 416, None, "bytes */10"),
        ("bytes=10-20", 416, None, "bytes */10"),
        ("bytes=-0", 416, None, "bytes */10"),
    ],
)
async def test_one_range_is_served(
    server: Server, asked: str, status: int, content: bytes | None, span: str | None
) -> None:
    upload = await server.member.upload(server.cast.workspace, b"0123456789")
    answer = await server.member.download(upload["id"], status, Range=asked)
    assert answer.headers.get("Content-Range") == span
    if content is not None:
        assert answer.raw == content


async def test_several_ranges_are_served_each_with_its_place(server: Server) -> None:
    upload = await server.member.upload(server.cast.workspace, b"0123456789")
    answer = await server.member.download(upload["id"], 206, Range="bytes=0-1,-3")
    kind = answer.headers["Content-Type"]
    assert kind.startswith("multipart/byteranges; boundary=")
    whole = message_from_bytes(b"Content-Type: %s\r\n\r\n%s" % (kind.encode(), answer.raw), policy=policy.default)
    parts = [part for part in whole.iter_parts() if isinstance(part, EmailMessage)]
    assert [(part["Content-Range"], part.get_content_type(), part.get_content()) for part in parts] == [
        ("bytes 0-1/10", "text/plain", "01"),
        ("bytes 7-9/10", "text/plain", "789"),
    ]


async def test_a_range_of_a_large_file_is_cut_where_it_is_asked(server: Server) -> None:
    content = bytes(range(256)) * 12_288
    upload = await server.member.upload(server.cast.workspace, content)
    answer = await server.member.download(upload["id"], 206, Range="bytes=1048570-2097160")
    assert answer.raw == content[1_048_570:2_097_161]
    assert (await server.member.download(upload["id"])).raw == content


async def test_an_empty_file_is_whole_and_has_no_range(server: Server) -> None:
    upload = await server.member.upload(server.cast.workspace, b"")
    assert (await server.member.download(upload["id"])).raw == b""
    for asked in ("bytes=0-", "bytes=0-0", "bytes=-5"):
        assert (await server.member.download(upload["id"], 200, Range=asked)).raw == b""


async def test_a_copy_that_is_still_good_is_a_304_and_access_is_asked_first(server: Server) -> None:
    upload = await server.member.upload(server.cast.workspace)
    first = await server.member.download(upload["id"])
    tag, date = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in ({"If_None_Match": tag}, {"If_None_Match": f'"x", W/{tag}'}, {"If_Modified_Since": date}):
        assert (await server.member.download(upload["id"], 304, **headers)).raw == b""
        await server.owner.download(upload["id"], 404, **headers)
    for headers in (
        {"If_None_Match": '"x"', "If_Modified_Since": date},
        {"If_Modified_Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
        {"If_Modified_Since": "yesterday"},
    ):
        assert (await server.member.download(upload["id"], 200, **headers)).raw == b"hello"


async def test_a_range_goes_with_the_state_that_it_is_of(server: Server) -> None:
    upload = await server.member.upload(server.cast.workspace)
    first = await server.member.download(upload["id"])
    for same in (first.headers["ETag"], first.headers["Last-Modified"]):
        assert (await server.member.download(upload["id"], 206, Range="bytes=1-2", If_Range=same)).raw == b"el"
    for other in ('"x"', f"W/{first.headers['ETag']}", "Mon, 01 Jan 2001 00:00:00 GMT", "junk"):
        assert (await server.member.download(upload["id"], 200, Range="bytes=1-2", If_Range=other)).raw == b"hello"


async def test_a_head_request_is_not_routed(server: Server) -> None:
    upload = await server.member.upload(server.cast.workspace)
    assert (await server.member.call("HEAD", f"/api/uploads/{upload['id']}")).status == 405


async def test_content_that_is_gone_from_the_disk_is_a_404(server: Server) -> None:
    upload = await server.member.upload(server.cast.workspace)
    blobs = server.app[UPLOADING].blobs
    for key in await keys_of(blobs):
        await blobs.delete(key)
    answer = await server.member.download(upload["id"], 404)
    assert answer.error == "file not found"
