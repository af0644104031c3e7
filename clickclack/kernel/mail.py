"""Sending mail: one message to one address, over SMTP, on threads of its own (RFC 5321, 5322)."""

import asyncio
import contextlib
import smtplib
import socket
import ssl
import threading
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from typing import Literal

import certifi

SECONDS = 15.0
"""How long the mail server may take for each step."""
THREADS = 2


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


class _Line:
    """The connection of one mail, which another thread may cut: whoever reads from it then reads the end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: smtplib.SMTP | None = None
        self._is_cut = False

    def take(self, connection: smtplib.SMTP) -> None:
        """Raises ConnectionAbortedError when nobody waits any more."""
        with self._lock:
            if self._is_cut:
                raise ConnectionAbortedError
            self._connection = connection

    def cut(self) -> None:
        with self._lock:
            self._is_cut = True
            connected = self._connection and self._connection.sock
        if connected:
            with contextlib.suppress(OSError):  # it is over already
                connected.shutdown(socket.SHUT_RDWR)


class Mailer:
    """Hands mails to one server, two at once, each on a thread of its own.

    Whoever is cancelled does not wait for the thread: its connection is cut, and the process ends without it.
    """

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._room = asyncio.Semaphore(THREADS)

    async def send(self, mail: Mail) -> None:
        """Hands a mail over; MailFailed when the server does not take it."""
        await self._room.acquire()
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[None] = loop.create_future()
        line = _Line()

        def tell(error: Exception | None) -> None:
            self._room.release()
            if outcome.cancelled():
                return
            if error is None:
                outcome.set_result(None)
            else:
                outcome.set_exception(error)

        def work() -> None:
            error: Exception | None = None
            try:
                self._send(mail, line)
            except Exception as raised:  # noqa: BLE001 - it is raised again where it is waited for
                error = raised
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(tell, error)

        threading.Thread(target=work, name="mail", daemon=True).start()
        try:
            await outcome
        finally:
            line.cut()

    def _send(self, mail: Mail, line: "_Line") -> None:
        message = self._message(mail)
        try:
            with self._connected() as connection:
                line.take(connection)
                if self._server.tls == "starttls":
                    connection.starttls(context=_trusted())
                if self._server.user:
                    connection.login(self._server.user, self._server.password)
                connection.send_message(message, parseaddr(self._server.sender)[1], [mail.to])
        except smtplib.SMTPRecipientsRefused as error:
            code = max((answer[0] for answer in error.recipients.values()), default=0)
            raise MailFailed(f"the address was refused: {code}", hopeless=code >= 500) from None
        except smtplib.SMTPResponseException as error:
            raise MailFailed(f"the mail server answered {error.smtp_code}") from None
        except UnicodeError:
            raise MailFailed("the mail server cannot write to such an address", hopeless=True) from None
        except (smtplib.SMTPException, OSError) as error:
            raise MailFailed(f"the mail server could not be used: {type(error).__name__}") from None

    def _connected(self) -> smtplib.SMTP:
        if self._server.tls == "tls":
            return smtplib.SMTP_SSL(self._server.host, self._server.port, timeout=SECONDS, context=_trusted())
        return smtplib.SMTP(self._server.host, self._server.port, timeout=SECONDS)

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


def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())
