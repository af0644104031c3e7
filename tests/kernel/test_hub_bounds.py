"""Live fan-out with slow and late readers: what waits is bounded, and who is too far behind is told to replay."""

import pytest

from clickclack.kernel import hub as hub_module
from clickclack.kernel.event import Event
from clickclack.kernel.hub import Hub
from tests.kernel.hub_readers import Everybody, heavy, reader, settle, told


async def test_a_replay_that_takes_too_long_is_told_to_start_again(hub: Hub):
    subscription, sink = reader(hub, 1, live=False)
    hub.publish([told(n) for n in range(1, hub_module.HELD + 2)])
    await settle()
    assert sink.closed is not None
    assert sink.closed[0] == 1013
    assert subscription.held == []


async def test_a_backlog_over_its_bound_tells_everybody_to_replay(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hub_module, "BACKLOG", 10)
    _, sink = reader(hub, 1)
    hub.publish([told(n) for n in range(1, 12)])
    assert sink.closed is not None
    assert sink.closed[0] == 1013


async def test_a_backlog_is_bounded_in_bytes_too(hub: Hub, audience: Everybody, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hub_module, "BACKLOG_BYTES", 10_000)
    _, sink = reader(hub, 1)
    for turn in range(3):
        hub.publish([heavy(turn, 6000)])
        await settle()
    assert sink.closed is None
    hub.publish([heavy(3, 6000, 3)])
    hub.publish([heavy(4, 6000, 4)])
    assert sink.closed is not None
    assert audience.forgotten == 1


async def test_what_is_held_behind_a_replay_is_bounded_in_bytes_too(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hub_module, "HELD_BYTES", 10_000)
    subscription, sink = reader(hub, 1, live=False)
    hub.publish([heavy(1, 6000, 1)])
    await settle()
    assert sink.closed is None
    hub.publish([heavy(2, 6000, 2)])
    await settle()
    assert sink.closed is not None
    assert subscription.held == []


async def test_a_large_backlog_is_written_in_pieces(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hub_module, "BATCH_BYTES", 10_000)
    _, sink = reader(hub, 1)
    hub.publish([heavy(number, 6000, number) for number in range(1, 6)])
    await settle()
    assert [write.decode().split() for write in sink.writes] == [["e1", "e2"], ["e3", "e4"], ["e5"]]


async def test_events_that_a_backlog_drops_are_shown_to_watchers_and_the_audience_forgets(
    hub: Hub, audience: Everybody, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(hub_module, "BACKLOG", 3)
    seen: list[int] = []
    hub.watch(lambda event: seen.append(event.n))
    reader(hub, 1)
    hub.publish([told(1), told(2)])
    hub.publish([told(3), told(4)])
    assert seen == [1, 2, 3, 4]
    assert audience.forgotten == 1


def signal() -> Event:
    return Event(0, "eph_1", "signal", 1, None, None, {}, 0, fleeting=True)


async def test_what_is_fleeting_is_offered_and_stays_in_its_place(hub: Hub):
    _, sink = reader(hub, 1)
    hub.publish([told(1), signal(), signal(), told(0), told(2)])
    await settle()
    assert (sink.writes, sink.offered) == ([b"e1 ", b"e0 e2 "], [b"signal signal "])


async def test_after_a_replay_what_is_fleeting_is_offered_too(hub: Hub):
    subscription, sink = reader(hub, 1, live=False)
    subscription.go_live(5)
    hub.publish([signal(), signal()])
    await settle()
    assert (sink.writes, sink.offered) == ([], [b"signal signal "])


async def test_a_flood_of_what_is_fleeting_closes_nobody(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hub_module, "BACKLOG", 200)
    monkeypatch.setattr(hub_module, "HELD", 10)
    _, live = reader(hub, 1)
    held, replaying = reader(hub, 2, live=False)
    for _ in range(30):
        hub.publish([signal()] * 10)
    hub.publish([told(6)])
    await settle()
    held.go_live(5)
    hub.publish([signal()])
    await settle()
    assert (live.writes, replaying.writes) == ([b"e6 "], [b"e6 "])
    assert (len(live.offered[0].split()), len(replaying.offered[0].split())) == (60, 6)
    assert (live.closed, replaying.closed) == (None, None)
