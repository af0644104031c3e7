"""Flags as the contract writes them (chat 7.1)."""

import pytest

from clickclack.cli.flags import FlagError, parse

TEXTS = frozenset({"name", "email"})
BOOLEANS = frozenset({"plain"})


@pytest.mark.parametrize("arguments", [["-name", "v"], ["--name", "v"], ["-name=v"], ["--name=v"]])
def test_a_value_comes_after_the_flag_or_an_equals_sign(arguments: list[str]):
    assert parse(arguments, TEXTS).text("name") == "v"


@pytest.mark.parametrize("value", ["", "a=b", "-x", "--", "with blank"])
def test_a_value_is_taken_as_it_is(value: str):
    assert parse(["--name", value], TEXTS).values == {"name": value}
    assert parse([f"--name={value}"], TEXTS).values == {"name": value}


def test_the_last_of_equal_flags_counts():
    assert parse(["--name", "a", "--name", "b"], TEXTS).text("name") == "b"


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("--plain", True),
        ("-plain", True),
        ("--plain=1", True),
        ("--plain=T", True),
        ("--plain=false", False),
        ("--plain=F", False),
        ("--plain=0", False),
    ],
)
def test_a_boolean_stands_alone_or_says_its_value_behind_an_equals_sign(argument: str, value: bool):
    assert parse([argument], TEXTS, BOOLEANS).flag("plain") is value


def test_a_boolean_does_not_take_the_next_argument():
    parsed = parse(["--plain", "false"], TEXTS, BOOLEANS)
    assert (parsed.flag("plain"), parsed.rest) == (True, ("false",))


@pytest.mark.parametrize("value", ["", "yes", "tRUE", "2"])
def test_another_word_is_no_boolean(value: str):
    with pytest.raises(FlagError, match=f'invalid boolean value "{value}" for -plain'):
        parse([f"--plain={value}"], TEXTS, BOOLEANS)


@pytest.mark.parametrize("arguments", [["--name", "a", "word", "--email", "b"], ["--name", "a", "-", "--email", "b"]])
def test_flags_end_at_the_first_argument_that_is_none(arguments: list[str]):
    parsed = parse(arguments, TEXTS)
    assert (parsed.values, parsed.rest) == ({"name": "a"}, tuple(arguments[2:]))


def test_two_dashes_end_the_flags_and_vanish():
    assert parse(["--", "--name", "a"], TEXTS).rest == ("--name", "a")


def test_a_flag_that_is_not_there_is_named():
    with pytest.raises(FlagError, match="flag provided but not defined: -nope"):
        parse(["--nope=1"], TEXTS)


def test_a_flag_without_its_value_is_named():
    with pytest.raises(FlagError, match="flag needs an argument: -name"):
        parse(["--name"], TEXTS)


def test_what_was_not_given_has_its_default():
    parsed = parse([], TEXTS, BOOLEANS)
    assert (parsed.text("name"), parsed.text("name", "Owner"), parsed.flag("plain")) == ("", "Owner", False)
