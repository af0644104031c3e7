"""Lanes: each endpoint's turn, whatever the others do."""

import itertools

from clickclack.kernel.deliveries.endpoints import Endpoint
from clickclack.kernel.deliveries.lanes import Bounds, Lanes
from clickclack.kernel.deliveries.queue import Delivery

BOUNDS = Bounds(at_once=20, not_good=10, poor=4, in_lane=3)
EACH = 8
numbers = itertools.count(1)


def due(endpoint_n: int, count: int, failures: int = 0) -> list[tuple[Endpoint, Delivery]]:
    endpoint = Endpoint(endpoint_n, "test", "", "http://a.example/", b"", failures)
    ns = [next(numbers) for _ in range(count)]
    return [(endpoint, Delivery(n, f"dlv_{n}", endpoint_n, "evt_0", "thing.made", "{}", 0, 0, 0)) for n in ns]


def begun(lanes: Lanes) -> list[Delivery]:
    return [delivery for _, delivery in lanes.turns()]


def made_good(lanes: Lanes, *endpoint_ns: int) -> None:
    """Has each endpoint answer well once."""
    for n in endpoint_ns:
        lanes.take(due(n, 1), EACH)
        (delivery,) = begun(lanes)
        lanes.ended(delivery, good=True)
        lanes.written(delivery)


def test_an_endpoint_that_answers_well_has_several_under_way_in_order_and_any_other_one():
    lanes = Lanes(BOUNDS)
    made_good(lanes, 1)
    good, unknown, poor = due(1, 5), due(2, 5), due(3, 5, failures=1)
    lanes.take([*good, *unknown, *poor], EACH)
    first = begun(lanes)
    assert [d for d in first if d.endpoint_n == 1] == [d for _, d in good[:3]]
    assert [d for d in first if d.endpoint_n == 2] == [unknown[0][1]]
    assert [d for d in first if d.endpoint_n == 3] == [poor[0][1]]
    lanes.ended(good[0][1], good=True)
    assert begun(lanes) == [good[3][1]]


def test_endpoints_that_fail_keep_to_their_share_and_others_have_the_rest():
    lanes = Lanes(BOUNDS)
    made_good(lanes, 1, 2, 3)
    lanes.take([item for n in range(100, 200) for item in due(n, 1, failures=2)], EACH)
    assert len(begun(lanes)) == BOUNDS.poor
    lanes.take([item for n in range(200, 300) for item in due(n, 1)], EACH)
    assert len(begun(lanes)) == BOUNDS.not_good - BOUNDS.poor
    lanes.take([item for n in (1, 2, 3) for item in due(n, 4)], EACH)
    assert [d.endpoint_n for d in begun(lanes)].count(1) == BOUNDS.in_lane


def test_after_a_failure_what_waits_is_let_go_and_looked_for_again():
    lanes = Lanes(BOUNDS)
    waiting = due(1, 4)
    lanes.take(waiting, EACH)
    (delivery,) = begun(lanes)
    assert lanes.ended(delivery, good=False)
    assert begun(lanes) == []
    lanes.written(delivery)
    assert len(lanes) == 0
    lanes.take([(Endpoint(1, "test", "", "u", b"", 1), waiting[1][1])], EACH)
    (probe,) = begun(lanes)
    assert lanes.ended(probe, good=True), "there may be more than the probe"


def test_what_is_in_hand_is_not_taken_twice_until_its_outcome_is_written():
    lanes = Lanes(BOUNDS)
    found = due(1, 1)
    lanes.take(found, EACH)
    lanes.take(found, EACH)
    assert begun(lanes) == [found[0][1]]
    lanes.ended(found[0][1], good=True)
    lanes.take(found, EACH)
    assert begun(lanes) == []
    lanes.written(found[0][1])
    lanes.take(found, EACH)
    assert begun(lanes) == [found[0][1]]


def test_an_endpoint_that_is_closed_has_no_turn_any_more():
    lanes = Lanes(BOUNDS)
    lanes.take(due(1, 3), EACH)
    assert len(begun(lanes)) == 1
    lanes.refresh({})
    assert begun(lanes) == []
    assert len(lanes) == 1, "what is under way ends by itself"


def test_a_lane_with_little_left_is_looked_for_again_while_the_database_has_more():
    lanes = Lanes(BOUNDS)
    made_good(lanes, 1)
    lanes.take(due(1, EACH), EACH)
    first, second, third = begun(lanes)
    assert lanes.ended(first, good=True)
    lanes.take([], EACH, full=[1])
    assert lanes.ended(second, good=True)
    lanes.take(due(1, 1), EACH)
    assert not lanes.ended(third, good=True)


def test_an_endpoint_that_is_not_known_to_answer_well_has_one_in_hand_however_much_waits():
    lanes = Lanes(BOUNDS)
    lanes.take([item for n in (1, 2, 3) for item in due(n, EACH, failures=n // 3)], EACH)
    assert len(lanes) == 3
    (delivery, *_) = begun(lanes)
    lanes.take(due(1, EACH), EACH)
    assert len(lanes) == 3
    assert lanes.ended(delivery, good=True), "now it may have more"
    lanes.take(due(1, EACH), EACH)
    assert len(lanes) == 3 + EACH
