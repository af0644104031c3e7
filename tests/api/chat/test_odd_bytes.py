"""Headers are bytes, and not all bytes are text: whatever comes is answered, and nothing breaks."""

import asyncio

import orjson
import pytest

from tests.conftest import Serve, Server


async def answer(server: Server, line: bytes, header: bytes, body: bytes = b"") -> tuple[int, bytes]:
    """Sends a request as it is, for no client library would."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.base.port)
    lines = [line + b" HTTP/1.1", b"Host: localhost", header, b"Connection: close"]
    lines += [b"Content-Type: application/json", b"Content-Length: %d" % len(body)]
    writer.write(b"\r\n".join([*lines, b"", body]))
    async with asyncio.timeout(10):
        got = await reader.read()
    writer.close()
    await writer.wait_closed()
    head, _, content = got.partition(b"\r\n\r\n")
    return int(head.split()[1]), content


@pytest.fixture
async def dev(serve: Serve) -> Server:
    return await serve(dev_bootstrap=True)


async def test_a_credential_that_is_no_text_is_not_good(dev: Server) -> None:
    for header in (
        b"Authorization: Bearer sst_\xff",
        b"Cookie: cc_session=\xff",
        b"Sec-WebSocket-Protocol: clickclack.bearer.\xff",
        b"X-ClickClack-User: \xff",
        b"X-ClickClack-User: usr_\xff",
    ):
        status, content = await answer(dev, b"GET /api/me", header)
        assert (header, status, content) == (header, 401, b'{"error":"authentication required"}')


async def test_a_place_that_is_no_text_is_not_this_machine(dev: Server) -> None:
    for header in (b"Origin: \xff", b"X-Forwarded-For: \xff", b"Forwarded: for=\xff", b"Sec-Fetch-Site: \xff"):
        status, _ = await answer(dev, b"GET /api/me", header)
        assert (header, status) == (header, 401)


async def test_what_is_of_no_concern_may_be_any_bytes(dev: Server) -> None:
    for header in (b"X-Correlation-ID: \xff", b"Cookie: \xff=1", b"Authorization: \xff x", b"User-Agent: \xff"):
        status, _ = await answer(dev, b"GET /api/me", header)
        assert (header, status) == (header, 200)


async def test_a_device_with_a_nameless_program_signs_in(dev: Server) -> None:
    link = await dev.anonymous.post("/api/auth/magic/request", {"email": "member@example.org"})
    body = orjson.dumps({"token": link["token"]})
    status, content = await answer(dev, b"POST /api/auth/magic/consume", b"User-Agent: Phon\xe9/1", body)
    assert status == 200
    client = dev.bearing(orjson.loads(content)["token"])
    assert (await client.get("/api/me/sessions"))["sessions"][0]["device"] == "Phon\ufffd/1"
