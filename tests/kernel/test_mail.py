"""Handing mails to a mail server."""

import asyncio
import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from clickclack.kernel import mail
from clickclack.kernel.mail import Mail, Mailer, MailFailed, MailServer
from tests.certificates import contexts
from tests.kernel.raw_servers import Talk, listening
from tests.mailbox import Mailbox, mailbox

LETTER = Mail("ada@example.org", "Hello\r\nBcc: x@example.org", "Grüße\n")


def server_of(box: Mailbox) -> MailServer:
    return server_at(box.port)


def server_at(port: int) -> MailServer:
    return MailServer("127.0.0.1", port, "", "", "Chat <chat@example.org>", "none")


async def sent(server: MailServer, mail: Mail) -> None:
    await Mailer(server).send(mail)


async def test_a_mail_arrives_whole_and_for_one_address() -> None:
    async with mailbox() as box:
        await sent(server_of(box), LETTER)
    ((recipient, mail),) = box.mails
    assert (recipient, mail["To"], mail["From"]) == ("ada@example.org", "ada@example.org", "Chat <chat@example.org>")
    assert (mail["Subject"], mail["Bcc"], box.text()) == ("Hello Bcc: x@example.org", None, "Grüße\n")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@example.org>")


@pytest.mark.parametrize(
    "to",
    ["a@x.org,b@example.org", "a@b@example.org", "a b@c.org", "", "@c.org", "a@", "ä@c.org", "a@b.org\nBcc: c@d.org"],
)
async def test_what_is_no_single_address_is_hopeless(to: str) -> None:
    async with mailbox() as box:
        with pytest.raises(MailFailed) as failed:
            await sent(server_of(box), replace(LETTER, to=to))
    assert failed.value.hopeless
    assert box.said == []


@pytest.mark.parametrize(("answer", "hopeless"), [(b"550 nobody", True), (b"451 later", False)])
async def test_a_refused_address_may_be_good_later(answer: bytes, hopeless: bool) -> None:
    async with mailbox() as box:
        box.refusals["ada@example.org"] = answer
        with pytest.raises(MailFailed) as failed:
            await sent(server_of(box), LETTER)
    assert failed.value.hopeless is hopeless


async def test_no_password_goes_to_a_server_that_does_not_encrypt() -> None:
    async with mailbox() as box:
        server = replace(server_of(box), tls="starttls", user="u", password="s3cret")
        with pytest.raises(MailFailed) as failed:
            await sent(server, LETTER)
    assert not failed.value.hopeless
    assert [line for line in box.said if line.startswith(("AUTH", "MAIL"))] == []
    assert "s3cret" not in repr(server)


@pytest.mark.parametrize("tls", ["tls", "starttls"])
async def test_who_signs_in_does_so_encrypted(
    tls: Literal["tls", "starttls"], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, ours = contexts(tmp_path)
    async with mailbox(theirs, at_once=tls == "tls") as box:
        server = replace(server_of(box), tls=tls, user="u", password="s3cret")
        with pytest.raises(MailFailed, match="could not be used: SSLCertVerificationError"):
            await sent(server, LETTER)
        assert [line for line in box.said if line.startswith(("AUTH", "MAIL"))] == []
        monkeypatch.setattr(mail, "trusted_roots", lambda: ours)
        await sent(server, LETTER)
    assert len(box.mails) == 1
    assert [line for line in box.said if line.startswith("AUTH")] == ["AUTH PLAIN AHUAczNjcmV0"]


async def test_a_server_that_is_away_may_be_there_later() -> None:
    with pytest.raises(MailFailed, match="could not be used: ConnectionRefusedError") as failed:
        await sent(MailServer("127.0.0.1", 1, "", "", "chat@example.org", "none"), LETTER)
    assert not failed.value.hopeless


async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Never comes to the end of its greeting."""
    writer.write(b"220 ")
    while not reader.at_eof():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("talk", [silent, dripping])
async def test_a_server_that_does_not_come_to_the_point_is_given_up(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "SECONDS", 0.3)
    async with listening(talk) as port, asyncio.timeout(5):
        with pytest.raises(MailFailed, match="could not be used: TimeoutError"):
            await sent(server_at(port), LETTER)


@pytest.mark.parametrize("talk", [silent, dripping])
async def test_who_does_not_wait_any_more_leaves_no_connection(talk: Talk) -> None:
    over = asyncio.Event()

    async def told(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await talk(reader, writer)
        over.set()

    async with listening(told) as port, asyncio.timeout(5):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(sent(server_at(port), LETTER), 0.1)
        await over.wait()
