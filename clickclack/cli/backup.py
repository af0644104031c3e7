"""`backup`: a copy of the database while a server runs (contract chat 7.2). The files lie in the data directory."""

from collections.abc import Sequence
from pathlib import Path

from clickclack.cli import help_pages
from clickclack.cli.commands import WHERE
from clickclack.cli.flags import FlagError, parse
from clickclack.kernel import snapshots
from clickclack.settings import load

FLAGS = {"out": "the new file", **WHERE}


def run(arguments: Sequence[str]) -> None:
    """Copies the database as it is now to a file that is not there yet."""
    if help_pages.WORDS.intersection(arguments):
        print(help_pages.page("backup", "Copies the database to a new file, also while a server runs.", FLAGS))
        return
    parsed = parse(arguments, frozenset(FLAGS))
    if not parsed.text("out"):
        raise FlagError("-out is required")
    parsed.refuse_rest()
    given = {flag: parsed.values[flag] for flag in ("data", "db") if flag in parsed.values}
    snapshots.copy(load(given, config=parsed.text("config")).database, Path(parsed.text("out")))
