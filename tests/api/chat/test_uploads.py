"""Uploading: the form in every order, the measures, the nonce, what is refused (contract chat 6.9, 11.2)."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from clickclack.api.chat.upload_form import UploadForm
from tests.answers import DOCUMENT
from tests.client import FormPart
from tests.conftest import Serve, Server

FILE = FormPart("file", b"content", "a.bin", "x/y")


def field(name: str, value: str) -> FormPart:
    return FormPart(name, value.encode())


def kept(server: Server, data: Path) -> list[str]:
    """What lies in the folder of uploads."""
    return sorted(path.name for path in (data / "uploads").iterdir())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


async def test_an_upload_comes_back_as_it_was_sent(server: Server) -> None:
    upload = await server.member.upload(
        server.cast.workspace, b"\x00\r\n--x" * 100_000, filename="a.png", content_type="Image/PNG; a=b"
    )
    assert upload == {
        "id": upload["id"],
        "workspace_id": server.cast.workspace,
        "owner_id": server.cast.people["member"].id,
        "filename": "a.png",
        "content_type": "Image/PNG; a=b",
        "byte_size": 600_000,
        "width": 0,
        "height": 0,
        "duration_ms": 0,
        "created_at": upload["created_at"],
    }
    assert upload["id"].startswith("upl_")
    answer = await server.member.download(upload["id"])
    assert answer.raw == b"\x00\r\n--x" * 100_000
    assert answer.headers["Content-Type"] == "image/png"


async def test_the_form_of_the_web_client_has_its_measures_after_the_file(server: Server) -> None:
    parts = [field("workspace_id", server.cast.workspace), FILE, field("width", "3"), field("height", " 4 ")]
    answer = await server.member.send_form("/api/uploads", *parts, field("duration_ms", "5"))
    found = answer.json["upload"]
    assert (answer.status, found["width"], found["height"], found["duration_ms"]) == (201, 3, 4, 5)


async def test_measures_may_stand_before_the_file_and_unknown_parts_anywhere(server: Server) -> None:
    noise = FormPart("other", b"x" * 100_000, "b.bin", "multipart/mixed; boundary=y")
    parts = [noise, field("width", "3"), field("workspace_id", server.cast.workspace), FILE, noise]
    answer = await server.member.send_form("/api/uploads", *parts)
    assert (answer.status, answer.json["upload"]["width"]) == (201, 3)


async def test_a_file_that_is_a_form_itself_is_kept_as_it_is(server: Server) -> None:
    content = b'--y\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--y--\r\n'
    upload = await server.member.upload(server.cast.workspace, content, content_type="multipart/related; boundary=y")
    assert (await server.member.download(upload["id"])).raw == content


async def test_of_a_text_field_the_first_1024_bytes_count(server: Server) -> None:
    parts = [field("width", " " * 1023 + "7" + "9" * 5000), FILE]
    answer = await server.member.send_form(f"/api/uploads?workspace_id={server.cast.workspace}", *parts)
    assert answer.json["upload"]["width"] == 7


@pytest.mark.parametrize(
    ("query", "parts", "text"),
    [
        (True, [], "file is required"),
        (True, [field("width", "1")], "file is required"),
        (True, [FILE, FILE], "only one file is supported"),
        (True, [field("workspace_id", "wsp_0"), FILE], "workspace_id does not match query"),
        (True, [FILE, field("workspace_id", "wsp_0")], "workspace_id does not match query"),
        (False, [FILE], "workspace_id must precede file or be provided as a query parameter"),
        (False, [FILE, field("workspace_id", "wsp_0")], "workspace_id must precede file"),
        (True, [FormPart("file", b"", "a", "x" * 256)], "the content type of the file must be"),
        (True, [FormPart("file", b"", "a", "text/é")], "the content type of the file must be"),
        (True, [field("x", "y")] * 101, "a form has at most 100 parts"),
    ],
)
async def test_a_wrong_form_is_refused_with_a_text_and_leaves_nothing(
    server: Server, data: Path, query: bool, parts: list[FormPart], text: str
) -> None:
    target = "/api/uploads" + (f"?workspace_id={server.cast.workspace}" if query else "")
    answer = await server.member.send_form(target, *parts)
    assert (answer.status, answer.error[: len(text)]) == (400, text)
    assert kept(server, data) == []


@pytest.mark.parametrize(
    ("content_type", "text"),
    [
        ("application/json", "request Content-Type isn't multipart/form-data"),
        ("multipart/form-data", "request Content-Type isn't multipart/form-data"),
        ('multipart/form-data; boundary="a*"', "the boundary of multipart/form-data is malformed"),
        (f"multipart/form-data; boundary={'x' * 71}", "the boundary of multipart/form-data is malformed"),
    ],
)
async def test_what_is_no_form_is_refused(server: Server, content_type: str, text: str) -> None:
    caller = server.member.with_headers(Content_Type=content_type)
    answer = await caller.call("POST", f"/api/uploads?workspace_id={server.cast.workspace}", raw=b"x")
    assert (answer.status, answer.error) == (400, text)


@pytest.mark.parametrize(
    ("sent", "kept_as"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\dir\\a.png", "a.png"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        ("inv\u202egpj.exe", "invgpj.exe"),
        ("a\u2066b\u200ec\ufeff.txt", "abc.txt"),
        ("a\x07b\x7f.txt", "ab.txt"),
        ("日本 ü.txt", "日本 ü.txt"),
        ("the %22last%22 100%.txt", 'the "last" 100%.txt'),
        ("x" * 300 + ".png", "x" * 251 + ".png"),
        ("é" * 1_000, "é" * 127),
        ("a." + "x" * 300, "a." + "x" * 253),
    ],
)
async def test_a_file_name_is_one_safe_name(server: Server, sent: str, kept_as: str) -> None:
    upload = await server.member.upload(server.cast.workspace, filename=sent)
    assert upload["filename"] == kept_as


async def test_a_request_above_the_limit_is_a_413_and_leaves_nothing(serve: Serve, data: Path) -> None:
    server = await serve(upload_limit=10_000)
    target = f"/api/uploads?workspace_id={server.cast.workspace}"
    for size in (10_000, 1_000_000):
        answer = await server.member.send_form(target, FormPart("file", b"x" * size, "a"))
        assert (answer.status, answer.error) == (413, "http: request body too large")
    assert (await server.member.send_form(target, FormPart("file", b"x" * 9_000, "a"))).status == 201
    assert len(kept(server, data)) == 1


async def test_the_quota_counts_true_sizes_of_one_person_in_one_workspace(serve: Serve, data: Path) -> None:
    server = await serve(upload_quota=10_000)
    first = await server.member.upload(server.cast.workspace, b"x" * 1000)
    for _ in range(9):
        await server.member.upload(server.cast.workspace, b"x" * 1000)
    target = f"/api/uploads?workspace_id={server.cast.workspace}"
    answer = await server.member.send_form(target, FormPart("file", b"x", "a"))
    assert (answer.status, answer.error) == (413, "upload quota exceeded")
    await server.owner.upload(server.cast.workspace, b"x" * 1000)
    await server.outsider.upload(server.cast.other_workspace, b"x" * 1000)
    await server.member.delete(f"/api/uploads/{first['id']}", 204)
    await server.member.upload(server.cast.workspace, b"x" * 1000)
    await server.settled()
    assert len(kept(server, data)) == 12


async def test_uploads_at_once_share_the_quota(serve: Serve, data: Path) -> None:
    server = await serve(upload_quota=100_000)
    target = f"/api/uploads?workspace_id={server.cast.workspace}"
    part = FormPart("file", b"x" * 60_000, "a")
    answers = await asyncio.gather(*(server.member.send_form(target, part) for _ in range(6)))
    statuses = sorted(answer.status for answer in answers)
    assert statuses[-5:] == [413] * 5
    assert len(kept(server, data)) == statuses.count(201)
    page = await server.member.get(target)
    assert page["used_bytes"] == 60_000 * statuses.count(201) <= 100_000


async def test_a_repeated_nonce_answers_with_the_upload_and_does_not_read_the_body(server: Server) -> None:
    first = await server.member.upload(server.cast.workspace, nonce="n")
    assert first["nonce"] == "n"
    target = f"/api/uploads?workspace_id={server.cast.workspace}&nonce=%20n%20"
    answer = await server.member.call("POST", target, raw=b"not a form")
    assert (answer.status, answer.json) == (200, {"upload": first})
    again = await server.owner.upload(server.cast.workspace, nonce="n")
    assert again["id"] != first["id"]


async def test_a_nonce_at_once_uploads_once(server: Server, data: Path) -> None:
    target = f"/api/uploads?workspace_id={server.cast.workspace}&nonce=race"
    answers = await asyncio.gather(*(server.member.send_form(target, FILE) for _ in range(10)))
    assert sorted(answer.status for answer in answers) == [200] * 9 + [201]
    assert len({answer.json["upload"]["id"] for answer in answers}) == len(kept(server, data)) == 1


async def test_a_nonce_needs_its_workspace_in_the_query_and_belongs_to_it(server: Server) -> None:
    answer = await server.member.send_form("/api/uploads?nonce=n", field("workspace_id", server.cast.workspace), FILE)
    assert (answer.status, answer.error) == (400, "workspace_id query parameter is required with nonce")
    await server.member.upload(server.cast.workspace, nonce="n")
    other = (await server.member.post("/api/workspaces", {"name": "Mine"}))["workspace"]["id"]
    for method, target in (("POST", "/api/uploads"), ("GET", "/api/uploads/by-nonce")):
        answer = await server.member.call(method, f"{target}?workspace_id={other}&nonce=n", raw=b"")
        assert (answer.status, answer.error) == (409, "upload nonce was already used in another workspace")


async def test_by_nonce_finds_ones_own_upload_and_always_names_the_capability(server: Server) -> None:
    first = await server.member.upload(server.cast.workspace, nonce="n")
    path = f"/api/uploads/by-nonce?workspace_id={server.cast.workspace}"
    wanted: list[tuple[Any, str, int]] = [
        (server.member, "&nonce=n", 200),
        (server.owner, "&nonce=n", 404),
        (server.member, "&nonce=m", 404),
        (server.member, "", 400),
        (server.anonymous, "&nonce=n", 401),
        (server.bot_read, "&nonce=n", 403),
    ]
    for caller, query, status in wanted:
        answer = await caller.call("GET", path + query)
        assert answer.status == status
        assert answer.headers["X-ClickClack-Upload-Nonce"] == "supported"
    assert (await server.member.get(f"{path}&nonce=n"))["upload"] == first


async def test_who_is_held_back_uploads_nothing_but_may_repeat_what_was_sent(server: Server) -> None:
    first = await server.guest.upload(server.cast.workspace, nonce="n")
    ruling = f"/api/workspaces/{server.cast.workspace}/moderation/members/{server.cast.people['guest'].id}"
    await server.owner.patch(ruling, {"blocked": True})
    target = f"/api/uploads?workspace_id={server.cast.workspace}"
    answer = await server.guest.send_form(target, FILE)
    assert (answer.status, answer.error) == (403, "moderation restriction: member is blocked")
    answer = await server.guest.send_form(f"{target}&nonce=n", FILE)
    assert (answer.status, answer.json["upload"]["id"]) == (200, first["id"])


async def test_the_list_is_ones_own_newest_first_with_the_bytes_used(serve: Serve) -> None:
    server = await serve(upload_quota=1000)
    mine = [await server.member.upload(server.cast.workspace, b"x" * size) for size in (1, 2, 3)]
    await server.owner.upload(server.cast.workspace)
    path = f"/api/uploads?workspace_id={server.cast.workspace}"
    first = await server.member.get(f"{path}&limit=2")
    assert first == {
        "uploads": [mine[2], mine[1]],
        "next_cursor": mine[1]["id"],
        "used_bytes": 6,
        "allowed_bytes": 1000,
        "largest_bytes": 64 * 1024 * 1024,
    }
    second = await server.member.get(f"{path}&limit=2&before={first['next_cursor']}")
    assert (second["uploads"], second["next_cursor"]) == ([mine[0]], None)
    assert (await server.member.call("GET", f"{path}&before=upl_0")).status == 400


def test_the_form_is_described() -> None:
    made = DOCUMENT["paths"]["/api/uploads"]["post"]
    schema = made["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert set(schema["properties"]) == {"workspace_id", "file", "width", "height", "duration_ms"}
    assert schema["required"] == ["file"]
    assert {"408", "413"} <= set(made["responses"])


@pytest.mark.parametrize("given", ["", " ", "-1", "+5", "1.5", "NaN", "x", "2147483648", "9" * 30])
async def test_a_measure_that_is_no_whole_number_is_unknown(server: Server, given: str) -> None:
    target = f"/api/uploads?workspace_id={server.cast.workspace}"
    answer = await server.member.send_form(target, field("width", given), FILE, field("duration_ms", " 7 "))
    assert (answer.status, answer.json["upload"]["width"], answer.json["upload"]["duration_ms"]) == (201, 0, 7)


async def test_a_session_that_ends_while_a_file_is_on_its_way_takes_it_no_more(
    server: Server, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = UploadForm.finish

    async def late(form: UploadForm) -> None:
        await finish(form)
        await server.member.post("/api/auth/logout", want=200)

    monkeypatch.setattr(UploadForm, "finish", late)
    answer = await server.member.send_form(f"/api/uploads?workspace_id={server.cast.workspace}", FILE)
    assert (answer.status, kept(server, data)) == (401, [])
