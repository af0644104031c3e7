"""Client commands: what a person or a script does on a server from a terminal (contract chat 7.3)."""

import asyncio
import logging
import sys
from collections.abc import Sequence

from clickclack.cli import account, caller_flags, canary, help_pages, message_commands, places, stored_caller
from clickclack.cli.caller_commands import Caller, CallerCommand, Said, show
from clickclack.cli.flags import FlagError, Parsed, parse
from clickclack.client import ClientError

COMMANDS: dict[str, CallerCommand] = {
    **account.COMMANDS,
    **places.COMMANDS,
    **message_commands.COMMANDS,
    **canary.COMMANDS,
}
FAILURES = (ClientError,)
"""What a person can mend."""


class UnknownCommand(ClientError):  # noqa: N818 - named after what is the case
    """No command has this name; the text lists those that there are."""


def run(arguments: Sequence[str]) -> None:
    """Runs a client command and prints its answer."""
    leading = parse(arguments, frozenset(caller_flags.TEXTS), frozenset(caller_flags.BOOLEANS))
    name, command = _named(leading.rest)
    given = leading.rest[len(name.split()) :]
    if help_pages.WORDS.intersection(given[: len(command.words) + 1] if command.rest else given):
        print(_help_of(name, command))
        return
    caller = _caller(command, leading, given)
    if caller.flag("plain") and not caller.flag("json") and not command.plain:
        raise ClientError(f"--plain is not supported by {name}; use --json")
    if caller.flag("verbose"):
        _tell_everything()
    show(asyncio.run(_answer(command, caller)), caller)


def _help_of(name: str, command: CallerCommand) -> str:
    words = [name, *(f"<{word}>" for word in command.words)] + ([f"[{command.rest}]"] if command.rest else [])
    flags = {**command.flags, **command.booleans, **caller_flags.TEXTS, **caller_flags.BOOLEANS}
    return help_pages.page(" ".join(words), command.summary, flags)


async def _answer(command: CallerCommand, caller: Caller) -> Said:
    async with caller.client() as client:
        return await command.run(client, caller)


def _named(words: Sequence[str]) -> tuple[str, CallerCommand]:
    """The command that the first two words name, else the first alone."""
    for count in (2, 1):
        name = " ".join(words[:count])
        if name in COMMANDS:
            return name, COMMANDS[name]
    if not words:
        raise UnknownCommand(f"a command is wanted: {', '.join(COMMANDS)}")
    behind = [name.split()[1] for name in COMMANDS if name.split()[0] == words[0] and " " in name]
    if behind:
        raise UnknownCommand(f"{words[0]} is followed by one of {', '.join(behind)}")
    raise UnknownCommand(f"unknown command: {words[0]}; there are {', '.join(COMMANDS)} and, for servers, see --help")


def _caller(command: CallerCommand, leading: Parsed, given: Sequence[str]) -> Caller:
    """Reads flags around the words that the command must be given; what follows these and flags is the rest."""
    texts = frozenset({*command.flags, *caller_flags.TEXTS})
    booleans = frozenset({*command.booleans, *caller_flags.BOOLEANS})
    values, words = dict(leading.values), list[str]()
    parsed = parse(given, texts, booleans)
    values.update(parsed.values)
    while len(words) < len(command.words):
        if not parsed.rest:
            raise FlagError(f"<{command.words[len(words)]}> is required")
        words.append(parsed.rest[0])
        parsed = Parsed({}, parsed.rest[1:], True) if parsed.ended else parse(parsed.rest[1:], texts, booleans)
        values.update(parsed.values)
    if not command.rest:
        parsed.refuse_rest()
    return Caller(Parsed(values, parsed.rest), stored_caller.load(), tuple(words))


def _tell_everything() -> None:
    """Shows the client's own log on standard error: methods, paths and statuses, no queries and no tokens."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    log = logging.getLogger("clickclack.client")
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
