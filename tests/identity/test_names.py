"""Slugs, names, handles and addresses in their normal form (contract chat 1.3, 13.4)."""

import pytest

from clickclack.identity import names
from clickclack.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("text", "slug"),
    [("  Dev & Ops!! ", "dev-ops"), ("Ärger", "rger"), ("--A__b--", "a-b"), ("日本", ""), ("", ""), ("a.b/c", "a-b-c")],
)
def test_a_slug(text: str, slug: str) -> None:
    assert names.slug(text) == slug


@pytest.mark.parametrize(
    ("text", "handle"),
    [(" @Team_1 ", "team_1"), ("", ""), ("@", ""), ("ab", "ab"), ("a" * 32, "a" * 32), ("1-", "1-")],
)
def test_a_handle(text: str, handle: str) -> None:
    assert names.handle(text) == handle


@pytest.mark.parametrize("text", ["a", "_ab", "-ab", "@@ab", "a" * 33, "a b", "äb", "ab.c", "a\nb"])
def test_no_handle(text: str) -> None:
    with pytest.raises(Invalid, match="handle must be 2-32 chars"):
        names.handle(text)


def test_a_name_is_measured_in_bytes() -> None:
    assert names.display_name(" " + "ä" * 40 + " ") == "ä" * 40
    with pytest.raises(Invalid, match="too long"):
        names.display_name("ä" * 40 + "b")


def test_a_gravatar_is_made_of_the_address_in_normal_form() -> None:
    digest = "438c4c7afe600cdf1e455c369bec76dc970fc8ca463447c7b387a347f3c79331"
    assert names.gravatar(" Ann@Example.org ") == f"https://gravatar.com/avatar/{digest}?d=identicon"


@pytest.mark.parametrize("text", ["a\nb", "a\x00b", "\x1b[31m", "a\u2028b", "a\x85b", "a\u202eb", "\u2066a"])
def test_a_name_stays_on_one_line(text: str) -> None:
    for name_of, what in ((names.display_name, "display_name"), (names.workspace_name, "workspace name")):
        with pytest.raises(Invalid, match=f"{what} must not contain control characters"):
            name_of(text)


def test_a_name_may_join_its_symbols() -> None:
    assert names.display_name("👩\u200d🚀 Ana\u00a0B") == "👩\u200d🚀 Ana\u00a0B"


def test_an_address_stands_for_a_name_as_far_as_a_name_goes() -> None:
    assert names.name_of_address("ann@example.org") == "ann@example.org"
    long = names.name_of_address("a" + "ä" * 60 + "@example.org")
    assert (names.display_name(long), long) == (long, "a" + "ä" * 39)


@pytest.mark.parametrize(
    "text",
    ["a b@c.org", "a\x00b@c.org", "a@c\x85.org", "a@", "@c.org", "a@.", "a@c..d", "a@" + "x" * 253, "\u212ay@c.org"],
)
def test_no_address(text: str) -> None:
    with pytest.raises(Invalid, match="email is not an e-mail address"):
        names.email_address(text)


@pytest.mark.parametrize("url", ["http://x y", "http://x/\n", "http://x/\x00"])
def test_an_avatar_has_no_gaps(url: str) -> None:
    with pytest.raises(Invalid, match="http or https URL"):
        names.avatar_url(url + "z")


@pytest.mark.parametrize("url", ["", "http://x", " https://x.y/z?q#f ", "HTTPS://X.Y"])
def test_an_avatar(url: str) -> None:
    assert names.avatar_url(url) == url.strip()


@pytest.mark.parametrize(
    "url",
    [
        *(
            "x.y",
            "//x.y",
            "ftp://x.y",
            "data:image/png;base64,",
            "https:///x",
            "http://[x",
            "http://x:0",
            "http://x:65536",
        ),
        "https://user:pass@x.y/z",
    ],
)
def test_no_avatar(url: str) -> None:
    with pytest.raises(Invalid, match="http or https URL"):
        names.avatar_url(url)
