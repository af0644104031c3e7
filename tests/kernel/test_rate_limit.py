"""How often is too often."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickclack.kernel.rate_limit import RateLimit, SlidingWindow
from tests.clock import FakeClock

TIMES, SECONDS = 4, 60.0
STEP = SECONDS / TIMES


def burst(limit: RateLimit, key: str) -> int:
    """How many uses are let through at once."""
    count = 0
    while limit.take(key) is None:
        count += 1
    return count


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 40)), max_size=60))
def test_no_stretch_of_time_holds_more_than_a_burst_and_its_share(uses: list[tuple[str, int]]):
    clock = FakeClock()
    limit = RateLimit(clock, TIMES, SECONDS)
    taken: dict[str, list[float]] = {"a": [], "b": []}
    for key, pause in uses:
        clock.advance(pause)
        wait = limit.take(key)
        if wait is None:
            taken[key].append(clock.monotonic())
        else:
            assert 0 < wait <= STEP
            assert limit.take(key) == wait, "a refused use counts nothing"
    for times in taken.values():
        for first, start in enumerate(times):
            for last in range(first, len(times)):
                assert last - first + 1 <= TIMES + (times[last] - start) / STEP + 1e-6


@given(st.lists(st.integers(0, 40), max_size=30))
def test_who_waits_as_long_as_told_is_let_through_and_not_before(pauses: list[int]):
    clock = FakeClock()
    limit = RateLimit(clock, TIMES, SECONDS)
    for pause in pauses:
        clock.advance(pause)
        wait = limit.take("a")
        if wait is not None:
            clock.advance(wait - 0.001)
            assert limit.take("a") is not None
            clock.advance(0.001)
            assert limit.take("a") is None


@given(st.lists(st.integers(0, 40), max_size=30))
def test_after_the_whole_time_without_use_a_whole_burst_is_let_through(pauses: list[int]):
    clock = FakeClock()
    limit = RateLimit(clock, TIMES, SECONDS)
    for pause in pauses:
        clock.advance(pause)
        limit.take("a")
    clock.advance(SECONDS)
    assert burst(limit, "a") == TIMES


def test_one_key_s_uses_are_not_another_s():
    limit = RateLimit(FakeClock(), TIMES, SECONDS)
    assert burst(limit, "a") == TIMES
    assert burst(limit, "b") == TIMES


def test_a_forgotten_key_starts_anew():
    limit = RateLimit(FakeClock(), TIMES, SECONDS)
    burst(limit, "a")
    limit.forget("a")
    limit.forget("never seen")
    assert burst(limit, "a") == TIMES


@pytest.mark.parametrize("keys", [1, 3])
def test_of_keys_with_as_much_to_wait_for_the_oldest_are_forgotten_first(keys: int):
    limit = RateLimit(FakeClock(), 1, SECONDS, keys=keys)
    names = [str(number) for number in range(keys)]
    for name in names:
        assert limit.take(name) is None
    assert limit.take(names[0]) is not None
    assert limit.take("one more") is None
    assert limit.take("one more") is not None
    assert (limit.take(names[-1]) is None) == (keys == 1)
    assert len(limit._due) == keys


def test_many_new_keys_do_not_make_a_spent_one_good_again():
    clock = FakeClock()
    limit, window = RateLimit(clock, TIMES, SECONDS, keys=16), SlidingWindow(clock, TIMES, SECONDS, keys=16)
    for each in (limit, window):
        while each.take("spent") is None:
            pass
        for number in range(100):
            each.take(f"new {number}")
        assert each.take("spent") is not None
        clock.advance(SECONDS)
        assert each.take("spent") is None


def test_keys_that_were_spent_long_ago_keep_none_that_is_used_from_being_counted():
    clock = FakeClock()
    for limit in (RateLimit(clock, TIMES, SECONDS, keys=16), SlidingWindow(clock, TIMES, SECONDS, keys=16)):
        for number in range(16):
            while limit.take(f"old {number}") is None:
                pass
        clock.advance(10 * SECONDS)
        while limit.take("used") is None:
            pass
        for number in range(100):
            limit.take(f"new {number}")
        assert limit.take("used") is not None


def test_a_use_that_is_given_back_does_not_count():
    limit = RateLimit(FakeClock(), TIMES, SECONDS)
    for _ in range(10):
        assert limit.take("a") is None
        limit.give_back("a")
    limit.give_back("never seen")
    assert burst(limit, "a") == TIMES


def test_a_key_of_any_length_takes_the_same_room():
    limit = RateLimit(FakeClock(), 1, SECONDS)
    keys = ["x" * 1_000_000 + str(number) for number in range(3)] + ["\ud800"]
    assert [limit.take(key) for key in keys] == [None] * 4
    assert all(limit.take(key) for key in keys)
    assert {len(kept) for kept in limit._due} == {16}
    limit.forget(keys[0])
    assert limit.take(keys[0]) is None


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 40)), max_size=60))
def test_no_window_holds_more_than_its_number_and_none_that_has_room_refuses(uses: list[tuple[str, int]]):
    clock = FakeClock()
    window = SlidingWindow(clock, TIMES, SECONDS)
    taken: dict[str, list[float]] = {"a": [], "b": []}
    for key, pause in uses:
        clock.advance(pause)
        now = clock.monotonic()
        inside = [at for at in taken[key] if at > now - SECONDS]
        wait = window.take(key)
        if wait is None:
            assert len(inside) < TIMES
            taken[key].append(now)
        else:
            assert len(inside) == TIMES
            assert wait == pytest.approx(inside[0] + SECONDS - now)


@pytest.mark.parametrize("keys", [1, 3])
def test_a_window_forgets_the_oldest_of_keys_with_as_many_uses(keys: int):
    window = SlidingWindow(FakeClock(), 1, SECONDS, keys=keys)
    names = [str(number) for number in range(keys)]
    for name in names:
        assert window.take(name) is None
    assert window.take(names[0]) is not None
    assert window.take("one more") is None
    assert (window.take(names[-1]) is None) == (keys == 1)
    assert len(window._uses) == keys
