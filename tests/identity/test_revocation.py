"""Who is shut out with whom: a bot that belongs to a person goes when the person goes (contract chat 2.10)."""

import asyncio

import pytest

from clickclack.identity import bots, credentials, members, users, workspaces
from clickclack.identity.bots import NewBot
from clickclack.identity.revocation import closes
from clickclack.identity.users import ProfileFields
from clickclack.identity.workspace_records import Workspace
from clickclack.kernel.events import Event
from clickclack.kernel.hub import Subscription
from clickclack.kernel.transaction import Tx
from tests.conftest import Server
from tests.people import human

REVOKED = (1008, "workspace access revoked")


class Silent:
    def send(self, frames: bytes) -> None: ...

    def offer(self, frames: bytes) -> None: ...

    def close(self, code: int, reason: str) -> None: ...


def acme(tx: Tx) -> Workspace:
    workspace = workspaces.by_reference(tx, "acme")
    assert workspace is not None
    return workspace


async def pet_of(server: Server, name: str) -> tuple[int, int, str]:
    """A bot of a person: its row, the row of its token, and the token."""

    def make(tx: Tx) -> tuple[int, int, str]:
        person = server.cast.people[name]
        owner = users.by_id(tx, person.id)
        bot, issued = bots.create(tx, human(person), acme(tx), NewBot(ProfileFields(display_name="Pet"), owner))
        return bot.n, issued.token.credential.n, issued.secret

    return await server.db.write(make)


async def leave(server: Server, user_n: int) -> None:
    await server.db.write(lambda tx: members.remove(tx, acme(tx), user_n))


async def test_a_bot_hears_no_more_once_its_person_has_left(server: Server) -> None:
    _, _, token = await pet_of(server, "member")
    async with (
        server.bearing(token).follow(server.cast.workspace) as ended,
        server.bot_read.follow(server.cast.workspace) as other,
    ):
        await leave(server, server.cast.people["member"].n)
        assert await ended.closed() == REVOKED
        await server.owner.say(server.cast.general)
        assert (await other.next())["type"] == "message.created"


async def test_a_token_is_not_live_when_the_bot_or_its_person_has_left(server: Server) -> None:
    bot_n, token_n, _ = await pet_of(server, "member")
    _, other_n, _ = await pet_of(server, "browser")
    assert await server.db.read(credentials.is_live, token_n) is True
    await leave(server, bot_n)
    assert await server.db.read(credentials.is_live, token_n) is False
    assert await server.db.read(credentials.is_live, other_n) is True
    await leave(server, server.cast.people["browser"].n)
    assert await server.db.read(credentials.is_live, other_n) is False
    assert await server.db.read(credentials.is_live, 999_999) is False


async def test_who_is_not_there_does_not_leave(server: Server) -> None:
    before = await server.db.read(lambda tx: tx.value("SELECT COUNT(*) FROM events"))
    await leave(server, server.cast.people["outsider"].n)
    assert await server.db.read(lambda tx: tx.value("SELECT COUNT(*) FROM events")) == before


@pytest.mark.parametrize(
    ("event_type", "stream", "data", "ends"),
    [
        ("credential.revoked", 0, {"credential_n": 7}, True),
        ("credential.revoked", 0, {"credential_n": 8}, False),
        ("member.removed", 1, {"user_ns": [3, 2]}, True),
        ("member.removed", 1, {"user_ns": [3]}, False),
        ("member.removed", 9, {"user_ns": [2]}, False),
        ("workspace.deleted", 1, {}, True),
        ("workspace.deleted", 9, {}, False),
        ("message.created", 1, {}, False),
    ],
)
async def test_an_event_ends_what_rests_on_it(
    event_type: str, stream: int, data: dict[str, object], ends: bool
) -> None:
    subscription = Subscription(1, 2, 7, lambda _: b"", Silent())
    event = Event(1, "evt_1", event_type, stream, None, (), data, 0)
    assert closes(event, subscription) is ends


async def test_a_session_ended_twice_at_once_is_ended_once(server: Server) -> None:
    token = (await server.db.write(credentials.start_session, server.cast.people["member"].n)).secret
    other = server.bearing(token)
    answers = await asyncio.gather(*(server.member.call("DELETE", "/api/me/sessions") for _ in range(3)))
    assert sorted(answer.json["revoked"] for answer in answers) == [0, 0, 1]
    await other.get("/api/me", 401)
