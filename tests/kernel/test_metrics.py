"""Figures for Prometheus."""

import subprocess
import sys

from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from clickclack.kernel.metrics import Metrics


async def answered(method: str, path: str, pattern: str | None = None) -> web.Request:
    """A request that the router has matched to a pattern, or to nothing."""

    async def handle(request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    if pattern is not None:
        app.router.add_route(method, pattern, handle)
    request = make_mocked_request(method, path, headers={"Cookie": "cc_session=sst_secret"})
    request._match_info = await app.router.resolve(request)
    return request


def lines(metrics: Metrics) -> set[str]:
    return {line for line in metrics.exposition().decode().splitlines() if not line.startswith("#")}


def test_the_build_and_readiness_are_shown():
    metrics = Metrics("1.2.3", "staging", "abc")
    assert 'clickclack_build_info{commit="abc",environment="staging",version="1.2.3"} 1.0' in lines(metrics)
    assert "clickclack_ready 0.0" in lines(metrics)
    metrics.ready(True)
    assert "clickclack_ready 1.0" in lines(metrics)
    metrics.ready(False)
    assert "clickclack_ready 0.0" in lines(metrics)


async def test_requests_are_counted_by_pattern_and_kind_of_status():
    metrics = Metrics("1", "")
    for status in (200, 201, 404):
        metrics.observe(await answered("GET", "/a/bob?q=secret", "/a/{name}"), web.Response(status=status), 0.5)
    labels = 'method="GET",route="/a/{name}",status_class='
    assert lines(metrics) >= {
        f'clickclack_http_requests_total{{{labels}"2xx"}} 2.0',
        f'clickclack_http_requests_total{{{labels}"4xx"}} 1.0',
        f'clickclack_http_request_duration_seconds_count{{{labels}"2xx"}} 2.0',
        f'clickclack_http_request_duration_seconds_sum{{{labels}"2xx"}} 1.0',
    }


async def test_what_a_caller_sends_makes_no_new_labels():
    metrics = Metrics("1", "")
    for number in range(20):
        metrics.observe(await answered(f"X{number}", f"/nowhere/{number}"), web.Response(status=404), 0.1)
    counted = {line for line in lines(metrics) if line.startswith("clickclack_http_requests_total")}
    assert counted == {'clickclack_http_requests_total{method="OTHER",route="unmatched",status_class="4xx"} 20.0'}
    assert "secret" not in metrics.exposition().decode()


async def test_two_servers_in_one_process_count_apart():
    one, two = Metrics("1", ""), Metrics("2", "")
    one.observe(await answered("GET", "/x", "/x"), web.Response(), 0.1)
    assert not any(line.startswith("clickclack_http_requests_total") for line in lines(two))


def test_a_server_that_shows_no_figures_does_not_wait_for_the_library():
    loaded = "import sys, clickclack.app; print('prometheus_client' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"
