"""The event log."""

from collections.abc import Callable

import pytest

from clickclack.kernel import events
from clickclack.kernel.database import Database
from clickclack.kernel.events import Event, Pruned, Pruning, Viewpoint
from clickclack.kernel.transaction import Tx
from tests.clock import FakeClock


def tell(tx: Tx, event_type: str, stream: int = 1, recipients: tuple[int, ...] | None = None) -> Event:
    return tx.emit(event_type, stream, {"what": event_type}, place=7, recipients=recipients)


def add_users(tx: Tx) -> None:
    for n in (5, 6):
        tx.run(
            "INSERT INTO users (n, id, kind, display_name, created_at) VALUES (?, ?, 'human', 'A', 0)", n, f"usr_{n}"
        )


async def types(db: Database, view: Viewpoint, after: int = 0) -> list[str]:
    return [e.type for e in await db.read(events.page, view, after, 10**9, 100)]


async def test_cursors_ascend_in_the_order_of_commit(db: Database):
    told = [await db.write(tell, f"e{n}") for n in range(20)]
    assert [e.cursor for e in told] == sorted(e.cursor for e in told)
    assert [e.n for e in told] == sorted(e.n for e in told)


async def test_an_event_reads_back_as_it_was_written(db: Database):
    told = await db.write(tell, "a")
    assert await db.read(events.page, Viewpoint(1, 5), 0, told.n, 10) == [told]


async def test_a_page_holds_what_came_after_in_the_same_stream(db: Database):
    first = await db.write(tell, "a")
    await db.write(tell, "elsewhere", 2)
    await db.write(tell, "b")
    assert await types(db, Viewpoint(1, 5), first.n) == ["b"]


async def test_a_private_event_is_seen_by_its_recipients_alone(db: Database):
    await db.write(add_users)
    await db.write(tell, "for five", recipients=(5,))
    await db.write(tell, "for the server", recipients=())
    assert await types(db, Viewpoint(1, 5)) == ["for five"]
    assert await types(db, Viewpoint(1, 6)) == []


async def test_topics_narrow_the_view(db: Database):
    await db.write(tell, "a")
    assert await types(db, Viewpoint(1, 5, (7,))) == ["a"]
    assert await types(db, Viewpoint(1, 5, (8,))) == []


async def test_the_newest_event_is_the_newest_visible_one(db: Database):
    await db.write(add_users)
    seen = await db.write(tell, "a")
    await db.write(tell, "b", recipients=(6,))
    newest = await db.read(events.newest, Viewpoint(1, 5))
    assert newest == seen
    assert await db.read(events.newest, Viewpoint(9, 5)) is None


async def test_a_cursor_finds_its_place_only_in_its_own_stream(db: Database):
    told = await db.write(tell, "a")
    assert await db.read(events.position, 1, told.cursor) == told.n
    assert await db.read(events.position, 2, told.cursor) is None
    assert await db.read(events.position, 1, "cur_nonsense") is None


async def test_a_cursor_that_is_gone_still_has_a_place_in_the_order(db: Database):
    first, second = await db.write(tell, "a"), await db.write(tell, "b")
    await db.write(lambda tx: tx.run("DELETE FROM events WHERE n = ?", second.n))
    assert await db.read(events.position_or_before, second.cursor) == first.n
    assert await db.read(events.position_or_before, "cur_0") == 0


async def test_the_log_knows_its_last_id(db: Database):
    assert await db.read(events.last_id) is None
    told = await db.write(tell, "a")
    assert await db.read(events.last_id) == told.id


BY_STREAM = "SEARCH events USING INDEX events_by_stream (stream=? AND private=? AND n>? AND n<?)"
BY_PLACE = "SEARCH events USING INDEX events_by_place (stream=? AND place=? AND n>? AND n<?)"
OF_THE_VIEWER = "SEARCH r USING PRIMARY KEY (user_n=? AND event_n>? AND event_n<?)"
BY_NUMBER = "SEARCH events USING INTEGER PRIMARY KEY (rowid=?)"


@pytest.mark.parametrize("last_first", [False, True])
@pytest.mark.parametrize(
    ("places", "searches"),
    [
        (None, [BY_STREAM]),
        ((), [BY_PLACE]),
        ((7, 8), [BY_PLACE, BY_PLACE, BY_PLACE]),
        (tuple(range(201)), [BY_STREAM]),
    ],
)
async def test_what_is_for_all_and_for_the_viewer_is_read_by_index_in_order(
    db: Database, places: tuple[int, ...] | None, searches: list[str], last_first: bool
):
    view = Viewpoint(1, 5, places)
    sql = f"EXPLAIN QUERY PLAN {view.query(last_first)}"
    plan = [row[3] for row in await db.read(lambda tx: tx.all(sql, *view.params(0, 10, 500)))]
    assert [step for step in plan if step.startswith(("SEARCH", "SCAN"))] == [*searches, OF_THE_VIEWER, BY_NUMBER]
    assert {step for step in plan if step.startswith(("MERGE", "USE"))} == {"MERGE (UNION ALL)"}


async def test_what_is_for_all_and_for_the_viewer_comes_in_the_order_of_commit(db: Database):
    await db.write(add_users)
    await db.write(tell, "a")
    await db.write(tell, "for five", recipients=(5, 6))
    await db.write(tell, "b")
    await db.write(tell, "for six", recipients=(6,))
    await db.write(tell, "elsewhere", 2, recipients=(5,))
    await db.write(tell, "for five too", recipients=(5,))
    assert await types(db, Viewpoint(1, 5)) == ["a", "for five", "b", "for five too"]
    assert await types(db, Viewpoint(1, 5, ())) == []
    assert [e.type for e in await db.read(events.page, Viewpoint(1, 5), 1, 6, 2)] == ["for five", "b"]
    newest = await db.read(events.newest, Viewpoint(1, 5))
    assert newest is not None
    assert newest.type == "for five too"
    assert newest.recipients == (5,)


async def steps(db: Database, query: Callable[[Tx], object]) -> int:
    """How many hundreds of steps SQLite's machine takes for a query."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    for one in db._readers:
        one.connection.raw.set_progress_handler(count, 100)
    await db.read(query)
    for one in db._readers:
        one.connection.raw.set_progress_handler(None, 0)
    return taken


def fill(tx: Tx, private: int) -> None:
    tx.run(
        "INSERT INTO events (id, type, stream, place, private, data, created_at) WITH RECURSIVE counted(i) AS"
        " (SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < 20000)"
        " SELECT printf('evt_%05d', i), 'read', 1, 7, ?, '{}', 0 FROM counted",
        private,
    )
    if private:
        tx.run("INSERT INTO event_recipients (user_n, event_n) SELECT 6, n FROM events")


async def test_what_is_in_other_places_costs_who_sees_few_of_them_nothing(db: Database):
    await db.write(fill, 0)
    await db.write(lambda tx: tx.emit("seen", 1, {}, place=8))
    few, many = Viewpoint(1, 5, (8, 9)), Viewpoint(1, 5, tuple(range(8, 209)))
    assert await types(db, few) == await types(db, many) == ["seen"]
    assert await steps(db, lambda tx: events.page(tx, many, 0, 10**9, 500)) > 1000
    assert await steps(db, lambda tx: events.page(tx, few, 0, 10**9, 500)) < 10
    assert await steps(db, lambda tx: events.newest(tx, few)) < 10


async def test_what_is_for_others_costs_a_reader_nothing(db: Database):
    await db.write(add_users)
    await db.write(fill, 1)
    assert await steps(db, lambda tx: events.page(tx, Viewpoint(1, 6), 0, 10**9, 500)) > 10
    assert await steps(db, lambda tx: events.page(tx, Viewpoint(1, 5), 0, 10**9, 500)) < 10
    assert await steps(db, lambda tx: events.newest(tx, Viewpoint(1, 5))) < 10


async def test_a_cursor_is_found_in_whatever_case_it_comes(db: Database):
    told = await db.write(tell, "a")
    shouted = "cur_" + told.cursor[4:].upper()
    assert await db.read(events.position, 1, shouted) == told.n
    assert await db.read(events.position_or_before, shouted) == told.n


async def test_pruning_removes_what_is_old_and_keeps_the_newest(db: Database, clock: FakeClock):
    made: list[Event] = []
    for n in range(6):
        made.append(await db.write(tell, f"e{n}"))
        clock.advance(10)
    await db.write(tell, "other", 2)
    named = [f"e{n}" for n in range(6)]

    async def prune(before: int | None, keep: int | None) -> int:
        return (await db.write(events.prune, Pruning(1, named, before, keep))).rows

    assert await prune(made[2].created_at, None) == 2
    assert await types(db, Viewpoint(1, 5)) == ["e2", "e3", "e4", "e5"]
    assert await prune(None, 3) == 1
    assert await prune(None, 3) == 0
    assert await prune(made[4].created_at, 3) == 0
    assert await prune(None, 0) == 3
    assert await types(db, Viewpoint(2, 5)) == ["other"]


async def test_what_is_kept_and_what_went_is_counted_by_type(db: Database):
    for name in ("told", "inner", "told", "inner", "told", "inner", "inner"):
        await db.write(tell, name)
    assert await db.write(events.prune, Pruning(1, ["told"], keep=2)) == Pruned(rows=2, told=1)
    assert await types(db, Viewpoint(1, 5)) == ["told", "inner", "told", "inner", "inner"]


async def test_the_newest_event_of_the_log_is_never_pruned(db: Database):
    told = [await db.write(tell, f"e{n}") for n in range(3)]
    assert (await db.write(events.prune, Pruning(1, []))).rows == 2
    assert await types(db, Viewpoint(1, 5)) == ["e2"]
    await db.write(events.mark_end, Pruning(2, []))
    assert (await db.write(tell, "next")).n == told[-1].n + 1


async def test_behind_a_mark_all_of_a_stream_can_go_and_no_number_comes_twice(db: Database):
    told = await db.write(tell, "told")
    for _ in range(2):
        await db.write(events.mark_end, Pruning(1, []))
    assert (await db.write(events.prune, Pruning(1, ["told"]))) == Pruned(rows=1, told=1)
    assert await types(db, Viewpoint(1, 5)) == []
    assert (await db.write(tell, "next")).n == told.n + 2


async def test_pruning_goes_in_pieces(db: Database):
    def many(tx: Tx) -> None:
        for _ in range(1200):
            tell(tx, "e")

    await db.write(many)
    assert [(await db.write(events.prune, Pruning(1, ["e"], keep=1))).rows for _ in range(3)] == [1000, 199, 0]


async def test_no_mark_is_made_where_the_last_event_stays(db: Database, clock: FakeClock):
    told = await db.write(tell, "told")
    for wanted in (Pruning(1, ["told"], keep=1), Pruning(1, ["told"], before=told.created_at), Pruning(2, ["told"])):
        await db.write(events.mark_end, wanted)
    assert await db.read(Tx.value, "SELECT MAX(n) FROM events") == told.n
