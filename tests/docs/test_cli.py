"""docs/cli.md names every command and every common flag."""

from pathlib import Path

import pytest

from clickclack.cli import admin, caller, caller_flags

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text()
ALIASES = {"thread", "thread open", "thread reply"}


@pytest.mark.parametrize("name", sorted(caller.COMMANDS.keys() - ALIASES))
def test_a_client_command_is_on_the_page(name: str) -> None:
    assert f"`{name}" in PAGE


@pytest.mark.parametrize("name", sorted(admin.COMMANDS))
def test_a_command_of_the_servers_owner_is_on_the_page(name: str) -> None:
    assert f"`admin {name}" in PAGE


@pytest.mark.parametrize("name", sorted(caller_flags.TEXTS | caller_flags.BOOLEANS))
def test_a_common_flag_is_on_the_page(name: str) -> None:
    assert f"`--{name}`" in PAGE
