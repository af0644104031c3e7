"""What a client command is: its flags and words, what it asks of a server, and what it prints (contract chat 7.3)."""

import json
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from clickclack.cli.flags import FlagError, Parsed
from clickclack.cli.stored_caller import StoredCaller, same_server
from clickclack.client import Client

HERE = "http://localhost:8080"


@dataclass(frozen=True, slots=True)
class Said:
    """What a command says: the whole as JSON, for a script, for a person. Lines carry no last line end."""

    json: Any
    plain: str
    human: str


@dataclass(frozen=True)
class Caller:
    """Who calls which server: flags, then variables, then what is stored for this server."""

    parsed: Parsed
    stored: StoredCaller
    words: tuple[str, ...] = ()

    def text(self, name: str, default: str = "") -> str:
        return self.parsed.text(name, default)

    def flag(self, name: str) -> bool:
        return self.parsed.flag(name)

    def number(self, name: str, default: int, among: range = range(10**9)) -> int:
        """A whole number of the range; FlagError for anything else."""
        text = self.text(name, str(default))
        if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) in among):
            raise FlagError(f'invalid value "{text}" for -{name}: {among[0]} to {among[-1]} is wanted')
        return int(text)

    @cached_property
    def server(self) -> str:
        return (self._given("server") or self.stored.server or HERE).rstrip("/")

    @cached_property
    def user_id(self) -> str:
        return self.text("user") or self.text("user-id") or os.environ.get("CLICKCLACK_USER_ID", "")

    @cached_property
    def token(self) -> str:
        """A stored token goes to its own server alone, and not beside a user id."""
        stored = "" if self.user_id else self._stored_here.token
        return self._given("token") or stored

    @cached_property
    def workspace(self) -> str:
        return (self._given("workspace") or self._stored_here.workspace).strip()

    @cached_property
    def channel(self) -> str:
        return (self._given("channel") or self._stored_here.channel).strip()

    def client(self) -> Client:
        """A client of the server, as this caller."""
        return Client(self.server, token=self.token, user_id=self.user_id)

    def _given(self, name: str) -> str:
        return self.text(name) or os.environ.get(f"CLICKCLACK_{name.upper()}", "")

    @property
    def _stored_here(self) -> StoredCaller:
        return self.stored if same_server(self.server, self.stored.server) else StoredCaller()


Run = Callable[[Client, Caller], Awaitable[Said]]


@dataclass(frozen=True, slots=True)
class CallerCommand:
    """A command: flags that take a text, flags that are true or false, and the words that it must be given.

    `rest` says what further words are; without it there are none. `plain` is whether there is an output for scripts.
    """

    summary: str
    run: Run
    flags: Mapping[str, str] = field(default_factory=lambda: dict[str, str]())
    booleans: Mapping[str, str] = field(default_factory=lambda: dict[str, str]())
    words: Sequence[str] = ()
    rest: str = ""
    plain: bool = True


def line(*parts: object) -> str:
    """A line of a table: parts between tabs, and nothing in them that a terminal would obey."""
    return "\t".join(printable(str(part)) for part in parts)


def printable(text: str) -> str:
    """A text as one harmless line: line ends, tabs and control characters become blanks."""
    return "".join(character if character.isprintable() else " " for character in text)


def rows(whole: Any, lines: Sequence[str]) -> Said:
    """The same table for scripts and people."""
    text = "\n".join(lines)
    return Said(whole, text, text)


def show(said: Said, caller: Caller) -> None:
    """Prints what is wanted: JSON before plain before human."""
    if caller.flag("json"):
        print(json.dumps(said.json, indent=2, ensure_ascii=False))
        return
    text = said.plain if caller.flag("plain") else said.human
    if text:
        print(text)
    sys.stdout.flush()
