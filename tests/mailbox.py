"""A mail server of this machine that keeps what it is sent (RFC 5321, as much of it as a client needs)."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from tests.kernel.raw_servers import listening


@dataclass(slots=True)
class Mailbox:
    """The mails that came, with whom each was handed over for; `refusals` answers an addressee instead of 250."""

    port: int = 0
    mails: list[tuple[str, EmailMessage]] = field(default_factory=lambda: list[tuple[str, EmailMessage]]())
    refusals: dict[str, bytes] = field(default_factory=lambda: dict[str, bytes]())
    said: list[str] = field(default_factory=lambda: list[str]())

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipient = ""
        writer.write(b"220 here\r\n")
        while line := (await reader.readline()).decode().strip():
            self.said.append(line)
            verb = line.partition(" ")[0].upper()
            if verb == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
                writer.write(self.refusals.get(recipient, b"250 ok") + b"\r\n")
            elif verb == "DATA":
                writer.write(b"354 go on\r\n")
                content = await reader.readuntil(b"\r\n.\r\n")
                self.mails.append((recipient, message_from_bytes(content[:-3], policy=policy.default)))
                writer.write(b"250 taken\r\n")
            elif verb == "QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 ok\r\n")
        await writer.drain()

    def token(self) -> str:
        """The token in the link of the last mail."""
        return self.text().partition("#token=")[2].split()[0]

    def text(self) -> str:
        """What the last mail says."""
        text: str = self.mails[-1][1].get_content()
        return text.replace("\r\n", "\n")


@asynccontextmanager
async def mailbox() -> AsyncGenerator[Mailbox]:
    """A mail server while the block runs."""
    box = Mailbox()
    async with listening(box.talk) as box.port:
        yield box
