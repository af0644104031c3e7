"""One's own sessions: listed by device, ended one by one or all at once."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from clickclack.identity import credentials
from clickclack.identity.credentials import SESSIONS
from tests.conftest import Server


async def second_session(server: Server, device: str = "phone") -> str:
    member = server.cast.people["member"].n
    return (await server.db.write(credentials.start_session, member, device)).secret


async def test_sessions_are_listed_newest_first_without_their_secrets(server: Server) -> None:
    server.clock.advance(60)
    token = await second_session(server)
    answer = await server.member.call("GET", "/api/me/sessions")
    phone, laptop = answer.json["sessions"]
    assert (phone["device"], phone["current"]) == ("phone", False)
    assert (laptop["device"], laptop["current"]) == ("member's laptop", True)
    assert phone["created_at"] == "2026-09-21T14:14:20Z"
    assert phone["expires_at"] == "2026-10-21T14:14:20Z"
    assert token.encode() not in answer.raw
    assert (await server.owner.get("/api/me/sessions"))["sessions"][0]["device"] == "owner's laptop"


async def test_a_session_is_ended_by_its_id(server: Server) -> None:
    token = await second_session(server)
    listed = (await server.member.get("/api/me/sessions"))["sessions"]
    other = next(session["id"] for session in listed if not session["current"])
    await server.owner.delete(f"/api/me/sessions/{other}", 404)
    await server.bearing(token).get("/api/me")
    await server.member.delete(f"/api/me/sessions/{other}", 204)
    await server.bearing(token).get("/api/me", 401)
    assert await server.member.delete(f"/api/me/sessions/{other}", 404) == {"error": "session not found"}
    assert len((await server.member.get("/api/me/sessions"))["sessions"]) == 1


async def test_all_others_are_ended_at_once(server: Server) -> None:
    tokens = [await second_session(server) for _ in range(3)]
    assert await server.member.delete("/api/me/sessions") == {"revoked": 3}
    assert await server.member.delete("/api/me/sessions") == {"revoked": 0}
    for token in tokens:
        await server.bearing(token).get("/api/me", 401)
    await server.member.get("/api/me")


async def test_a_session_that_ran_out_is_not_listed(server: Server) -> None:
    server.clock.advance(29 * 24 * 60 * 60)
    token = await second_session(server)
    server.clock.advance(24 * 60 * 60)
    listed = (await server.bearing(token).get("/api/me/sessions"))["sessions"]
    assert [session["device"] for session in listed] == ["phone"]


async def test_of_two_hundred_sessions_the_one_unused_for_longest_makes_room(server: Server) -> None:
    oldest, used = [await second_session(server) for _ in range(2)]
    server.clock.advance(120)
    await server.bearing(used).get("/api/me")
    await server.member.get("/api/me/sessions")
    for _ in range(SESSIONS - 3):
        await second_session(server)
    await server.bearing(oldest).get("/api/me")
    server.clock.advance(1)
    newest = await second_session(server)
    await server.bearing(oldest).get("/api/me", 401)
    for token in (used, newest):
        await server.bearing(token).get("/api/me")
    assert len((await server.member.get("/api/me/sessions"))["sessions"]) == SESSIONS


async def test_sessions_that_ran_out_take_no_room(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "SESSIONS", 2)
    for _ in range(3):
        await second_session(server)
    server.clock.advance(30 * 24 * 60 * 60)
    tokens = [await second_session(server) for _ in range(2)]
    for token in tokens:
        await server.bearing(token).get("/api/me")


async def test_a_session_does_not_slide(server: Server) -> None:
    for _ in range(29):
        server.clock.advance(24 * 60 * 60)
        await server.member.get("/api/me")
    server.clock.advance(24 * 60 * 60)
    assert await server.member.get("/api/me", 401) == {"error": "session expired"}


async def test_a_device_is_named_after_its_program(server: Server) -> None:
    await server.member.put("/api/me/password", {"new_password": "correct horse"})
    phone = server.anonymous.with_headers(User_Agent=" Phone/1.0 " + "x" * 300)
    body = {"email": "member@example.org", "password": "correct horse"}
    await phone.post("/api/auth/password/login", body, 200)
    devices = [session["device"] for session in (await server.member.get("/api/me/sessions"))["sessions"]]
    assert ("Phone/1.0 " + "x" * 190) in devices


async def test_a_session_that_ends_while_a_body_is_on_its_way_lets_nothing_in(server: Server) -> None:
    other = server.bearing(await second_session(server))
    begun, ended = asyncio.Event(), asyncio.Event()

    async def body() -> AsyncGenerator[bytes]:
        yield b'{"display_name": '
        begun.set()
        await ended.wait()
        yield b'"Late"}'

    async def send() -> int:
        headers = {**server.member.headers, "Content-Type": "application/json"}
        url = server.base.with_path("/api/me")
        async with server.http.patch(url, data=body(), headers=headers) as answer:
            return answer.status

    sent = asyncio.create_task(send())
    await begun.wait()
    await asyncio.sleep(0.05)
    await other.delete("/api/me/sessions", 200)
    ended.set()
    assert await sent == 401
    assert (await other.get("/api/me"))["user"]["display_name"] == "Member"
