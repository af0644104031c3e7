"""Which handles a text mentions (contract chat 6.4, 13.4)."""

import time

import pytest

from clickclack.chat.mentions import MOST, SCANNED, mentioned_handles


@pytest.mark.parametrize(
    ("body", "handles"),
    [
        ("hi @Bob, @bob and @al-ice", ["bob", "al-ice"]),
        ("mail a@b.c and (@dan)", ["dan"]),
        ("see https://x.y/@eve then @fay", ["fay"]),
        ("[@gil](http://h) @hal", ["hal"]),
        ("@@ivy", []),
        ("www.k.io/@lee @max.", ["max"]),
        ("", []),
        ("@", []),
        ("@ x", []),
        ("@a_b-c", ["a_b-c"]),
        ("x-@no x_@no 1@no", []),
        ("ä@yes", ["yes"]),
        ("WWW.k.io/@no\n@yes", ["yes"]),
        ("git+ssh://h/@no\t@yes", ["yes"]),
        ("1http://h/@no", []),
        ("[@in] @out", ["in", "out"]),
        ("[a](b @no) @yes", ["yes"]),
        ("[a](b @open", ["open"]),
        ("[[@x](y)] @z", ["z"]),
        ("line\r\n@second", ["second"]),
    ],
)
def test_the_vectors(body: str, handles: list[str]) -> None:
    assert mentioned_handles(body) == handles


def test_only_the_start_of_a_long_text_is_read() -> None:
    assert mentioned_handles("x" * (SCANNED - 4) + " @ab @cd") == ["ab"]


def test_the_first_handles_count_each_once() -> None:
    names = [f"a{n}" for n in range(MOST + 1)]
    assert mentioned_handles(" ".join(f"@{name} @a0" for name in names)) == names[:MOST]


@pytest.mark.parametrize(
    "text", ["[" * 20_000 + "@x", "[](" * 10_000 + "@x", "a" * 20_000 + "@", "@" * 20_000, "w." * 9_000]
)
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()
    mentioned_handles(text)
    assert time.process_time() - started < 0.1
