"""What every answer carries."""

import re

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import make_mocked_request

from clickclack.kernel.http.headers import BASE, correlate, dress
from tests.kernel.http.small import served

PATHS = ["/v1/things/1", "/v1/things/1?limit=x", "/v1/nowhere", "/v1/broken", "/plain", "/moved", "/nowhere"]


def identified(value: str | None) -> str:
    return correlate(make_mocked_request("GET", "/", headers={} if value is None else {"X-Correlation-ID": value}))


@pytest.mark.parametrize("value", ["a", "corr_1", "A.b:c-d_e", "x" * 128, " padded "])
def test_a_well_formed_id_of_the_client_is_kept(value: str):
    assert identified(value) == value.strip()


@pytest.mark.parametrize("value", [None, "", " ", "x" * 129, "a b", "a/b", "ä", "a;b", "<a>", "a\tb"])
def test_any_other_id_is_replaced_by_a_new_one(value: str | None):
    found = identified(value)
    assert re.fullmatch(r"corr_[0-9a-f]{32}", found)
    assert identified(value) != found


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_carries_the_base_headers_and_its_id(path: str):
    async with served() as http, http.get(path, allow_redirects=False, headers={"X-Correlation-ID": "mine"}) as answer:
        assert answer.headers["X-Correlation-ID"] == "mine"
        assert {name: answer.headers[name] for name, _ in BASE} == dict(BASE)


async def test_a_wrong_method_carries_them_too():
    async with served() as http, http.patch("/v1/broken") as answer:
        assert answer.status == 405
        assert dict(BASE).items() <= dict(answer.headers).items()


async def test_answers_tell_no_more_of_the_program_than_they_must():
    async def server_of(http: ClientSession, path: str) -> str:
        async with http.get(path) as answer:
            return answer.headers.get("Server", "")

    async with served() as http:
        assert {await server_of(http, path) for path in PATHS[:4]} <= {"", "ClickClack"}


def test_a_header_that_an_answer_has_already_is_left_to_it():
    request = make_mocked_request("GET", "/")
    correlate(request)
    response = web.Response(headers={"Referrer-Policy": "same-origin"})
    dress(request, response)
    assert response.headers.getall("Referrer-Policy") == ["same-origin"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
