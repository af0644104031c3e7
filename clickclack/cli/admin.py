"""`admin …`: what the server's owner does on its machine, beside a running server or without (contract chat 7.2)."""

import asyncio
import sys
from collections.abc import Sequence

from clickclack.cli import admin_bots, admin_events, admin_fakeco, admin_jobs, admin_people, help_pages
from clickclack.cli.commands import WHERE, AdminCommand, Asked, LongCommand, Said
from clickclack.cli.data import bring_up_to_date
from clickclack.cli.flags import parse
from clickclack.kernel.clock import SystemClock
from clickclack.kernel.database import Database
from clickclack.kernel.errors import Invalid, NotFound
from clickclack.settings import load

COMMANDS: dict[str, AdminCommand | LongCommand] = {
    **admin_people.COMMANDS,
    **admin_bots.COMMANDS,
    **admin_events.COMMANDS,
    **admin_jobs.COMMANDS,
    **admin_fakeco.COMMANDS,
}


def run(arguments: Sequence[str]) -> None:
    """Runs `admin <subject> <verb> …` and prints its answer."""
    words = 1 if arguments and arguments[0] == "bootstrap" else 2
    name = " ".join(arguments[:words])
    if name not in COMMANDS:
        if help_pages.WORDS.intersection(arguments):
            print(_overview())
            return
        raise Invalid(f"unknown admin command: {name or '(none)'}; there are {', '.join(COMMANDS)}")
    command = COMMANDS[name]
    if help_pages.WORDS.intersection(arguments):
        print(help_pages.page(f"admin {name}", command.summary, {**command.flags, **command.booleans, **WHERE}))
        return
    flags = frozenset({*command.flags, *WHERE})
    parsed = parse(arguments[words:], flags, frozenset(command.booleans)).refuse_rest()
    given = {flag: parsed.values[flag] for flag in ("data", "db") if flag in parsed.values}
    settings = load(given, config=parsed.text("config"))
    if isinstance(command, AdminCommand) and command.needs_data and not settings.database.exists():
        raise NotFound(f"there is no database at {settings.database}; -data or -db names another one")
    bring_up_to_date(settings)
    said = asyncio.run(_in_database(command, Asked(parsed, settings)))
    print(said.out)
    if said.err:
        print(said.err, file=sys.stderr)


def _overview() -> str:
    width = max(len(name) for name in COMMANDS)
    lines = [f"  {name:<{width}}  {command.summary}" for name, command in COMMANDS.items()]
    return "\n".join(
        ["clickclack admin <command> [flags]", "", *lines, "", "Each of them explains itself with --help."]
    )


async def _in_database(command: AdminCommand | LongCommand, asked: Asked) -> Said:
    db = await Database.open(asked.settings.database, SystemClock(), readers=1, visiting=True)
    try:
        if isinstance(command, LongCommand):
            return await command.run(db, asked)
        return await db.write(command.run, asked)
    finally:
        await db.close()
