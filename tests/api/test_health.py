"""What those who run the server ask it: alive, ready, figures, the OpenAPI document (contract chat 1.10)."""

import asyncio

import orjson
import pytest

from clickclack.api import health
from clickclack.kernel.errors import Unavailable
from clickclack.kernel.transaction import Tx
from tests.answers import DOCUMENT, ENDPOINTS
from tests.conftest import Serve, Server


async def test_the_server_is_alive_and_ready(server: Server) -> None:
    assert await server.anonymous.get("/healthz") == {"status": "ok"}
    assert await server.anonymous.get("/readyz") == {"status": "ready"}


async def test_a_database_that_takes_no_writes_is_not_ready(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object) -> None:
        raise Unavailable("the server is busy, try again")

    monkeypatch.setattr(health, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(server.db, "write", refuse)
    assert await server.anonymous.get("/readyz", 503) == {"status": "unavailable"}
    assert await server.anonymous.get("/healthz") == {"status": "ok"}


async def test_a_readiness_probe_answers_everybody_who_asks_meanwhile_and_for_a_second(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    probes, go_on = list[None](), asyncio.Event()

    async def probe() -> None:
        probes.append(None)
        await go_on.wait()

    monkeypatch.setattr(server.db, "probe", probe)
    asking = [asyncio.create_task(server.anonymous.get("/readyz")) for _ in range(5)]
    await asyncio.sleep(0.05)
    asking.pop().cancel()
    go_on.set()
    assert await asyncio.gather(*asking) == [{"status": "ready"}] * 4
    assert await server.anonymous.get("/readyz") == {"status": "ready"}
    assert len(probes) == 1
    monkeypatch.setattr(health, "FRESH_SECONDS", 0.0)
    assert await server.anonymous.get("/readyz") == {"status": "ready"}
    assert len(probes) == 2


async def test_figures_are_shown_only_when_they_are_on(serve: Serve) -> None:
    server = await serve()
    answer = await server.anonymous.call("GET", "/metrics")
    assert (answer.status, answer.raw) == (404, b"404 page not found")
    server = await serve(metrics_enabled=True, empty=True)
    answer = await server.anonymous.call("GET", "/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"


async def test_the_figures_say_how_many_jobs_were_given_up(serve: Serve) -> None:
    server = await serve(metrics_enabled=True)
    assert b"clickclack_dead_jobs 0.0" in (await server.anonymous.call("GET", "/metrics")).raw
    sql = "INSERT INTO jobs (id, kind, data, state, run_at, created_at) VALUES (?, 'x', '{}', 'dead', 0, 0)"
    for identifier in ("job_1", "job_2"):
        await server.db.write(Tx.run, sql, identifier)
    assert b"clickclack_dead_jobs 2.0" in (await server.anonymous.call("GET", "/metrics")).raw


async def test_the_figures_are_shown_when_the_database_fails(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = await serve(metrics_enabled=True)

    async def fail(*_: object) -> None:
        raise Unavailable("on purpose")

    monkeypatch.setattr(server.db, "read", fail)
    answer = await server.anonymous.call("GET", "/metrics")
    assert (answer.status, b"clickclack_build_info" in answer.raw) == (200, True)


async def test_the_document_names_every_route(server: Server) -> None:
    served = await server.anonymous.get("/openapi.json")
    assert served["paths"] == orjson.loads(orjson.dumps(DOCUMENT["paths"]))
    assert await server.anonymous.get("/openapi.json") == served
    operations = {(m.upper(), path) for path, methods in served["paths"].items() for m in methods}
    assert operations == {(e.method, e.path) for e in ENDPOINTS}


async def test_what_is_not_the_api_takes_no_other_method(server: Server) -> None:
    for path in ("/", "/app", "/healthz", "/anything"):
        answer = await server.anonymous.call("POST", path)
        assert (answer.status, answer.raw) == (405, b"")
