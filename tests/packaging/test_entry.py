"""The start of the frozen program."""

import os

import entry
import pytest


def test_programs_we_start_do_not_load_our_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"LD_LIBRARY_PATH": "/opt/app", "_PYI_HOME": "/x", "A": "1"})
    entry.restore_environment()
    assert os.environ == {"A": "1"}


def test_a_library_path_of_the_users_own_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"LD_LIBRARY_PATH": "/opt/app:/mine", "LD_LIBRARY_PATH_ORIG": "/mine"})
    entry.restore_environment()
    assert os.environ == {"LD_LIBRARY_PATH": "/mine"}


@pytest.mark.parametrize(
    ("address", "url"),
    [
        (":8080", "http://127.0.0.1:8080/"),
        ("0.0.0.0:80", "http://127.0.0.1:80/"),
        ("[::1]:8080", "http://[::1]:8080/"),
        ("localhost:9000", "http://localhost:9000/"),
    ],
)
def test_the_browser_goes_where_this_machine_reaches_the_server(address: str, url: str) -> None:
    assert entry.local_url(address) == url


def test_no_browser_is_looked_for_on_a_machine_without_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry.sys, "platform", "linux")
    monkeypatch.setattr(os, "environ", {})
    assert not entry.has_browser()
