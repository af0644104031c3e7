"""`--help`: what a command does and which flags it has."""

from collections.abc import Mapping

WORDS = frozenset({"-h", "-help", "--help"})


def page(command: str, summary: str, flags: Mapping[str, str]) -> str:
    """The help of one command: how it is called, what it does, each flag on a line."""
    lines = [f"clickclack {command}{' [flags]' if flags else ''}", "", f"  {summary}"]
    if flags:
        width = max(len(name) for name in flags)
        lines += ["", *(f"  --{name:<{width}}  {text}" for name, text in sorted(flags.items()))]
    return "\n".join(lines)
