"""Events that another process committed, told in their place."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from clickclack.kernel import ids, loops
from clickclack.kernel.database import Database
from clickclack.kernel.errors import Unavailable
from clickclack.kernel.events import Event
from clickclack.kernel.log_follower import PAGE, LogFollower
from clickclack.kernel.transaction import Tx
from tests.clock import FakeClock

NEVER = 3600.0
SOON = 0.02


class Told:
    """What two readers were told, and how to wait for more."""

    def __init__(self) -> None:
        self.at_once: list[Event] = []
        self.in_order: list[Event] = []
        self._more = asyncio.Event()

    def hear_at_once(self, events: Sequence[Event]) -> None:
        self.at_once.extend(events)

    def hear_in_order(self, events: Sequence[Event]) -> None:
        self.in_order.extend(events)
        self._more.set()

    async def names(self, count: int) -> list[str]:
        """The names of the first `count` events, in the order they were told."""
        async with asyncio.timeout(10):
            while len(self.in_order) < count:
                self._more.clear()
                await self._more.wait()
        return [event.data["name"] for event in self.in_order]


@pytest.fixture
async def other(database_path: Path, clock: FakeClock, db: Database) -> AsyncGenerator[Database]:
    """The same file, as another process has it."""
    database = await Database.open(database_path, clock, readers=0)
    yield database
    await database.close()


@pytest.fixture
def told() -> Told:
    return Told()


def follower(db: Database, told: Told, look_every: float = NEVER) -> LogFollower:
    made = LogFollower(db, told.hear_at_once, told.hear_in_order, look_every)
    db.on_commit = made.committed
    return made


def emit(tx: Tx, *names: str, recipients: Sequence[int] | None = None) -> None:
    for name in names:
        tx.emit("thing.happened", 7, {"name": name}, place=3, recipients=recipients)


async def test_our_own_commits_are_told_before_their_callers_are_answered(db: Database, told: Told):
    async with follower(db, told).following():
        await db.write(emit, "a", "b")
        assert [event.data["name"] for event in told.in_order] == ["a", "b"]
        assert told.at_once == told.in_order


async def test_what_was_there_before_is_not_told(db: Database, other: Database, told: Told):
    await other.write(emit, "old")
    async with follower(db, told, SOON).following():
        await other.write(emit, "new")
        assert await told.names(1) == ["new"]


async def test_another_process_is_heard_while_we_write_nothing(db: Database, other: Database, told: Told):
    async with follower(db, told, SOON).following():
        await other.write(emit, "a")
        assert await told.names(1) == ["a"]
        await other.write(emit, "b")
        assert await told.names(2) == ["a", "b"]
    assert told.at_once == told.in_order


async def test_a_gap_is_filled_before_our_own_commit_is_told(db: Database, other: Database, told: Told):
    async with follower(db, told).following():
        await db.write(emit, "a")
        await other.write(emit, "b", "c")
        await db.write(emit, "d")
        assert await told.names(4) == ["a", "b", "c", "d"]
    assert [event.n for event in told.in_order] == [1, 2, 3, 4]


async def test_our_own_commit_behind_a_gap_is_told_at_once_all_the_same(db: Database, other: Database, told: Told):
    async with follower(db, told).following():
        await other.write(emit, "a")
        await db.write(emit, "b")
        assert [event.data["name"] for event in told.at_once] == ["b"]
        assert told.in_order == []


async def test_a_gap_of_many_pages_is_filled(db: Database, other: Database, told: Told):
    many = [str(number) for number in range(2 * PAGE + 1)]
    async with follower(db, told).following():
        await other.write(emit, *many)
        await db.write(emit, "last")
        assert await told.names(len(many) + 1) == [*many, "last"]


async def test_each_event_is_told_once_whoever_writes_when(db: Database, other: Database, told: Told):
    async def write(database: Database, mark: str) -> None:
        for number in range(40):
            await database.write(emit, f"{mark}{number}")

    async with follower(db, told, SOON).following():
        await asyncio.gather(write(db, "own "), write(db, "more "), write(other, "other "))
        names = await told.names(120)
    assert len(set(names)) == 120
    numbers = [event.n for event in told.in_order]
    assert numbers == list(range(1, 121))
    for mark in ("own ", "more ", "other "):
        assert [n for n in names if n.startswith(mark)] == [f"{mark}{number}" for number in range(40)]


async def test_a_commit_of_ours_that_is_told_while_the_log_is_read_is_not_told_again(
    db: Database, told: Told, monkeypatch: pytest.MonkeyPatch
):
    read: Callable[..., Any] = db.read
    looks: list[int] = []
    often = asyncio.Event()

    async def late(query: Callable[..., Any], *args: Any) -> Any:
        looks.append(1)
        if len(looks) == 2:  # the first read finds the end of the log
            await db.write(emit, "a")
        elif len(looks) == 4:
            often.set()
        return await read(query, *args)

    monkeypatch.setattr(db, "read", late)
    async with follower(db, told, SOON).following():
        await told.names(1)
        async with asyncio.timeout(10):
            await often.wait()
    assert [event.data["name"] for event in told.in_order] == ["a"]


@pytest.mark.parametrize("recipients", [None, (), (4, 9)])
async def test_an_event_is_whole_that_another_process_committed(
    recipients: tuple[int, ...] | None, db: Database, other: Database, told: Told
):
    def people(tx: Tx) -> None:
        for n in recipients or ():
            values = f"({n}, 'usr_{n}', 'human', 'N', 1)"
            tx.run(f"INSERT INTO users (n, id, kind, display_name, created_at) VALUES {values}")

    seen: list[Event] = []
    other.on_commit = seen.extend
    async with follower(db, told, SOON).following():
        await db.write(people)
        await other.write(emit, "a", recipients=recipients)
        await told.names(1)
    assert told.in_order == seen


async def test_our_ids_sort_after_those_of_another_process(db: Database, other: Database, told: Told):
    ahead = ids.new_id("evt")
    value = ids.decode(ahead[4:])
    assert value is not None
    later = "evt_" + ids.encode(value + (500 << 80))

    def from_the_future(tx: Tx) -> None:
        row = "(id, type, stream, data, created_at) VALUES (?, 'thing.happened', 7, '{\"name\":\"f\"}', 1)"
        tx.run(f"INSERT INTO events {row}", later)

    async with follower(db, told, SOON).following():
        await other.write(from_the_future)
        await told.names(1)
        assert ids.new_id("evt") > later


async def test_a_log_that_cannot_be_read_is_read_later(
    db: Database, other: Database, told: Told, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    read: Callable[..., Any] = db.read
    tries: list[int] = []

    async def failing(query: Callable[..., Any], *args: Any) -> Any:
        tries.append(1)
        if len(tries) in (2, 3):
            raise Unavailable("the database cannot be reached")
        return await read(query, *args)

    monkeypatch.setattr(db, "read", failing)
    async with follower(db, told, SOON).following():
        await other.write(emit, "a")
        await db.write(emit, "b")
        assert await told.names(2) == ["a", "b"]
    assert "the event log cannot be read, trying again: the database cannot be reached" in caplog.text


async def test_a_reader_that_fails_is_logged_and_told_again(
    db: Database, other: Database, told: Told, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(loops, "AGAIN", 0.0)
    failures = [LookupError("on purpose")]

    def unsteady(events: Sequence[Event]) -> None:
        if failures:
            raise failures.pop()
        told.hear_at_once(events)

    async with LogFollower(db, unsteady, told.hear_in_order, SOON).following():
        await other.write(emit, "a", "b")
        assert await told.names(2) == ["a", "b"]
    assert "log follower failed" in caplog.text
    assert "LookupError: on purpose" in caplog.text
