"""Scopes of bot tokens: the grantable ones, the bundles, and how a client asks for them (contract chat 2.10)."""

from collections.abc import Iterable

from clickclack.kernel.errors import Invalid

_READ = frozenset(
    {
        "channels:read",
        "dms:read",
        "messages:read",
        "profile:read",
        "realtime:read",
        "threads:read",
        "workspaces:read",
    }
)
_WRITE = _READ | {"commands:write", "dms:write", "messages:write", "threads:write", "uploads:write"}
_ADMIN = _WRITE | {"channels:write"}

BUNDLES = {"bot:read": _READ, "bot:write": _WRITE, "bot:admin": _ADMIN}
GRANTABLE = _ADMIN | {"agent_activity:write"}


def parse(asked: Iterable[str]) -> tuple[str, ...]:
    """The scopes asked for, ascending, each once: items may be comma lists, bundles are spelled out.

    Nothing asked for is `bot:write`; Invalid for an unknown name.
    """
    names = [name for item in asked for part in item.split(",") if (name := part.strip())]
    granted: set[str] = set()
    for name in names or ["bot:write"]:
        if name in BUNDLES:
            granted |= BUNDLES[name]
        elif name in GRANTABLE:
            granted.add(name)
        else:
            raise Invalid(f"unknown bot scope: {name}")
    return tuple(sorted(granted))
