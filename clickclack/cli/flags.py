"""Flags as the contract writes them: `-x v`, `--x v`, `--x=v`, booleans `--x` and `--x=false` (contract chat 7.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clickclack.kernel.booleans import FALSE, TRUE


class FlagError(Exception):
    """A flag that the command does not have, or a value that does not fit: exit status 2."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """The values by flag, booleans as `true` or `false`, and what came after the flags; `ended` if after `--`."""

    values: Mapping[str, str]
    rest: tuple[str, ...]
    ended: bool = False

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, default)

    def refuse_rest(self) -> "Parsed":
        """Itself; FlagError when words stand behind the flags, for what would be dropped with them may matter."""
        if self.rest:
            raise FlagError(f"unexpected argument: {self.rest[0]}")
        return self

    def flag(self, name: str) -> bool:
        return self.values.get(name) == "true"


def parse(arguments: Sequence[str], texts: frozenset[str], booleans: frozenset[str] = frozenset()) -> Parsed:
    """Reads flags up to the first argument that is none, or `--`."""
    values: dict[str, str] = {}
    position, ended = 0, False
    while position < len(arguments) and arguments[position].startswith("-") and arguments[position] != "-":
        argument = arguments[position]
        position += 1
        if argument == "--":
            ended = True
            break
        name, has_value, value = argument.lstrip("-").partition("=")
        if name in booleans:
            values[name] = _boolean(name, value) if has_value else "true"
        elif name not in texts:
            raise FlagError(f"flag provided but not defined: -{name}")
        elif has_value:
            values[name] = value
        elif position < len(arguments):
            values[name] = arguments[position]
            position += 1
        else:
            raise FlagError(f"flag needs an argument: -{name}")
    return Parsed(values, tuple(arguments[position:]), ended)


def _boolean(name: str, value: str) -> str:
    if value in TRUE:
        return "true"
    if value in FALSE:
        return "false"
    raise FlagError(f'invalid boolean value "{value}" for -{name}')
