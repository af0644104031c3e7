"""What a command of `admin` is: its flags with what they are for, what it does, and what it says."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from clickclack.cli.data import address_served
from clickclack.cli.flags import FlagError, Parsed
from clickclack.identity.letters import Links
from clickclack.kernel.database import Database
from clickclack.kernel.transaction import Tx
from clickclack.settings import Settings

WHERE = {
    "data": "the data directory",
    "db": "the database file, behind sqlite://",
    "config": "the configuration file",
}
"""The flags that every command takes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The flags of a command and the settings of the server that it works for."""

    parsed: Parsed
    settings: Settings

    def text(self, name: str, default: str = "") -> str:
        return self.parsed.text(name, default)

    def flag(self, name: str) -> bool:
        return self.parsed.flag(name)

    def require(self, *names: str) -> None:
        """Raises FlagError for the first of these flags that is missing or blank."""
        for name in names:
            if not self.text(name).strip():
                raise FlagError(f"-{name} is required")

    def number(self, name: str, default: int) -> int:
        """A whole number, at most nine digits; FlagError for anything else."""
        text = self.text(name, str(default))
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise FlagError(f'invalid value "{text}" for -{name}: a whole number is wanted')
        return int(text)

    @property
    def links(self) -> Links:
        """Links to the pages of the server: at its public address, else where it runs, else where it would."""
        default = f"http://localhost:{self.settings.port}"
        return Links(self.settings.public_url or address_served(self.settings) or default)


@dataclass(frozen=True, slots=True)
class Said:
    """What goes to standard output, for programs, and to standard error, for people."""

    out: str
    err: str = ""


@dataclass(frozen=True, slots=True)
class AdminCommand:
    """A command: flags that take a text by name, and those that are true or false.

    A list `needs_data`: where there is no database, it makes none.
    """

    summary: str
    run: Callable[[Tx, Asked], Said]
    flags: Mapping[str, str] = field(default_factory=lambda: dict[str, str]())
    booleans: Mapping[str, str] = field(default_factory=lambda: dict[str, str]())
    needs_data: bool = False


@dataclass(frozen=True, slots=True)
class LongCommand:
    """The same for work that is too much for one unit: `run` cuts it into pieces that a server can go between."""

    summary: str
    run: Callable[[Database, Asked], Awaitable[Said]]
    flags: Mapping[str, str] = field(default_factory=lambda: dict[str, str]())
    booleans: Mapping[str, str] = field(default_factory=lambda: dict[str, str]())
