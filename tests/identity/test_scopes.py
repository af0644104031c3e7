"""Scopes of bot tokens (contract chat 2.10, 13.4)."""

import pytest

from clickclack.identity import scopes
from clickclack.kernel.errors import Invalid

READ = [
    *("channels:read", "dms:read", "messages:read", "profile:read"),
    *("realtime:read", "threads:read", "workspaces:read"),
]


def test_a_bundle_is_spelled_out_and_joined_with_single_scopes() -> None:
    assert list(scopes.parse(["bot:read,uploads:write"])) == sorted([*READ, "uploads:write"])


def test_each_bundle_holds_the_one_below() -> None:
    read, write, admin = (set(scopes.parse([f"bot:{name}"])) for name in ("read", "write", "admin"))
    assert read == set(READ)
    assert write - read == {"commands:write", "dms:write", "messages:write", "threads:write", "uploads:write"}
    assert admin - write == {"channels:write"}


@pytest.mark.parametrize("asked", [[], [""], [" , "]])
def test_nothing_asked_for_is_write(asked: list[str]) -> None:
    assert scopes.parse(asked) == scopes.parse(["bot:write"])


def test_scopes_are_given_once_and_ascending() -> None:
    assert scopes.parse(["messages:read, dms:read", "messages:read"]) == ("dms:read", "messages:read")


def test_activity_is_granted_only_by_name() -> None:
    assert "agent_activity:write" not in scopes.parse(["bot:admin"])
    assert scopes.parse(["agent_activity:write"]) == ("agent_activity:write",)


@pytest.mark.parametrize("name", ["workspaces:write", "bot:owner", "x", "Messages:read"])
def test_an_unknown_scope_is_refused(name: str) -> None:
    with pytest.raises(Invalid, match=f"unknown bot scope: {name}"):
        scopes.parse(["bot:read", name])
