"""Live fan-out: who gets what, in which order, and what happens to slow and late readers."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from clickclack.kernel import hub as hub_module
from clickclack.kernel.errors import Unavailable
from clickclack.kernel.events import Event
from clickclack.kernel.hub import Hub, Subscription


class Everybody:
    """An audience in which a few readers are shut out of a few places."""

    def __init__(self) -> None:
        self.hidden: set[tuple[int, int | None]] = set()
        self.asked = 0
        self.renewing: str | None = None
        self.unreadable: str | None = None
        self.forgotten = 0

    def may_see(self, user_n: int, event: Event) -> bool:
        self.asked += 1
        return (user_n, event.place) not in self.hidden

    async def prepare(self, event: Event) -> bool:
        if event.type == self.unreadable:
            raise Unavailable("the server is busy, try again")
        return event.type == self.renewing

    def forget_all(self) -> None:
        self.forgotten += 1


class Recorder:
    """A sink that keeps what it gets."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.closed: tuple[int, str] | None = None

    def send(self, frames: bytes) -> None:
        self.writes.append(frames)

    def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)

    @property
    def frames(self) -> list[str]:
        return b"".join(self.writes).decode().split()


def render(event: Event) -> bytes | None:
    return None if event.type == "unspoken" else f"{event.type} ".encode()


def told(number: int, *, place: int | None = None, recipients: tuple[int, ...] | None = None) -> Event:
    return Event(number, f"evt_{number}", f"e{number}", 1, place, recipients, {}, 0)


@pytest.fixture
def audience() -> Everybody:
    return Everybody()


@pytest.fixture
async def hub(audience: Everybody) -> AsyncIterator[Hub]:
    hub = Hub(audience)
    hub.start()
    yield hub
    await hub.stop()


def reader(hub: Hub, user_n: int, *, stream: int = 1, live: bool = True) -> tuple[Subscription, Recorder]:
    sink = Recorder()
    subscription = Subscription(stream, user_n, None, render, sink)
    hub.subscribe(subscription)
    if live:
        subscription.go_live(0)
    return subscription, sink


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_every_reader_of_the_stream_gets_every_event_in_commit_order(hub: Hub):
    sinks = [reader(hub, n)[1] for n in range(3)]
    _, other = reader(hub, 9, stream=2)
    hub.publish([told(1), told(2, place=5), told(3)])
    await settle()
    assert [sink.frames for sink in sinks] == [["e1", "e2", "e3"]] * 3
    assert other.frames == []


async def test_a_batch_is_one_write_for_each_socket(hub: Hub):
    _, sink = reader(hub, 1)
    hub.publish([told(1), told(2, place=5)])
    hub.publish([told(3)])
    await settle()
    assert len(sink.writes) == 1


async def test_a_private_event_reaches_its_recipients_alone(hub: Hub):
    sinks = {n: reader(hub, n)[1] for n in (1, 2)}
    hub.publish([told(1, recipients=(2,)), told(2, recipients=())])
    await settle()
    assert sinks[1].frames == []
    assert sinks[2].frames == ["e1"]


async def test_who_sees_a_topic_is_worked_out_once_until_something_changes(hub: Hub, audience: Everybody):
    for n in range(50):
        reader(hub, n)
    hub.publish([told(n, place=5) for n in range(1, 20)])
    await settle()
    assert audience.asked == 50
    hub.publish([told(30, place=5)])
    await settle()
    assert audience.asked == 50


async def test_an_event_that_changes_who_sees_what_counts_from_itself_on(hub: Hub, audience: Everybody):
    _, sink = reader(hub, 1)
    hub.publish([told(1, place=5)])
    await settle()
    audience.hidden.add((1, 5))
    audience.renewing = "e2"
    hub.publish([told(2), told(3, place=5), told(4)])
    await settle()
    assert sink.frames == ["e1", "e2", "e4"]


async def test_events_without_a_word_on_a_surface_are_left_out(hub: Hub):
    _, sink = reader(hub, 1)
    hub.publish([Event(1, "evt_1", "unspoken", 1, None, None, {}, 0)])
    await settle()
    assert sink.writes == []


async def test_a_replaying_reader_gets_held_events_after_its_replay_and_none_twice(hub: Hub):
    subscription, sink = reader(hub, 1, live=False)
    hub.publish([told(1), told(2), told(3)])
    await settle()
    assert sink.writes == []
    subscription.go_live(2)
    hub.publish([told(4)])
    await settle()
    assert sink.frames == ["e3", "e4"]


async def test_what_was_held_is_sent_only_to_who_may_still_see_it(hub: Hub, audience: Everybody):
    subscription, sink = reader(hub, 1, live=False)
    hub.publish([told(1, place=5), told(2, place=6)])
    await settle()
    audience.renewing = "e3"
    audience.hidden.add((1, 5))
    hub.publish([told(3)])
    subscription.go_live(0)
    hub.publish([told(4)])
    await settle()
    assert sink.frames == ["e2", "e3", "e4"]


async def test_what_was_held_waits_for_a_change_of_rights_that_is_being_read(hub: Hub, audience: Everybody):
    subscription, sink = reader(hub, 1, live=False)
    hub.publish([told(1, place=5)])
    await settle()
    reading, read = asyncio.Event(), asyncio.Event()

    async def slow(event: Event) -> bool:
        reading.set()
        await read.wait()
        audience.hidden.add((1, 5))
        return True

    audience.prepare = slow
    hub.publish([told(2)])
    await reading.wait()
    subscription.go_live(0)
    await settle()
    assert sink.frames == []
    read.set()
    await settle()
    assert sink.frames == ["e2"]


async def test_an_event_that_the_replay_has_sent_is_not_sent_again_by_a_hub_that_is_late(hub: Hub):
    subscription, sink = reader(hub, 1, live=False)
    subscription.go_live(2)
    hub.publish([told(1), told(2), Event(0, "eph_1", "typing", 1, None, None, {}, 0)])
    await settle()
    hub.publish([told(3)])
    await settle()
    hub.publish([told(4)])
    await settle()
    assert sink.frames == ["typing", "e3", "e4"]


async def test_events_without_a_number_are_held_too(hub: Hub):
    subscription, sink = reader(hub, 1, live=False)
    hub.publish([Event(0, "eph_1", "typing", 1, None, None, {}, 0)])
    await settle()
    subscription.go_live(100)
    await settle()
    assert sink.frames == ["typing"]


async def test_a_replay_that_takes_too_long_is_told_to_start_again(hub: Hub):
    subscription, sink = reader(hub, 1, live=False)
    hub.publish([told(n) for n in range(1, hub_module.HELD + 2)])
    await settle()
    assert sink.closed is not None
    assert sink.closed[0] == 1013
    assert subscription.held == []


async def test_who_unsubscribes_gets_nothing_more(hub: Hub):
    subscription, sink = reader(hub, 1)
    hub.unsubscribe(subscription)
    hub.publish([told(1)])
    await settle()
    assert sink.frames == []


async def test_watchers_see_an_event_before_its_readers(hub: Hub):
    _, sink = reader(hub, 1)
    seen: list[int] = []
    hub.watch(lambda event: seen.append(len(sink.writes)))
    hub.publish([told(1)])
    await settle()
    assert seen == [0]
    assert sink.frames == ["e1"]


async def test_sockets_that_match_are_closed(hub: Hub):
    _, first = reader(hub, 1)
    _, second = reader(hub, 2)
    hub.close_where(lambda s: s.user_n == 2, 1008, "workspace access revoked")
    assert first.closed is None
    assert second.closed == (1008, "workspace access revoked")


async def test_a_backlog_over_its_bound_tells_everybody_to_replay(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hub_module, "BACKLOG", 10)
    _, sink = reader(hub, 1)
    hub.publish([told(n) for n in range(1, 12)])
    assert sink.closed is not None
    assert sink.closed[0] == 1013


async def test_a_delivery_that_fails_tells_everybody_to_replay_and_the_hub_lives_on(hub: Hub):
    def broken(event: Event) -> None:
        if event.n == 1:
            raise RuntimeError("on purpose")

    hub.watch(broken)
    _, sink = reader(hub, 1)
    hub.publish([told(1)])
    await settle()
    assert sink.closed is not None
    hub.publish([told(2)])
    await settle()
    assert sink.frames == ["e2"]


def heavy(number: int, size: int, n: int = 0) -> Event:
    return Event(n, f"evt_{number}", f"e{number}", 1, None, None, {"text": "x" * size}, 0)


async def test_a_backlog_is_bounded_in_bytes_too_also_of_events_that_are_not_stored(
    hub: Hub, audience: Everybody, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(hub_module, "BACKLOG_BYTES", 10_000)
    _, sink = reader(hub, 1)
    for turn in range(3):
        hub.publish([heavy(turn, 6000)])
        await settle()
    assert sink.closed is None
    hub.publish([heavy(3, 6000)])
    hub.publish([heavy(4, 6000)])
    assert sink.closed is not None
    assert audience.forgotten == 1


async def test_what_is_held_behind_a_replay_is_bounded_in_bytes_too(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hub_module, "HELD_BYTES", 10_000)
    subscription, sink = reader(hub, 1, live=False)
    hub.publish([heavy(1, 6000)])
    await settle()
    assert sink.closed is None
    hub.publish([heavy(2, 6000)])
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


async def test_events_behind_one_that_cannot_be_delivered_are_shown_to_watchers_and_the_audience_forgets(
    hub: Hub, audience: Everybody
):
    audience.unreadable = "e1"
    seen: list[int] = []
    hub.watch(lambda event: seen.append(event.n))
    _, sink = reader(hub, 1)
    hub.publish([told(1), told(2)])
    await settle()
    assert seen == [1, 2]
    assert audience.forgotten == 1
    assert sink.closed is not None
    assert sink.closed[0] == 1013


async def test_receivers_that_were_worked_out_before_a_loss_are_worked_out_anew(hub: Hub, audience: Everybody):
    _, sink = reader(hub, 1)
    hub.publish([told(1, place=5)])
    await settle()
    audience.unreadable = "e2"
    audience.hidden.add((1, 5))
    hub.publish([told(2)])
    await settle()
    hub.publish([told(3, place=5)])
    await settle()
    assert sink.frames == ["e1"]


async def test_a_watcher_that_fails_keeps_no_other_from_seeing(hub: Hub):
    def broken(event: Event) -> None:
        raise RuntimeError("on purpose")

    seen: list[int] = []
    hub.watch(broken)
    hub.watch(lambda event: seen.append(event.n))
    _, sink = reader(hub, 1)
    hub.publish([told(1), told(2)])
    await settle()
    assert seen == [1, 2]
    assert sink.closed is not None


async def test_stopping_closes_every_socket(audience: Everybody):
    hub = Hub(audience)
    hub.start()
    _, sink = reader(hub, 1)
    await hub.stop()
    assert sink.closed is not None
    assert sink.closed[0] == 1001


async def test_a_reader_that_comes_after_the_stop_is_closed_at_once(hub: Hub):
    await hub.stop()
    _, late = reader(hub, 1)
    assert late.closed == (1001, "the server is stopping")
