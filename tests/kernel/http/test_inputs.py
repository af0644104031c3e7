"""What clients send: bodies bounded in size and time, and a text for each way to be wrong."""

import asyncio
import io
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from aiohttp import ClientSession
from pydantic import Field

from clickclack.kernel.errors import Invalid
from clickclack.kernel.http import inputs
from clickclack.kernel.http.inputs import Body
from tests.kernel.http.small import raw, render, served

ANN = {"X-Name": "ann"}
HEAD = b"POST /v1/things HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Name: ann\r\n"


async def refusal(http: ClientSession, body: bytes) -> tuple[int, str]:
    async with http.post("/v1/things", data=body, headers=ANN) as answer:
        return answer.status, (await answer.json())["error"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "request body is required: EOF"),
        (b" \n ", "request body is required: EOF"),
        (b"{", "request body is not valid JSON"),
        (b"{'title': 'a'}", "request body is not valid JSON"),
        (b'{"title": "\xff"}', "request body is not valid JSON"),
        (b'{"title": "a"} {"title": "b"}', "json request body must contain a single JSON value"),
        (b'{"title": "a"} x', "json request body must contain a single JSON value"),
        (b"[]", "request body must be a JSON object"),
        (b"null", "request body must be a JSON object"),
        (b"1", "request body must be a JSON object"),
        (b"{}", "title: field required"),
        (b'{"title": null}', "title: field required"),
        (b'{"title": 1}', "title: input should be a valid string"),
        (b'{"title": "a", "count": "2"}', "count: input should be a valid integer"),
        (b'{"title": "a", "count": 2.5}', "count: input should be a valid integer"),
        (b'{"title": "a", "count": true}', "count: input should be a valid integer"),
        (b"[" * 100_000, "request body is not valid JSON"),
    ],
)
async def test_a_wrong_body_is_a_400_that_says_what_is_wrong(body: bytes, text: str):
    async with served() as http:
        status, said = await refusal(http, body)
    assert status == 400
    assert said.startswith(text)


async def test_every_wrong_member_is_named():
    async with served() as http, http.post("/v1/things", json={"count": "x"}, headers=ANN) as answer:
        assert set((await answer.json())["fields"]) == {"title", "count"}


async def test_unknown_members_are_ignored_and_null_is_the_same_as_absent():
    async with served() as http:
        body: dict[str, Any] = {"title": "a", "count": None, "note": None, "more": [1]}
        async with http.post("/v1/things", json=body, headers=ANN) as answer:
            assert await answer.json() == {"title": "a", "count": 1, "note": "none", "by": "ann"}


class Part(Body):
    size: int = 1
    color: str = "red"


class Whole(Body):
    part: Part = Part()
    parts: list[Part] = Field(default_factory=lambda: list[Part]())
    free: dict[str, Any] = Field(default_factory=lambda: dict[str, Any]())
    names: list[str] = Field(default_factory=lambda: list[str]())


def test_null_is_the_same_as_absent_in_objects_inside_too():
    body = {"part": {"size": None, "color": "blue"}, "parts": [{"color": None}, {"size": 2}], "free": None}
    whole = inputs.validated(Whole, body)
    assert (whole.part, whole.parts, whole.free) == (Part(color="blue"), [Part(), Part(size=2)], {})


def test_null_stays_among_free_members():
    assert inputs.validated(Whole, {"free": {"a": None, "b": [None]}}).free == {"a": None, "b": [None]}


@pytest.mark.parametrize("body", [{"names": ["a", None]}, {"parts": [None]}])
def test_null_is_no_item_of_a_list(body: dict[str, Any]):
    with pytest.raises(Invalid):
        inputs.validated(Whole, body)


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("", {"id": "1", "limit": 10, "tag": ""}),
        ("?limit=3&tag=x&tag=y&more=1", {"id": "1", "limit": 3, "tag": "x"}),
        ("?limit=x", {"error": "limit: input should be a valid integer, unable to parse string as an integer"}),
    ],
)
async def test_a_query_is_read_by_its_fields(query: str, answer: dict[str, Any]):
    async with served() as http, http.get(f"/v1/things/1{query}") as response:
        said = await response.json()
        said.pop("fields", None)
        assert (response.status, said) == (400 if "error" in answer else 200, answer)


def padded(size: int) -> bytes:
    start, end = b'{"title": "', b'"}'
    return start + b"x" * (size - len(start) - len(end)) + end


async def pieces(content: bytes) -> AsyncGenerator[bytes]:
    for start in range(0, len(content), 100_000):
        yield content[start : start + 100_000]


@pytest.mark.parametrize("in_pieces", [False, True])
async def test_a_body_of_a_mebibyte_fits_and_one_byte_more_does_not(in_pieces: bool):
    async with served() as http:
        for size, status in ((inputs.JSON_LIMIT, 201), (inputs.JSON_LIMIT + 1, 413)):
            body = padded(size)
            data = pieces(body) if in_pieces else io.BytesIO(body)
            async with http.post("/v1/things", data=data, headers=ANN) as answer:
                assert answer.status == status
                if status == 413:
                    assert (await answer.json())["error"] == "http: request body too large"


async def test_a_body_that_takes_too_long_is_a_408(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(inputs, "BODY_SECONDS", 0.1)

    async def dripping() -> AsyncGenerator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.02)

    async with served() as http, http.post("/v1/things", data=dripping(), headers=ANN) as answer:
        assert (answer.status, await answer.json()) == (408, {"error": "request body took too long"})


async def test_a_client_that_leaves_amid_its_body_is_no_defect(caplog: pytest.LogCaptureFixture):
    told: list[int] = []
    async with raw([lambda _, response, __: told.append(response.status)]) as (_, writer):
        writer.write(HEAD + b"Content-Length: 50\r\n\r\n{")
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.close()
        await asyncio.sleep(0.1)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert told in ([], [400])


def test_the_small_surface_renders_fields_only_when_there_are_some():
    assert render(inputs.Invalid("a")).body == b'{"error":"a"}'
