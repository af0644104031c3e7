"""The durable reader of the event log: what it passes, it passes once, and it goes by what is public now."""

from typing import Any

import pytest

from clickclack.api.chat.events import PAYLOADS, event
from clickclack.chat import event_feed
from clickclack.chat.event_feed import EventFeed, Passed
from clickclack.kernel.events import Pruning
from clickclack.kernel.transaction import Tx
from tests.api.chat.test_event_subscriptions import subscribe
from tests.conftest import Server


@pytest.fixture(autouse=True)
def nobody_feeds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the server's own reader still."""

    async def still(_: EventFeed) -> bool:
        return False

    monkeypatch.setattr(EventFeed, "feed", still)


async def look(server: Server) -> Passed:
    return await server.db.read(event_feed.look, 0, event, frozenset(PAYLOADS))


async def waiting(server: Server) -> list[Any]:
    return await server.db.read(lambda tx: tx.all("SELECT topic, subject FROM deliveries ORDER BY n"))


async def test_what_was_read_but_not_passed_is_read_again_and_passed_once(server: Server) -> None:
    await subscribe(server)
    sent = [(await server.member.say(server.cast.general, str(number)))["id"] for number in range(3)]
    first, second = await look(server), await look(server)
    assert first == second
    await server.db.write(event_feed.move, first)
    with pytest.raises(RuntimeError, match="moved by somebody else"):
        await server.db.write(event_feed.move, second)
    assert len(await waiting(server)) == len(sent)
    assert (await look(server)).deliveries == []


async def test_what_became_private_before_it_was_passed_is_not_told(server: Server) -> None:
    await subscribe(server)
    made = await server.owner.post(f"/api/workspaces/{server.cast.workspace}/channels", {"name": "soon"})
    await server.owner.say(made["channel"]["id"])
    await server.owner.patch(f"/api/channels/{made['channel']['id']}", {"kind": "private"})
    assert (await look(server)).deliveries == []


async def test_a_unit_is_bounded_and_stops_between_two_events(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_feed, "QUEUED_AT_ONCE", 3)
    await subscribe(server)
    await subscribe(server)
    for number in range(3):
        await server.member.say(server.cast.general, str(number))
    passed = await look(server)
    assert (len(passed.deliveries), passed.more) == (4, True)
    await server.db.write(event_feed.move, passed)
    passed = await look(server)
    assert (len(passed.deliveries), passed.more) == (2, False)


async def test_what_is_still_to_be_told_is_not_pruned(server: Server) -> None:
    await subscribe(server)
    for number in range(3):
        await server.member.say(server.cast.general, str(number))
    workspace_n = await server.db.read(
        lambda tx: Tx.value(tx, "SELECT n FROM workspaces WHERE id = ?", server.cast.workspace)
    )
    while (await server.db.write(event_feed.prune, Pruning(workspace_n, PAYLOADS))).rows:
        pass
    passed = await look(server)
    assert len(passed.deliveries) == 3
    await server.db.write(event_feed.move, passed)
    assert (await server.db.write(event_feed.prune, Pruning(workspace_n, PAYLOADS))).told == 3


async def test_a_log_that_tells_nobody_anything_is_passed_for_good_when_it_is_quiet(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    await server.member.say(server.cast.general)
    monkeypatch.undo()
    feed = EventFeed(server.db, event, frozenset(PAYLOADS))
    await feed.feed()
    cursor = "SELECT event_n FROM event_readers"
    end = await server.db.read(lambda tx: Tx.value(tx, "SELECT MAX(n) FROM events"))
    assert await server.db.read(lambda tx: Tx.value(tx, cursor)) < end
    await feed.keep()
    assert await server.db.read(lambda tx: Tx.value(tx, cursor)) == end
    await feed.feed()
    await feed.keep()


async def test_without_subscriptions_the_log_is_passed_over(server: Server) -> None:
    await server.member.say(server.cast.general)
    end = await server.db.read(lambda tx: Tx.value(tx, "SELECT MAX(n) FROM events"))
    assert (await look(server)).end == end
