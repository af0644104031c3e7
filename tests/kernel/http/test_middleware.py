"""The one middleware: every answer has an id and headers, every failure a text and nothing secret."""

import asyncio
import logging
import re

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from yarl import URL

from clickclack.kernel.http.listening import listening
from clickclack.kernel.http.middleware import one_middleware
from clickclack.kernel.http.sockets import Socket
from tests.kernel.http.small import served

ANN = {"X-Name": "ann"}


async def test_a_defect_is_a_500_whose_text_leads_to_its_line_in_the_log(caplog: pytest.LogCaptureFixture):
    async with served() as http, http.get("/v1/broken") as answer:
        text = (await answer.json())["error"]
        identifier = answer.headers["X-Correlation-ID"]
    assert answer.status == 500
    assert text == f"internal error; the server's log has the line under {identifier}"
    assert "secret detail" not in text
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.getMessage() == "GET /v1/broken failed"
    assert "secret detail" in caplog.text


async def test_the_log_is_told_the_id_of_each_request():
    entered: list[str] = []
    async with served(entered=entered) as http:
        async with http.get("/v1/things/1", headers={"X-Correlation-ID": "mine"}):
            pass
        async with http.get("/v1/things/1") as answer:
            assert entered == ["mine", answer.headers["X-Correlation-ID"]]


@pytest.mark.parametrize("given", ["mine", "a.B_c:d-1", "x" * 128])
async def test_a_well_formed_id_of_the_client_is_kept(given: str):
    async with served() as http, http.get("/v1/who", headers={**ANN, "X-Correlation-ID": given}) as answer:
        assert answer.headers["X-Correlation-ID"] == given
        assert (await answer.json())["id"] == given


@pytest.mark.parametrize("given", ["", " ", "x" * 129, "with space", "é", 'quote"', "<b>"])
async def test_any_other_id_is_replaced(given: str):
    async with served() as http, http.get("/v1/who", headers={**ANN, "X-Correlation-ID": given}) as answer:
        assert re.fullmatch("corr_[0-9a-f]{32}", answer.headers["X-Correlation-ID"])


@pytest.mark.parametrize("path", ["/v1/things/1", "/v1/broken", "/v1/nowhere", "/plain", "/nowhere"])
async def test_every_answer_carries_the_base_headers(path: str):
    async with served() as http, http.get(path) as answer:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert ("X-Surface" in answer.headers) == path.startswith("/v1")


async def test_a_problem_is_rendered_by_its_surface_with_its_headers():
    async with served() as http, http.post("/v1/things") as answer:
        assert (answer.status, await answer.json()) == (401, {"error": "who are you?"})
        assert answer.headers["WWW-Authenticate"] == "Name"


async def test_a_problem_outside_of_every_surface_is_plain_text():
    async with served() as http, http.get("/plain") as answer:
        assert (answer.status, await answer.text(), answer.headers["X-Why"]) == (403, "no", "because")


async def test_a_guard_refuses_or_answers_before_the_route():
    async with served() as http:
        async with http.get("/v1/broken", headers={"X-Refused": "1"}) as answer:
            assert (answer.status, await answer.json()) == (403, {"error": "refused before routing"})
        async with http.get("/v1/nowhere", headers={"X-Answered": "1"}) as answer:
            assert answer.status == 204


async def test_a_path_that_is_not_there():
    async with served() as http:
        async with http.get("/v1/nowhere") as answer:
            assert (answer.status, await answer.json()) == (404, {"error": "route not found"})
        async with http.get("/nowhere") as answer:
            assert (answer.status, answer.content_type) == (404, "text/plain")
        async with http.get("/moved", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (302, "/plain")
            assert "X-Correlation-ID" in answer.headers
        async with http.get("/v12/things") as answer:
            assert "X-Surface" not in answer.headers


async def test_a_method_that_is_not_there_names_those_that_are():
    async with served() as http, http.put("/v1/things/1") as answer:
        assert (answer.status, answer.headers["Allow"], await answer.text()) == (405, "DELETE, GET", "")


async def test_the_steps_of_a_request_come_in_order():
    async with served() as http:
        async with http.post("/v1/things", data=b"no json", headers={"X-Name": "bob"}) as answer:
            assert (answer.status, await answer.json()) == (403, {"error": "bob may not write things"})
        async with http.post("/v1/things", data=b"no json", headers=ANN) as answer:
            assert answer.status == 400
        async with http.post("/v1/things", json={"title": "a"}, headers=ANN) as answer:
            assert await answer.json() == {"title": "a", "count": 1, "note": "none", "by": "ann"}


async def test_an_endpoint_for_anybody_may_ask_who_calls():
    async with served() as http:
        async with http.get("/v1/who", headers=ANN) as answer:
            assert (await answer.json())["who"] == "ann"
        async with http.get("/v1/who") as answer:
            assert answer.status == 401


async def test_observers_are_told_of_every_answer_and_the_seconds_it_took():
    told: list[tuple[str, int, bool]] = []

    def observe(request: web.Request, response: web.StreamResponse, seconds: float) -> None:
        told.append((request.path, response.status, 0 < seconds < 5))

    async with served([observe]) as http:
        for path in ("/v1/things/1", "/v1/broken", "/streamed"):
            async with http.get(path) as answer:
                await answer.read()
    assert told == [("/v1/things/1", 200, True), ("/v1/broken", 500, True), ("/streamed", 200, True)]


async def test_no_path_starts_a_line_of_its_own_in_the_log(caplog: pytest.LogCaptureFixture):
    async def fail(request: web.Request) -> web.Response:
        raise LookupError("on purpose")

    app = web.Application(middlewares=[one_middleware([], lambda _: None, [])])
    app.router.add_get("/{name}", fail)
    async with (
        TestServer(app, shutdown_timeout=1) as server,
        ClientSession(server.make_url("/")) as http,
        http.get(URL("/a%0Aforged", encoded=True)) as answer,
    ):
        assert answer.status == 500
    assert [record.getMessage() for record in caplog.records] == ["GET /a%0Aforged failed"]


async def test_a_server_that_cannot_do_it_now_says_so_and_logs_why(caplog: pytest.LogCaptureFixture):
    async with served() as http, http.get("/v1/later") as answer:
        assert (answer.status, await answer.json()) == (503, {"error": "not now"})
    assert [record.getMessage() for record in caplog.records] == ["GET /v1/later: 503"]


async def test_a_failure_of_somebody_elses_server_is_no_error_of_ours(caplog: pytest.LogCaptureFixture):
    async with served() as http, http.get("/v1/elsewhere") as answer:
        assert answer.status == 502
    (record,) = caplog.records
    assert (record.levelno, record.exc_info) == (logging.WARNING, None)
    assert record.getMessage() == "GET /v1/elsewhere: 502 the other server failed"


async def test_a_client_that_leaves_before_its_answer_is_no_defect(caplog: pytest.LogCaptureFixture):
    left = asyncio.Event()
    gone = asyncio.Event()

    async def upgrade(request: web.Request) -> web.StreamResponse:
        await left.wait()
        try:
            return (await Socket.accept(request)).response
        finally:
            gone.set()

    app = web.Application(middlewares=[one_middleware([], lambda _: None, [])])
    app.router.add_get("/ws", upgrade)
    async with listening(app, "127.0.0.1", 0) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        await asyncio.sleep(0.05)
        writer.transport.abort()
        await asyncio.sleep(0.05)
        left.set()
        async with asyncio.timeout(5):
            await gone.wait()
        await asyncio.sleep(0.05)
    assert caplog.messages == []


async def test_a_connection_that_fails_elsewhere_is_a_defect(caplog: pytest.LogCaptureFixture):
    async def fail(request: web.Request) -> web.Response:
        raise ConnectionResetError("of another server")

    app = web.Application(middlewares=[one_middleware([], lambda _: None, [])])
    app.router.add_get("/", fail)
    async with (
        TestServer(app, shutdown_timeout=1) as server,
        ClientSession(server.make_url("/")) as http,
        http.get("/") as answer,
    ):
        assert answer.status == 500
    assert caplog.messages == ["GET / failed"]
