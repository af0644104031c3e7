"""Live fan-out: who gets what, and in which order."""

import asyncio

from clickclack.kernel.events import Event
from clickclack.kernel.hub import Hub
from tests.kernel.hub_readers import Everybody, reader, settle, told


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
