"""Handing mails to a mail server."""

import asyncio
import threading
from dataclasses import replace

import pytest

from clickclack.kernel import mail
from clickclack.kernel.mail import Mail, Mailer, MailFailed, MailServer
from tests.kernel.raw_servers import Talk, listening
from tests.mailbox import Mailbox, mailbox

LETTER = Mail("ada@example.org", "Hello\r\nBcc: x@example.org", "Grüße\n")


def server_of(box: Mailbox) -> MailServer:
    return MailServer("127.0.0.1", box.port, "", "", "Chat <chat@example.org>", "none")


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


async def test_a_server_that_is_away_may_be_there_later() -> None:
    with pytest.raises(MailFailed, match="could not be used: ConnectionRefusedError") as failed:
        await sent(MailServer("127.0.0.1", 1, "", "", "chat@example.org", "none"), LETTER)
    assert not failed.value.hopeless


async def dripping(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Greets, and then answers so slowly that no step takes too long."""
    writer.write(b"220 hello\r\n")
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "mail"]


@pytest.mark.parametrize("talk", [silent, dripping])
async def test_who_does_not_wait_any_more_leaves_no_thread_waiting(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "SECONDS", 1.0)
    async with listening(talk) as port:
        mailer = Mailer(MailServer("127.0.0.1", port, "", "", "chat@example.org", "none"))
        for _ in range(2 * mail.THREADS):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(mailer.send(LETTER), 0.1)
        for thread in threads():
            await asyncio.to_thread(thread.join, 5)
        assert threads() == []


async def test_no_more_threads_than_two_wait_for_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "SECONDS", 0.3)
    async with listening(silent) as port:
        mailer = Mailer(MailServer("127.0.0.1", port, "", "", "chat@example.org", "none"))
        waiting = [asyncio.create_task(mailer.send(LETTER)) for _ in range(6)]
        await asyncio.sleep(0.1)
        assert len(threads()) == mail.THREADS
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [MailFailed] * 6
