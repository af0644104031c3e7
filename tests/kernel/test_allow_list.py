"""Allow-lists of where calls may go."""

import pytest

from clickclack.kernel.allow_list import AllowList, normal_entry
from clickclack.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        (" Example.ORG. ", "example.org"),
        ("*.example.org", "*.example.org"),
        ("93.184.215.14", "93.184.215.14/32"),
        ("93.184.215.14/24", "93.184.215.0/24"),
        ("2606:4700::/32", "2606:4700::/32"),
        ("build_1", "build_1"),
    ],
)
def test_an_entry_has_one_form(text: str, entry: str):
    assert normal_entry(text) == entry


@pytest.mark.parametrize("text", ["", "*", "*.", "a b", "http://a.org", "a.org:80", "a..org", "-a.org", "ä.org", "a/b"])
def test_what_is_neither_a_name_nor_a_network_is_refused(text: str):
    with pytest.raises(Invalid):
        normal_entry(text)


def test_a_list_has_names_names_below_a_domain_and_addresses():
    listed = AllowList.of(["example.org", "*.example.net", "93.184.215.0/24", "2606:4700::/32"])
    assert listed.names("Example.org.")
    assert listed.names("a.b.example.net")
    assert not any(map(listed.names, ("example.net", "a.example.org", "badexample.net", "org")))
    assert all(map(listed.has_address, ("93.184.215.14", "::ffff:93.184.215.14", "2606:4700::1")))
    assert not any(map(listed.has_address, ("93.184.216.14", "2606:4701::1", "example.org")))
