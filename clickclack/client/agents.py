"""What only bots do: show their work, and offer commands (contract chat 3.8, 5.5, 6.15)."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

from clickclack.client.errors import ClientError
from clickclack.client.messages import Extras, messages_of, post_once
from clickclack.client.objects import BotCommand, MenuCommand, Posted, ProgressLine
from clickclack.client.signals import Signals
from clickclack.client.transport import Transport, path


class Turn:
    """One piece of an agent's work in a place. What it shows belongs together by its `id`."""

    def __init__(self, transport: Transport, workspace_id: str, place_id: str, turn_id: str) -> None:
        self.id = turn_id
        self._transport = transport
        self._signals = Signals(transport)
        self._where = (workspace_id, place_id)
        self._seq = 0

    async def show(self, text: str, *, line_id: str = "", kind: str = "commentary") -> str:
        """Shows a line of progress to who looks on now, or a new text of line `line_id`; returns the line's id."""
        line: ProgressLine = {"id": line_id or f"line-{self._seq + 1}", "kind": kind, "text": text}
        await self._progress("update" if line_id else "append", line)
        return line["id"]

    async def keep(self, body: str, *, kind: str = "agent_commentary") -> Posted:
        """Writes a lasting line, `agent_commentary` or `agent_tool`; the token needs `agent_activity:write`."""
        extras: Extras = {"kind": kind, "turn_id": self.id}
        return await post_once(self._transport, messages_of(self._where[1]), body, extras)

    async def end(self) -> None:
        """Says that the work is over: its lines of progress may go."""
        await self._progress("finalize")

    async def _progress(self, op: str, line: ProgressLine | None = None) -> None:
        self._seq += 1
        more = {} if line is None else {"line": line}
        await self._signals.send(self._where[0], "agent.progress", self._where[1], **self._facts(op), **more)

    def _facts(self, op: str) -> dict[str, object]:
        return {"turn_id": self.id, "seq": self._seq, "op": op}


class Agents:
    """The work of the bot whose token is used."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    @asynccontextmanager
    async def turn(self, workspace_id: str, place_id: str, turn_id: str = "") -> AsyncGenerator[Turn]:
        """A piece of work that is shown while the block runs."""
        turn = Turn(self._transport, workspace_id, place_id, turn_id or uuid4().hex)
        try:
            yield turn
        finally:
            with suppress(ClientError):  # what was shown goes by itself; the work must not fail for it
                await turn.end()

    async def set_menu(self, commands: Sequence[MenuCommand]) -> list[BotCommand]:
        """Replaces the bot's whole menu; the token needs `commands:write`."""
        body = {"commands": list(commands)}
        return (await self._transport.call("PUT", path("bots", "self", "commands"), body))["bot_commands"]
