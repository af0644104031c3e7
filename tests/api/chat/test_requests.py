"""Requests that are wrong in themselves, and what every answer carries (contract chat 1.4, 1.7, 1.9)."""

import asyncio
import re
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from clickclack.kernel.errors import Invalid
from clickclack.kernel.http.inputs import validated
from tests.answers import ENDPOINTS
from tests.conftest import Server

BODIED = [endpoint for endpoint in ENDPOINTS if endpoint.body is not None]
LIMIT = 1024 * 1024


def path_of(path: str, server: Server, message: Any) -> str:
    cast = server.cast
    names = {
        "workspace_id": cast.workspace,
        "channel_id": cast.general,
        "message_id": message["id"],
        "user_id": cast.people["guest"].id,
        "conversation_id": "dm_0",
        "installation_id": "app_0",
        "subscription_id": "sub_0",
        "bot_id": cast.people["bot_read"].id,
    }
    return re.sub(r"{(\w+)}", lambda match: names[match[1]], path)


WRONG: list[tuple[bytes, str]] = [
    (b"", "request body is required: EOF"),
    (b" \n", "request body is required: EOF"),
    (b"{} {}", "json request body must contain a single JSON value"),
    (b'{"a":1}x', "json request body must contain a single JSON value"),
    (b"{", "request body is not valid JSON"),
    (b"{'a':1}", "request body is not valid JSON"),
    (b'{"a":NaN}', "request body is not valid JSON"),
    (b'\xff{"a":1}', "request body is not valid JSON"),
    (b'{"body":"\xff"}', "request body is not valid JSON"),
    (b'{"body":"\\ud800', "request body is not valid JSON"),
    (b'{"body":"\\ud800","a":NaN}', "request body is not valid JSON"),
    (b"[" * 100_000, "request body is not valid JSON"),
    (b'{"a":' * 100_000, "request body is not valid JSON"),
    (b"[]", "request body must be a JSON object"),
    (b"null", "request body must be a JSON object"),
    (b'"x"', "request body must be a JSON object"),
    (b"1", "request body must be a JSON object"),
]


@pytest.mark.parametrize("endpoint", BODIED, ids=lambda endpoint: endpoint.name)
async def test_a_body_that_is_no_object_is_refused_everywhere(server: Server, endpoint: Any) -> None:
    message = await server.owner.say(server.cast.general)
    by = server.bot_write if endpoint.path.startswith("/api/bots/self/") else server.owner
    client = by.with_headers(Content_Type="application/json")
    path = path_of(endpoint.path, server, message)
    found: list[tuple[bytes, int, str]] = []
    wrong = [(raw, text) for raw, text in WRONG if raw.strip() or not endpoint.body.may_be_absent]
    for raw, _ in wrong:
        server.clock.advance(10)  # setup codes are tried 10 times a minute at most
        answer = await client.call(endpoint.method, path, raw=raw)
        found.append((raw[:20], answer.status, answer.error))
    assert [(raw, status) for raw, status, _ in found] == [(raw[:20], 400) for raw, _ in wrong]
    for (raw, _, text), (_, error) in zip(found, wrong, strict=True):
        assert text.startswith(error), raw
    log = await server.owner.get(f"/api/realtime/events?workspace_id={server.cast.workspace}")
    assert len(log["events"]) == 1


async def test_a_body_of_the_limit_is_read_and_one_byte_more_is_not(server: Server) -> None:
    path = f"/api/channels/{server.cast.general}/messages"
    start, end = b'{"body":"x","ignored":"', b'"}'
    filling = LIMIT - len(start) - len(end)
    answer = await server.member.call("POST", path, raw=start + b"y" * filling + end)
    assert answer.status == 201
    answer = await server.member.call("POST", path, raw=start + b"y" * (filling + 1) + end)
    assert (answer.status, answer.error) == (413, "http: request body too large")


async def test_a_body_without_length_is_bounded_too(server: Server) -> None:
    async def chunks() -> Any:
        for _ in range(40):
            yield b" " * 64 * 1024

    url = server.base.with_path(f"/api/channels/{server.cast.general}/messages")
    async with server.http.post(url, data=chunks(), headers=server.member.headers) as response:
        assert response.status == 413


async def test_members_that_nobody_knows_are_ignored(server: Server) -> None:
    path = f"/api/channels/{server.cast.general}/messages"
    await server.member.post(path, {"body": "x", "author_model": 1, "id": "msg_0", "channel_seq": 99})
    assert (await server.member.get(path))["newest_seq"] == 1


async def test_of_a_repeated_member_the_last_counts_and_of_a_parameter_the_first(server: Server) -> None:
    path = f"/api/channels/{server.cast.general}/messages"
    answer = await server.member.call("POST", path, raw=b'{"body":"a","body":"b"}')
    assert answer.json["message"]["body"] == "b"
    await server.member.say(server.cast.general)
    assert len((await server.member.get(f"{path}?limit=1&limit=2"))["messages"]) == 1


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_an_unknown_path_is_not_found(server: Server, method: str) -> None:
    for path in ("/api", "/api/", "/api/nowhere", "/api//me", "/api/me/", "/api/messages", "/api/%00"):
        answer = await server.member.call(method, path)
        assert (path, answer.status, answer.json) == (path, 404, {"error": "route not found"})


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/me", "GET, HEAD, PATCH"),
        ("DELETE", "/api/workspaces", "GET, HEAD, POST"),
        ("GET", "/api/auth/logout", "POST"),
        ("OPTIONS", "/api/me", "GET, HEAD, PATCH"),
    ],
)
async def test_a_wrong_method_is_answered_without_a_body(server: Server, method: str, path: str, allowed: str) -> None:
    answer = await server.member.call(method, path)
    assert (answer.status, answer.raw) == (405, b"")
    assert set(answer.headers["Allow"].split(", ")) <= set(allowed.split(", "))


@pytest.mark.parametrize(
    "path", ["/api/channels/%00/messages", "/api/messages/%FF", "/api/messages/%2e%2e", "/api/messages/💥"]
)
async def test_a_strange_id_is_one_that_there_is_not(server: Server, path: str) -> None:
    answer = await server.member.call("GET", path.replace("💥", "%F0%9F%92%A5"))
    assert answer.status == 404
    assert answer.error.endswith("not found")


@pytest.mark.parametrize("query", ["%FF=%FE", "limit=%00", "after_seq=%F0%9F%92%A5", "&&&=;", "limit[]=1"])
async def test_a_strange_query_is_no_accident(server: Server, query: str) -> None:
    answer = await server.member.call("GET", f"/api/channels/{server.cast.general}/messages?{query}")
    assert answer.status in (200, 400)


@pytest.mark.parametrize("body", ["a\0b", "\ufeffx", "\u202ex", "🧨" * 1000, "x" * 900_000])
async def test_any_text_is_kept_as_it_is(server: Server, body: str) -> None:
    message = await server.member.say(server.cast.general, body)
    assert message["body"] == body
    assert (await server.owner.get(f"/api/messages/{message['id']}"))["message"]["body"] == body


@pytest.mark.parametrize(
    ("given", "kept"), [("a.b:c_d-1", True), ("x" * 128, True), ("x" * 129, False), ("a b", False)]
)
async def test_a_correlation_id_is_kept_when_it_is_well_formed(server: Server, given: str, kept: bool) -> None:
    client = server.member.with_headers(X_Correlation_ID=f" {given} ")
    for path in ("/api/me", "/healthz", "/api/nowhere"):
        found = (await client.call("GET", path)).headers["X-Correlation-ID"]
        assert (found == given) is kept
        assert kept or re.fullmatch(r"corr_[0-9a-f]{32}", found)
    event = (await client.post(f"/api/channels/{server.cast.general}/messages", {"body": "x"}))["event"]
    assert (event["payload"]["correlation_id"] == given) is kept


async def test_every_answer_has_its_own_correlation_id(server: Server) -> None:
    found = {(await server.member.call("GET", "/api/me")).headers["X-Correlation-ID"] for _ in range(5)}
    assert len(found) == 5


async def test_a_request_that_is_not_http_is_refused_alone(server: Server) -> None:
    for junk in (b"\x16\x03\x01\n\n", b"GET /api/me HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n"):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.base.port)
        writer.write(junk)
        async with asyncio.timeout(5):
            assert b" 400 " in await reader.readline()
        writer.close()
        await writer.wait_closed()
    await server.member.get("/api/me")


async def test_half_a_character_of_text_that_was_cut_is_kept_as_a_replacement_character(server: Server) -> None:
    path = f"/api/channels/{server.cast.general}/messages"
    client = server.member.with_headers(Content_Type="application/json")
    answer = await client.call("POST", path, raw=b'{"body":"cut \\ud83d, whole \\ud83d\\ude00","x":[1,{"y":null}]}')
    assert (answer.status, answer.json["message"]["body"]) == (201, "cut \ufffd, whole \U0001f600")
    long = b'%s\\ud83d"}' % (b'{"body":"' + b"x" * 65_536)
    assert (await client.call("POST", path, raw=long)).status == 400


async def test_a_body_is_read_before_a_scope_is_asked_for_where_the_contract_says_so(server: Server) -> None:
    message = await server.owner.say(server.cast.general)
    bot = server.bot_read.with_headers(Content_Type="application/json")
    for method, path, status in (
        ("POST", f"/api/channels/{server.cast.general}/read", 400),
        ("POST", "/api/dms", 400),
        ("POST", "/api/dms/dm_0/messages", 400),
        ("POST", "/api/dms/dm_0/read", 400),
        ("POST", f"/api/messages/{message['id']}/attachments", 400),
        ("POST", f"/api/hooks/mattermost/{server.cast.general}", 400),
        ("POST", f"/api/channels/{server.cast.general}/messages", 403),
        ("POST", "/api/realtime/ephemeral", 403),
    ):
        answer = await bot.call(method, path, raw=b"{")
        assert answer.status == status, path


@pytest.mark.parametrize("depth", [63, 150, 200, 253, 300])
async def test_what_is_nested_too_deeply_to_be_told_again_is_refused(server: Server, depth: int) -> None:
    client = server.member.with_headers(Content_Type="application/json")
    signal = b'{"workspace_id":"%s","type":"presence.changed","payload":{"x":%s%s}}'
    raw = signal % (server.cast.workspace.encode(), b"[" * depth, b"]" * depth)
    answer = await client.call("POST", "/api/realtime/ephemeral", raw=raw)
    if depth < 190:
        assert answer.status == 202
    else:
        assert (answer.status, answer.error) == (400, "request body is nested too deeply")


async def test_many_lists_beside_each_other_are_not_deep(server: Server) -> None:
    client = server.member.with_headers(Content_Type="application/json")
    raw = b'{"body":"wide","x":[%s]}' % b",".join([b"[]"] * 500)
    assert (await client.call("POST", f"/api/channels/{server.cast.general}/messages", raw=raw)).status == 201


def lists_of(model: type[BaseModel], way: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The members of a body that hold lists, also inside of other models, each with the way to it."""
    found: list[tuple[str, ...]] = []
    for name, field in model.model_fields.items():
        here = (*way, field.alias or name)
        kinds = [kind for kind in (field.annotation, *get_args(field.annotation)) if kind is not None]
        if any(get_origin(kind) in (list, tuple) for kind in kinds):
            found.append(here)
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found += lists_of(kind, here)
    return found


LISTS = [(endpoint, way) for endpoint in BODIED if endpoint.body for way in lists_of(endpoint.body)]


@pytest.mark.parametrize(("endpoint", "way"), LISTS, ids=[f"{endpoint.name} {way[-1]}" for endpoint, way in LISTS])
def test_of_many_wrong_items_the_first_is_told_alone(endpoint: Any, way: tuple[str, ...]) -> None:
    wrong: Any = [1] * 10
    for name in reversed(way):
        wrong = {name: wrong}
    with pytest.raises(Invalid) as refused:
        validated(endpoint.body, wrong)
    place = ".".join(way)
    assert [found for found in refused.value.fields if found.startswith(place)] == [f"{place}.0"]


def test_there_are_lists_to_try() -> None:
    assert {way[-1] for _, way in LISTS} >= {"allowFrom", "upload_ids", "commands", "member_ids", "entries"}
