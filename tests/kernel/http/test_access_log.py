"""The access log: one line a request, and nothing secret in it."""

import logging

import pytest

from clickclack.kernel.http.access_log import AccessLog
from tests.kernel.http.small import served


async def lines(caplog: pytest.LogCaptureFixture, path: str, *, errors_only: bool = False) -> list[str]:
    caplog.set_level(logging.INFO, "clickclack.access")
    headers = {"Authorization": "Bearer sst_canary", "Cookie": "cc_session=canary", "X-Correlation-ID": "corr-1"}
    async with served([AccessLog(errors_only=errors_only).observe]) as http, http.get(path, headers=headers) as answer:
        await answer.read()
    return [record.getMessage() for record in caplog.records if record.name == "clickclack.access"]


async def test_a_line_has_what_the_contract_asks_for_and_nothing_secret(caplog: pytest.LogCaptureFixture):
    (line,) = await lines(caplog, "/v1/things/canary?tag=canary")
    assert line.startswith("GET /v1/things/{thing_id} 200 ")
    for part in (" B ", " ms (http://127.0.0.1:", " HTTP/1.1 from 127.0.0.1, corr-1)"):
        assert part in line
    for secret in ("canary", "tag"):
        assert secret not in line


async def test_a_path_that_is_not_there_is_not_repeated(caplog: pytest.LogCaptureFixture):
    (line,) = await lines(caplog, "/v1/canary")
    assert line.startswith("GET unmatched 404 ")


async def test_a_line_says_how_many_bytes_the_answer_has(caplog: pytest.LogCaptureFixture):
    (line,) = await lines(caplog, "/plain")
    assert line.startswith("GET /plain 403 2 B ")


async def test_only_errors_are_written_when_that_is_wanted(caplog: pytest.LogCaptureFixture):
    assert await lines(caplog, "/v1/nowhere", errors_only=True) == []
    (line,) = await lines(caplog, "/v1/broken", errors_only=True)
    assert line.startswith("GET /v1/broken 500 ")
