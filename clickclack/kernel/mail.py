"""Sending mail: one message to one address, over SMTP (RFC 5321, 5322)."""

import contextlib
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from typing import Literal

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from clickclack.kernel.dialling import trusted_roots

SECONDS = 15.0
"""How long the mail server may take for each step."""


class MailFailed(Exception):  # noqa: N818 - named after what the caller reads
    """The mail was not taken; `hopeless` when it never will be. The text holds no secret."""

    def __init__(self, text: str, *, hopeless: bool = False) -> None:
        super().__init__(text)
        self.hopeless = hopeless


@dataclass(frozen=True, slots=True)
class MailServer:
    """Who takes mail, and from whom: `sender` is an address with or without a name; no `user` means no password."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: str
    tls: Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class Mail:
    """A message in plain text."""

    to: str
    subject: str
    text: str


class Mailer:
    """Hands mails to one server, each over a connection of its own."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def send(self, mail: Mail) -> None:
        """Hands a mail over; MailFailed when the server does not take it."""
        message = self._message(mail)
        try:
            await self._hand_over(message, mail.to)
        except SMTPRecipientsRefused as error:
            code = max((refused.code for refused in error.recipients), default=0)
            raise MailFailed(f"the address was refused: {code}", hopeless=code >= 500) from None
        except SMTPResponseException as error:
            raise MailFailed(f"the mail server answered {error.code}") from None
        except SMTPNotSupported:
            raise MailFailed("the mail server lacks what is needed: encryption, signing in or such addresses") from None
        except (SMTPException, OSError) as error:
            raise MailFailed(f"the mail server could not be used: {_cause(error)}") from None

    async def _hand_over(self, message: EmailMessage, to: str) -> None:
        server = self._server
        connection = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            timeout=SECONDS,
            use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls",
            tls_context=None if server.tls == "none" else trusted_roots(),
        )
        try:
            await connection.connect()
            await connection.send_message(message, sender=parseaddr(server.sender)[1], recipients=[to])
            with contextlib.suppress(SMTPException):  # the mail is taken: how it parts is its own affair
                await connection.quit()
        finally:
            connection.close()

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        try:
            message["To"] = Address(addr_spec=mail.to)
        except (ValueError, IndexError, MessageError):  # the library's ways to say that it is no single address
            raise MailFailed("the address is none that mail can be sent to", hopeless=True) from None
        message["From"] = self._server.sender
        message["Subject"] = " ".join(mail.subject.split())
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=parseaddr(self._server.sender)[1].rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's vacation answers
        message.set_content(mail.text)
        return message


def _cause(error: Exception) -> str:
    """What kind of fault it was at the bottom: texts of faults may quote what was said."""
    while isinstance(error.__cause__, Exception):
        error = error.__cause__
    return type(error).__name__
