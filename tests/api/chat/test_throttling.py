"""How often one may try to sign in: by address, by account, and on an account from everywhere."""

from typing import Any

from clickclack.api.chat.parts import SIGN_IN
from tests.client import Client
from tests.conftest import Server

PASSWORD = "correct horse"


async def log_in(client: Client, email: str, password: str, want: int = 200) -> Any:
    return await client.post("/api/auth/password/login", {"email": email, "password": password}, want)


async def test_guessing_at_an_account_is_throttled_and_forgiven_with_time(server: Server) -> None:
    await server.member.put("/api/me/password", {"new_password": PASSWORD})
    for _ in range(10):
        await log_in(server.anonymous, "member@example.org", "wrong", 401)
    body = {"email": "member@example.org", "password": PASSWORD}
    answer = await server.anonymous.call("POST", "/api/auth/password/login", body)
    assert (answer.status, answer.error) == (429, "too many sign-in attempts, try again later")
    assert answer.headers["Retry-After"] == "90"
    await log_in(server.anonymous, "owner@example.org", "wrong", 401)
    server.clock.advance(90)
    await log_in(server.anonymous, "member@example.org", PASSWORD)
    for _ in range(10):
        await log_in(server.anonymous, "member@example.org", "wrong", 401)


async def test_guessing_at_many_accounts_is_throttled_too(server: Server) -> None:
    for number in range(50):
        await log_in(server.anonymous, f"{number}@example.org", "wrong", 401)
    await log_in(server.anonymous, "another@example.org", "wrong", 429)


async def test_who_signs_in_uses_up_nothing_of_what_others_there_may_try(server: Server) -> None:
    await server.member.put("/api/me/password", {"new_password": PASSWORD})
    for number in range(49):
        await log_in(server.anonymous, f"{number}@example.org", "wrong", 401)
    for _ in range(3):
        await log_in(server.anonymous, "member@example.org", PASSWORD)
    await log_in(server.anonymous, "last@example.org", "wrong", 401)
    await log_in(server.anonymous, "another@example.org", "wrong", 429)


async def test_who_signs_in_again_and_again_is_throttled_too(server: Server) -> None:
    await server.member.put("/api/me/password", {"new_password": PASSWORD})
    for _ in range(97):  # as many as the next three, without the time that they take
        assert server.app[SIGN_IN].successes.take("member@example.org") is None
    for _ in range(3):
        await log_in(server.anonymous, "member@example.org", PASSWORD)
    await log_in(server.anonymous, "member@example.org", PASSWORD, 429)
    server.clock.advance(9)
    await log_in(server.anonymous, "member@example.org", PASSWORD)


def behind_a_proxy(server: Server, number: int) -> Client:
    """A stranger with an address of its own."""
    address = f"203.0.113.{number}"
    return server.anonymous.with_headers(X_Real_IP=address, X_Forwarded_For=address)


async def test_guessing_at_one_account_from_many_addresses_locks_nobody_out_who_has_a_session(server: Server) -> None:
    await server.member.put("/api/me/password", {"new_password": PASSWORD})
    for _ in range(96):  # as many attempts as the next four, without the time that they take
        assert server.app[SIGN_IN].on_account.take("member@example.org") is None
    for number in range(4):
        await log_in(behind_a_proxy(server, number), "Member@example.org ", "wrong", 401)
    body = {"email": " MEMBER@example.org", "password": PASSWORD}
    answer = await behind_a_proxy(server, 99).call("POST", "/api/auth/password/login", body)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "9")
    await log_in(behind_a_proxy(server, 99), "owner@example.org", "wrong", 401)
    await server.member.put("/api/me/password", {"new_password": "another one", "current_password": PASSWORD})
    server.clock.advance(9)
    await log_in(behind_a_proxy(server, 98), "member@example.org", "another one")


async def test_an_address_that_is_refused_leaves_no_trace_of_accounts(server: Server) -> None:
    sign_in = server.app[SIGN_IN]
    for number in range(50):
        await log_in(behind_a_proxy(server, 1), f"{number}@example.org", "wrong", 401)
    kept = len(sign_in.by_account._due), len(sign_in.on_account._due)
    for number in range(50, 60):
        await log_in(behind_a_proxy(server, 1), f"{number}@example.org", "wrong", 429)
    assert (len(sign_in.by_account._due), len(sign_in.on_account._due)) == kept == (50, 50)


async def test_what_is_too_long_for_an_address_is_not_kept(server: Server) -> None:
    sign_in = server.app[SIGN_IN]
    for email in ("a" * 255, "ä" * 128, "x" * 900_000):
        answer = await log_in(server.anonymous, email, PASSWORD, 400)
        assert answer == {"error": "email is not an e-mail address"}
    assert (len(sign_in.by_address._due), len(sign_in.by_account._due), len(sign_in.on_account._due)) == (0, 0, 0)
    await log_in(server.anonymous, " " + "a" * 254, PASSWORD, 401)


async def test_guessing_the_current_password_is_throttled(server: Server) -> None:
    await server.member.put("/api/me/password", {"new_password": PASSWORD})
    body = {"new_password": "another one", "current_password": "wrong"}
    for _ in range(10):
        await server.member.put("/api/me/password", body, 403)
    answer = await server.member.call("PUT", "/api/me/password", body)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "90")
