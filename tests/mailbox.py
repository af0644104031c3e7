"""A mail server of this machine that keeps what it is sent (RFC 5321, as much of it as a client needs)."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from tests.kernel.raw_servers import listening


@dataclass(slots=True)
class Mailbox:
    """The mails that came, with whom each was handed over for; `refusals` answers an addressee instead of 250.

    With `encryption` it can be asked for, and is needed to sign in.
    """

    port: int = 0
    encryption: ssl.SSLContext | None = None
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
            elif verb == "EHLO" and self.encryption is not None:
                is_encrypted = writer.get_extra_info("sslcontext") is not None
                writer.write(b"250-here\r\n250 AUTH PLAIN\r\n" if is_encrypted else b"250-here\r\n250 STARTTLS\r\n")
            elif verb == "STARTTLS" and self.encryption is not None:
                writer.write(b"220 go on\r\n")
                await writer.start_tls(self.encryption)
            elif verb == "AUTH":
                writer.write(b"235 welcome\r\n")
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
async def mailbox(encryption: ssl.SSLContext | None = None, *, at_once: bool = False) -> AsyncGenerator[Mailbox]:
    """A mail server while the block runs; encrypted when it is asked, or `at_once`."""
    box = Mailbox(encryption=encryption)
    async with listening(box.talk, encryption if at_once else None) as box.port:
        yield box
