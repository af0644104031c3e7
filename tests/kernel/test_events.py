"""The event log."""

from clickclack.kernel import events
from clickclack.kernel.database import Database
from clickclack.kernel.events import Event, Viewpoint
from clickclack.kernel.transaction import Tx


def tell(tx: Tx, event_type: str, stream: int = 1, recipients: tuple[int, ...] | None = None) -> Event:
    return tx.emit(event_type, stream, {"what": event_type}, topic=7, recipients=recipients)


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


async def test_reading_a_stream_searches_an_index(db: Database):
    condition, params = Viewpoint(1, 5).condition()
    sql = f"EXPLAIN QUERY PLAN SELECT n FROM events WHERE n > ? AND n <= ? AND {condition} ORDER BY n LIMIT 500"
    plan = [row[3] for row in await db.read(lambda tx: tx.all(sql, 0, 10, *params))]
    assert any("events_by_stream" in step for step in plan), plan
    assert not any(step.startswith("SCAN") for step in plan), plan
