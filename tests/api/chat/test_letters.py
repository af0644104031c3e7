"""Sign-in links by mail (contract chat 2.5; the mail is an addition)."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from clickclack.kernel.transaction import Tx
from tests.conftest import Serve, Server
from tests.mailbox import Mailbox, mailbox
from tests.stored_jobs import dead_jobs

PAGE = "https://chat.example"
ASK = "/api/auth/magic/request"


@pytest.fixture
async def box() -> AsyncGenerator[Mailbox]:
    async with mailbox() as opened:
        yield opened


async def with_mail(serve: Serve, box: Mailbox, **more: Any) -> Server:
    mail = {"smtp_host": "127.0.0.1", "smtp_port": box.port, "smtp_tls": "none", "smtp_from": "chat@example.org"}
    return await serve(**mail, public_url=PAGE, **more)


async def ask(server: Server, email: str, **more: str) -> None:
    answer = await server.anonymous.post(ASK, {"email": email, **more}, 202)
    assert answer == {"sent": True}
    await server.settled()


async def test_a_known_person_signs_in_with_the_link_of_the_mail(serve: Serve, box: Mailbox) -> None:
    server = await with_mail(serve, box)
    await ask(server, " Member@Example.org ")
    ((recipient, mail),) = box.mails
    assert (recipient, mail["Subject"]) == ("member@example.org", "Your sign-in link for ClickClack")
    assert f"{PAGE}/app/sign-in#token={box.token()}\n" in box.text()
    signed = await server.anonymous.post("/api/auth/magic/consume", {"token": box.token()}, 200)
    assert signed["user"]["handle"] == "member"


async def test_an_unknown_address_gets_the_same_answer_and_no_mail(serve: Serve, box: Mailbox) -> None:
    server = await with_mail(serve, box)
    await ask(server, "nobody@example.org")
    assert box.mails == []


async def test_where_registration_is_open_an_unknown_address_becomes_a_person(serve: Serve, box: Mailbox) -> None:
    server = await with_mail(serve, box, registration_open=True)
    await ask(server, "new@example.org", display_name="New One")
    signed = await server.anonymous.post("/api/auth/magic/consume", {"token": box.token()}, 200)
    assert (signed["user"]["display_name"], signed["user"]["handle"]) == ("New One", "new-one")


async def test_an_invited_address_gets_a_link_that_leads_into_the_workspace(serve: Serve, box: Mailbox) -> None:
    server = await with_mail(serve, box)
    path = f"/api/workspaces/{server.cast.workspace}/invitations"
    await server.owner.post(path, {"email": "new@example.org", "role": "guest"})
    await server.settled()  # or the two letters may come in either order
    await ask(server, "new@example.org")
    signed = await server.anonymous.post("/api/auth/magic/consume", {"token": box.token()}, 200)
    (workspace,) = (await server.bearing(signed["token"]).get("/api/workspaces"))["workspaces"]
    assert (workspace["id"], workspace["role"]) == (server.cast.workspace, "guest")


async def test_a_mail_that_cannot_be_sent_is_tried_again_with_a_new_token(serve: Serve, box: Mailbox) -> None:
    server = await with_mail(serve, box)
    box.refusals["member@example.org"] = b"451 later"
    await ask(server, "member@example.org")
    assert box.mails == []
    box.refusals.clear()
    server.clock.advance(10)
    await ask(server, "owner@example.org")  # wakes the jobs
    assert {recipient for recipient, _ in box.mails} == {"member@example.org", "owner@example.org"}
    made = "SELECT COUNT(DISTINCT token_hash) FROM magic_links WHERE email = 'member@example.org'"
    assert await server.db.read(Tx.value, made) == 2


async def test_after_an_hour_nobody_waits_for_a_link(serve: Serve, box: Mailbox) -> None:
    server = await with_mail(serve, box)
    box.refusals["member@example.org"] = b"451 later"
    await ask(server, "member@example.org")
    box.refusals.clear()
    server.clock.advance(3600)
    await ask(server, "owner@example.org")
    assert [recipient for recipient, _ in box.mails] == ["owner@example.org"]
    (dead,) = await dead_jobs(server.db)
    assert dead.last_error == "it is too late for this letter"


async def test_no_secret_waits_in_a_job(serve: Serve, box: Mailbox) -> None:
    server = await with_mail(serve, box)
    await ask(server, "member@example.org")
    rows = await server.db.read(lambda tx: tx.all("SELECT data FROM jobs"))
    assert rows
    assert box.token() not in str(rows)


async def test_an_address_is_sent_three_links_in_a_quarter_of_an_hour(serve: Serve, box: Mailbox) -> None:
    server = await with_mail(serve, box)
    for email in ("member@example.org", "nobody@example.org"):
        for _ in range(3):
            await ask(server, email)
        answer = await server.anonymous.call("POST", ASK, {"email": email})
        assert (answer.status, answer.headers["Retry-After"]) == (429, "300")
    server.clock.advance(300)
    await ask(server, "member@example.org")


async def test_one_who_asks_for_many_is_stopped(serve: Serve, box: Mailbox) -> None:
    server = await with_mail(serve, box)
    for number in range(20):
        await server.anonymous.post(ASK, {"email": f"n{number}@example.org"}, 202)
    await server.anonymous.post(ASK, {"email": "member@example.org"}, 429)


async def test_no_other_site_has_mails_sent(serve: Serve, box: Mailbox) -> None:
    server = await with_mail(serve, box)
    await server.anonymous.with_headers(Content_Type="text/plain").post(ASK, {"email": "a@b.org"}, 415)
    await server.anonymous.with_headers(Origin="https://evil.example").post(ASK, {"email": "a@b.org"}, 403)
    await server.anonymous.post(ASK, {"email": "nobody"}, 400)


async def test_what_the_page_is_told(serve: Serve, box: Mailbox) -> None:
    server = await with_mail(serve, box, openclaw_id_client_id="a", openclaw_id_client_secret="b")
    assert (await server.anonymous.get("/api/config"))["config"]["sign_in"] == {
        "password": True,
        "magic_link": True,
        "registration_open": False,
        "github": False,
        "oidc": {"name": "OpenClaw ID"},
    }
