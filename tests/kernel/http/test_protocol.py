"""What is no HTTP is answered like everything else, with one short line in the log."""

import asyncio
import gzip
import json
import logging

import pytest

from tests.kernel.http.small import raw

SECONDS = 5.0
HEAD = b"POST /v1/things HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Name: ann\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
THING = b'{"title": "a"}'


async def answer(*pieces: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, lower-case headers and body of what comes for these pieces, sent one after the other."""
    async with raw() as (reader, writer):
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0.05)
        async with asyncio.timeout(SECONDS):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            return int(head[0].split()[1]), headers, await reader.readexactly(int(headers["content-length"]))


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        (CHUNKED + b"zz\r\n", "invalid character in chunk size"),
        (b"GET http://a:99999/?token=secret HTTP/1.1\r\nHost: a\r\n\r\n", "invalid URL"),
        (b"GET http://[::1/?token=secret HTTP/1.1\r\nHost: a\r\n\r\n", "invalid URL"),
        (HEAD + b"Content-Length: many\r\n\r\n", "invalid character in Content-Length"),
        (HEAD + b"Transfer-Encoding: folded\r\n\r\nabc", "request has invalid `Transfer-Encoding`"),
        (HEAD + b"Cookie: " + b"secret" * 2000 + b"\r\n\r\n", "got more than 8190 bytes when reading"),
    ],
)
async def test_a_request_that_cannot_be_read_is_told_why(sent: bytes, fault: str, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    status, headers, body = await answer(sent)
    assert (status, json.loads(body)) == (400, {"error": f"the request is not valid HTTP: {fault}"})
    assert (headers["content-type"], headers["server"]) == ("application/json", "clickclack")
    assert [record.exc_info for record in caplog.records] == [None]
    assert caplog.messages == [f"a request from 127.0.0.1 is not valid HTTP: {fault}"]


@pytest.mark.parametrize("pieces", [(b"zz\r\n",), (b'3\r\n{"t\r\n', b"zz\r\n"), (b'3\r\n{"t\r\nzz\r\n',)])
async def test_a_chunk_that_breaks_a_body_under_way_ends_the_request(
    pieces: tuple[bytes, ...], caplog: pytest.LogCaptureFixture
):
    status, headers, body = await answer(CHUNKED, *pieces)
    assert (status, json.loads(body)) == (400, {"error": "request body is not valid HTTP"})
    assert headers["x-surface"] == "small"
    assert caplog.messages == []


async def test_a_connection_ends_with_its_broken_body():
    async with raw() as (reader, writer):
        writer.write(CHUNKED)
        await asyncio.sleep(0.05)
        writer.write(b"zz\r\n")
        async with asyncio.timeout(SECONDS):
            said = await reader.read()
    assert said.count(b"HTTP/1.1 400") == said.count(b"HTTP/") == 1


async def test_a_chunk_that_breaks_after_the_answer_ends_the_connection_at_once(caplog: pytest.LogCaptureFixture):
    async with raw() as (reader, writer):
        writer.write(CHUNKED.replace(b"/v1/things", b"/v1/nothing"))
        async with asyncio.timeout(SECONDS):
            assert b" 404 " in await reader.readuntil(b"\r\n")
            writer.write(b"zz\r\n")
            await reader.read()  # to the end
    assert [record.exc_info for record in caplog.records] == [None] * len(caplog.records)


async def test_what_follows_a_whole_body_later_does_not_spoil_it():
    whole = HEAD + b"Content-Length: %d\r\n\r\n" % len(THING) + THING
    assert (await answer(whole, b"\x00\x01\r\n\r\n"))[0] == 201


@pytest.mark.parametrize("encoding", ["gzip", "br", "unheard-of", "identity, gzip"])
async def test_a_body_with_a_content_encoding_is_not_taken(encoding: str, caplog: pytest.LogCaptureFixture):
    packed = gzip.compress(THING)
    head = HEAD + f"Content-Encoding: {encoding}\r\nContent-Length: {len(packed)}\r\n\r\n".encode()
    status, headers, body = await answer(head + packed)
    assert (status, json.loads(body)) == (415, {"error": "request body must not have a content encoding"})
    assert headers["accept-encoding"] == "identity"
    assert caplog.messages == []


@pytest.mark.parametrize("encoding", ["identity", "Identity", ""])
async def test_a_body_that_says_it_is_as_it_is_is_taken(encoding: str):
    head = HEAD + f"Content-Encoding: {encoding}\r\nContent-Length: {len(THING)}\r\n\r\n".encode()
    assert (await answer(head + THING))[0] == 201
