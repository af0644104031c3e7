"""What the index keeps of a text, and the way back to it."""

import pytest

from clickclack.chat.search_query import parse, term
from clickclack.chat.search_text import Term, indexed, snippet
from clickclack.kernel.clock import from_rfc3339

WORDS = [f"w{i}" for i in range(100)]
LONG = " ".join(WORDS)


def terms(text: str) -> tuple[Term, ...]:
    return parse(text).terms


def test_words_lose_case_and_accents_and_characters_without_spaces_stand_alone() -> None:
    assert indexed("Ärger, in_Köln!")[0] == "arger in koln"
    assert indexed("東京 tower")[0] == "東 京 tower"
    assert indexed("e\u0301te\u0301 ﬁne Straße")[0] == "ete fine straße"
    assert indexed("Deploying services")[1] == "deploy servic"


def test_a_short_message_is_its_own_snippet() -> None:
    found = snippet("👍 one two three!", terms("two"))
    assert (found.text, found.highlights) == ("👍 one two three!", ((6, 9),))


def test_every_form_of_a_word_is_marked_and_phrases_are_one_range() -> None:
    def marked(body: str, q: str) -> list[str]:
        found = snippet(body, terms(q))
        return [found.text[start:end] for start, end in found.highlights]

    assert marked("Runs, running and ran", "run") == ["Runs", "running"]
    assert marked("red fox, red dog", '"red fox"') == ["red fox"]
    assert marked("東京タワーと東京", "東京") == ["東京", "東京"]
    assert marked("deployment deploys employ", "deploy*") == ["deployment", "deploys"]
    assert marked("no match", "other") == []


def test_of_a_long_message_the_words_around_the_matches_are_shown() -> None:
    found = snippet(LONG, terms("w50"))
    assert (found.text[0], found.text[-1]) == ("…", "…")
    assert [found.text[a:b] for a, b in found.highlights] == ["w50"]
    assert len(found.text.split()) == 32
    assert {"w49", "w51"} < set(found.text.split())


@pytest.mark.parametrize(("word", "first", "last"), [("w0", "w0", "w31…"), ("w99", "…w68", "w99")])
def test_at_its_ends_a_message_is_cut_on_one_side_only(word: str, first: str, last: str) -> None:
    words = snippet(LONG, terms(word)).text.split()
    assert (words[0], words[-1]) == (first, last)


def test_the_window_with_the_most_matches_is_shown() -> None:
    found = snippet(LONG, terms("w10 w70 w75 w80"))
    assert [found.text[a:b] for a, b in found.highlights] == ["w70", "w75", "w80"]


def test_a_huge_message_is_read_from_its_start() -> None:
    found = snippet("word " * 100_000 + "needle", terms("needle"))
    assert found.text.endswith("…")
    assert found.highlights == ()


@pytest.mark.parametrize(
    ("phrase", "word", "wanted"),
    [
        ("", "hello", 'stems : "hello"'),
        ("", "Running-shoes", 'stems : "run shoe"'),
        ("", 'a"b', 'stems : "a b"'),
        ("", "OR", 'stems : "or"'),
        ("Red foxes", "", 'body : "red foxes"'),
        ("", "deploy*", 'body : "deploy" *'),
    ],
)
def test_what_is_typed_is_never_the_language_of_the_index(phrase: str, word: str, wanted: str) -> None:
    assert term(phrase, word).expression() == wanted


def test_a_query_is_taken_apart() -> None:
    found = parse('from:@Ann in:#general has:link before:2026-03-01 after:2026-01-31 "red fox" deploy has:nothing')
    assert [part.words for part in found.terms] == [("red", "fox"), ("deploy",), ("has", "nothing")]
    assert (found.authors, found.channels, found.has) == (("ann",), ("general",), ("link",))
    assert found.after == from_rfc3339("2026-02-01T00:00:00Z")
    assert found.before == from_rfc3339("2026-03-01T00:00:00Z")


@pytest.mark.parametrize("text", ["before:2026-13-01", "after:yesterday", "http://from:x", '"open', "from:"])
def test_what_is_no_operator_is_searched_for_as_it_is(text: str) -> None:
    assert parse(text).terms == (term("", text),)


def test_a_query_without_a_letter_or_digit_is_empty() -> None:
    assert parse("!!! *").empty
    assert not parse("!!! a").empty
    assert not parse("from:ann").empty
