"""Passwords: hashed slowly, off the loop, a few at once."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
from argon2 import PasswordHasher

from clickclack.kernel.errors import TooMany
from clickclack.kernel.passwords import DECOY, WAITING, WORKERS, Passwords


@pytest.fixture
async def passwords() -> AsyncIterator[Passwords]:
    made = Passwords()
    yield made
    await made.close()


async def test_the_right_password_is_told_from_a_wrong_one(passwords: Passwords):
    stored = await passwords.hash("correct horse")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.verify(stored, "correct horse")
    assert not await passwords.verify(stored, "correct horsf")
    assert not await passwords.verify("no hash", "correct horse")


async def test_the_same_password_is_never_stored_the_same(passwords: Passwords):
    assert await passwords.hash("correct horse") != await passwords.hash("correct horse")


async def test_without_a_stored_hash_a_password_is_checked_all_the_same_and_is_wrong(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
):
    checked: list[str] = []

    def check(stored: str, password: str) -> bool:
        checked.append(stored)
        return True

    monkeypatch.setattr(passwords, "_check", check)
    assert not await passwords.verify(None, "decoy")
    assert not await passwords.verify(None, "other")
    assert checked == [DECOY, DECOY]


async def test_the_first_unknown_account_costs_one_check_of_the_present_cost(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
):
    async def refuse(_: str) -> str:
        raise AssertionError("hashing as well takes twice as long, and tells that the account is unknown")

    monkeypatch.setattr(passwords, "hash", refuse)
    assert not await passwords.verify(None, "correct horse")
    assert not passwords.outdated(DECOY)


async def test_hashing_runs_away_from_the_loop_and_a_few_at_once(passwords: Passwords):
    lock, running, most, threads = threading.Lock(), 0, 0, set[int]()
    pause = threading.Event()

    def work(name: str) -> str:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
            threads.add(threading.get_ident())
        pause.wait(0.02)
        with lock:
            running -= 1
        return name

    results = await asyncio.gather(*(passwords._run(work, str(number)) for number in range(10)))
    assert results == [str(number) for number in range(10)]
    assert most == WORKERS
    assert threading.get_ident() not in threads


async def test_more_than_may_wait_are_told_to_come_back(passwords: Passwords):
    results = await asyncio.gather(*(passwords.hash("x") for _ in range(WAITING + 5)), return_exceptions=True)
    refused = [result for result in results if isinstance(result, TooMany)]
    assert len(refused) == 5
    assert {problem.headers["Retry-After"] for problem in refused} == {"1"}
    assert (await passwords.hash("x")).startswith("$argon2id$")


async def test_a_hash_of_other_cost_is_outdated(passwords: Passwords):
    assert passwords.outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x"))
    assert not passwords.outdated(await passwords.hash("x"))


async def test_closing_ends_what_waits_and_does_not_hold_up_the_loop(passwords: Passwords):
    gate, begun = threading.Event(), list[str]()

    def work(name: str) -> str:
        begun.append(name)
        gate.wait(5)
        return name

    running = [asyncio.create_task(passwords._run(work, str(number))) for number in range(WORKERS + 3)]
    await asyncio.sleep(0.05)
    closing = asyncio.create_task(passwords.close())
    await asyncio.sleep(0.05)
    assert not closing.done()
    gate.set()
    await closing
    results = await asyncio.gather(*running, return_exceptions=True)
    assert results[:WORKERS] == begun
    assert all(isinstance(result, asyncio.CancelledError) for result in results[WORKERS:])
