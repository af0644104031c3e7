"""Public ids: form, order, spellings."""

import threading
import uuid

import pytest

from clickclack.kernel import ids


def test_an_id_is_a_prefix_and_26_lower_case_crockford_characters():
    prefix, _, tail = ids.new_id("msg").partition("_")
    assert prefix == "msg"
    assert len(tail) == 26
    assert set(tail) <= set(ids.ALPHABET)


def test_ids_sort_in_the_order_they_were_made():
    made = [ids.new_id("cur") for _ in range(5000)]
    assert made == sorted(made)
    assert len(set(made)) == 5000


def test_ids_made_by_several_threads_are_all_different():
    made: list[str] = []

    def make() -> None:
        made.extend([ids.new_id("evt") for _ in range(2000)])

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 8000


def test_the_bits_are_a_uuid_of_version_7():
    spelled = ids.to_uuid(ids.new_id("usr"))
    assert spelled.version == 7
    assert spelled.variant == uuid.RFC_4122


def test_id_and_uuid_are_two_spellings_of_the_same_bits():
    identifier = ids.new_id("wsp")
    assert ids.from_uuid("wsp", ids.to_uuid(identifier)) == identifier


def test_parsing_accepts_either_case_and_gives_the_canonical_spelling():
    identifier = ids.new_id("chn")
    assert ids.parse_id("chn_" + identifier[4:].upper(), "chn") == identifier


@pytest.mark.parametrize(
    "text", ["", "chn_", "chn_short", "usr_0123456789abcdefghjkmnpqrs", "chn_" + "z" * 26, "chn_" + "u" * 26]
)
def test_parsing_refuses_what_is_no_id_with_that_prefix(text: str):
    assert ids.parse_id(text, "chn") is None


def test_a_uuid_is_not_made_of_a_text_that_is_no_id():
    with pytest.raises(ValueError, match="not an id"):
        ids.to_uuid("chn_nonsense")


def test_ids_after_a_restart_sort_after_those_of_a_clock_that_ran_ahead():
    source = ids.IdSource()
    ahead = (source.next() >> 80) + 1_000_000
    source.start_after(ahead << 80)
    first, second = source.next(), source.next()
    assert ahead << 80 < first < second


def test_a_route_id_is_a_letter_and_16_upper_case_characters():
    route_id = ids.new_route_id("T")
    assert len(route_id) == 17
    assert route_id[0] == "T"
    assert set(route_id[1:]) <= set(ids.ALPHABET.upper())
