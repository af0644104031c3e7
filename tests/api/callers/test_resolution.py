"""What the resolver remembers of credentials, and how soon it forgets (design section 6)."""

from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request

from clickclack.api.callers import resolution
from clickclack.api.callers.cookies import SessionCookie
from clickclack.api.callers.resolution import Resolver, SignInRules
from clickclack.identity import bots, members, users, workspaces
from clickclack.identity.bots import NewBot
from clickclack.identity.users import ProfileFields
from clickclack.kernel.errors import StorageFull
from clickclack.kernel.events import Event
from clickclack.kernel.secrets import secret_hash
from clickclack.kernel.transaction import Tx
from tests.conftest import Server
from tests.people import human


async def used_at(server: Server, name: str) -> int | None:
    n = server.cast.people[name].n
    found: int | None = await server.db.read(
        lambda tx: tx.value("SELECT last_used_at FROM credentials WHERE user_n = ?", n)
    )
    return found


async def test_use_is_written_when_the_server_stops_and_once_a_minute_at_most(server: Server) -> None:
    resolver = Resolver(server.db, SignInRules(SessionCookie()))
    secret = server.cast.people["member"].token
    first = server.clock.now()
    await resolver._holder(secret, "bearer")
    assert await used_at(server, "member") is None
    await resolver.write_uses()
    assert await used_at(server, "member") == first
    server.clock.advance(59)
    await resolver._holder(secret, "bearer")
    await resolver.write_uses()
    assert await used_at(server, "member") == first
    server.clock.advance(1)
    await resolver._holder(secret, "bearer")
    await resolver.write_uses()
    assert await used_at(server, "member") == server.clock.now()


async def test_a_bot_of_a_person_who_left_is_let_in_no_more(server: Server) -> None:
    def owned(tx: Tx) -> str:
        workspace = workspaces.by_reference(tx, "acme")
        assert workspace is not None
        person = server.cast.people["member"]
        owner = users.by_id(tx, person.id)
        return bots.create(tx, human(person), workspace, NewBot(ProfileFields(display_name="Pet"), owner))[1].secret

    def leave(tx: Tx) -> None:
        workspace = workspaces.by_reference(tx, "acme")
        assert workspace is not None
        members.remove(tx, workspace, server.cast.people["member"].n)

    bot = server.bearing(await server.db.write(owned))
    assert (await bot.get("/api/me"))["user"]["owner_user_id"] == server.cast.people["member"].id
    await server.db.write(leave)
    await bot.get("/api/me", 401)


async def test_uses_that_could_not_be_written_are_written_the_next_time(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolver = Resolver(server.db, SignInRules(SessionCookie()))
    first = server.clock.now()
    await resolver._holder(server.cast.people["member"].token, "bearer")
    await resolver._holder(server.cast.people["admin"].token, "bearer")

    async def full(*_: object) -> None:
        raise StorageFull("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(server.db, "write", full)
        with pytest.raises(StorageFull):
            await resolver.write_uses()
        server.clock.advance(60)
        await resolver._holder(server.cast.people["admin"].token, "bearer")
        await resolver.try_to_write_uses()
    await resolver.try_to_write_uses()
    assert await used_at(server, "member") == first
    assert await used_at(server, "admin") == server.clock.now()


async def test_who_ends_while_being_looked_up_is_not_remembered(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolver = Resolver(server.db, SignInRules(SessionCookie()))
    secret, read = server.cast.people["member"].token, server.db.read

    async def overtaken(query: Any, *args: Any) -> Any:
        found = await read(query, *args)
        resolver.forget([Event(1, "evt_1", "credential.revoked", 0, None, (), {}, 0)])
        return found

    monkeypatch.setattr(server.db, "read", overtaken)
    assert (await resolver._holder(secret, "bearer")).user_id == server.cast.people["member"].id
    assert resolver._known == {}
    monkeypatch.undo()
    await resolver._holder(secret, "bearer")
    assert len(resolver._known) == 1
    resolver.forget([Event(2, "evt_2", "message.created", 1, 1, None, {}, 0)])
    assert len(resolver._known) == 1


async def test_those_unused_for_longest_are_forgotten_first(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolution, "CACHED", 2)
    resolver = Resolver(server.db, SignInRules(SessionCookie()))
    people = server.cast.people
    for name in ("member", "admin", "member", "guest"):
        await resolver._holder(people[name].token, "bearer")
    assert set(resolver._known) == {secret_hash(people[name].token) for name in ("member", "guest")}
    await resolver.write_uses()
    assert resolver._written == {}


async def test_a_cookie_of_somebody_known_by_bearer_is_a_cookie(server: Server) -> None:
    resolver = Resolver(server.db, SignInRules(SessionCookie()))
    secret = server.cast.people["member"].token
    ways = [(await resolver._holder(secret, via)).via for via in ("bearer", "cookie", "bearer")]
    assert ways == ["bearer", "cookie", "bearer"]


@pytest.mark.parametrize(
    ("headers", "bearer"),
    [
        ({}, None),
        ({"Authorization": "Bearer  sst_a "}, "sst_a"),
        ({"Authorization": "bearer sst_a"}, "sst_a"),
        ({"Authorization": "Bearer"}, ""),
        ({"Authorization": "Basic sst_a"}, None),
        ({"Authorization": "Bearersst_a"}, None),
        ({"Sec-WebSocket-Protocol": "chat, clickclack.bearer.sst_a"}, "sst_a"),
        ({"Sec-WebSocket-Protocol": "chat"}, None),
        ({"Sec-WebSocket-Protocol": "clickclack.bearer.sst_b", "Authorization": "Bearer sst_a"}, "sst_a"),
        ({"Sec-WebSocket-Protocol": "clickclack.bearer.sst_b", "Authorization": "Basic x"}, None),
    ],
)
def test_a_bearer_is_in_its_header_or_in_a_subprotocol(headers: dict[str, str], bearer: str | None) -> None:
    assert resolution.bearer_of(make_mocked_request("GET", "/", headers=headers)) == bearer
