"""The program: `clickclack [command]`; without one it serves (contract chat 7.1)."""

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from clickclack.cli import caller_flags, help_pages

USAGE = """clickclack [command] [flags]

On the server's machine, with its data:
  serve      serves until it is told to stop; the command when none is named
  migrate    brings the database to the newest schema
  admin      makes and lists users, workspaces, members, invitations, sign-in links and bots; prunes events
  backup     copies the database while a server runs
  export     writes what the database holds as JSON, without secrets
  version    names the version, as --version does

On a server that runs anywhere:
  login, logout, whoami, status
  workspaces list, channels list
  send, messages send, messages list
  threads open, threads reply, reply
  reactions add, reactions remove
  canary     asks for an answer and waits for a bot to give it

Each of them explains itself with --help; docs/cli.md says more.
"""


_SUMMARIES = {
    "serve": "Serves until it is told to stop.",
    "migrate": "Brings the database to the newest schema; does nothing the second time.",
    "version": "Prints the version, the commit and its date.",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit status: 0 done, 1 failed, 2 wrong flags, 130 interrupted."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    command = given[0] if given and not given[0].startswith("-") else "serve"
    rest = given[1:] if given and given[0] == command else given
    try:
        if given and given[0] in help_pages.WORDS:
            print(USAGE, end="")
        elif given and given[0] in ("-version", "--version"):
            _run("version", [])
        elif given and caller_flags.leads(given[0]):
            _call(given)
        elif command in _SUMMARIES and help_pages.WORDS.intersection(rest):
            print(_help_of(command))
        else:
            _run(command, rest)
    except _wrong_flags() as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever read has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except _failures() as error:
        stamp = datetime.now(UTC).strftime("%Y/%m/%d %H:%M:%S")
        print(f"{stamp} {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _help_of(command: str) -> str:
    from clickclack.cli import serve_flags

    flags = {} if command == "version" else {**serve_flags.TEXTS, **serve_flags.BOOLEANS}
    return help_pages.page(command, _SUMMARIES[command], flags)


def _run(command: str, arguments: Sequence[str]) -> None:
    if command == "version":
        from clickclack.cli import version

        print(version.line())
    elif command == "serve":
        from clickclack.cli import serving

        serving.serve(arguments)
    elif command == "migrate":
        from clickclack.cli import serving

        serving.migrate(arguments)
    elif command == "admin":
        from clickclack.cli import admin

        admin.run(arguments)
    elif command == "inspect-image":  # how the server runs itself to look into an image; not for people
        from clickclack.kernel import image_child

        image_child.main()
    elif command == "send-deliveries":  # the same, to tell other servers; not for people either
        from clickclack.kernel.deliveries import sender_child

        sender_child.main(*arguments)
    elif command == "backup":
        from clickclack.cli import backup

        backup.run(arguments)
    elif command == "export":
        from clickclack.cli import export

        export.run(arguments)
    else:
        _call([command, *arguments])


def _call(arguments: Sequence[str]) -> None:
    from clickclack.cli import caller

    caller.run(arguments)


def _wrong_flags() -> type[Exception]:
    """Asked for when something was raised, so that a command which ends well never waits for the settings model."""
    from clickclack.cli.flags import FlagError

    return FlagError


def _failures() -> tuple[type[Exception], ...]:
    """What a person can mend; anything else is a defect and keeps its trace."""
    from clickclack.cli.caller import FAILURES
    from clickclack.kernel.errors import Problem
    from clickclack.kernel.instance_lock import AlreadyServed
    from clickclack.kernel.migrations import MigrationError
    from clickclack.kernel.opening import StorageError
    from clickclack.settings import SettingsError

    return Problem, AlreadyServed, MigrationError, StorageError, SettingsError, *FAILURES, OSError


if __name__ == "__main__":
    sys.exit(main())
