"""What the resolver remembers of credentials, and how soon it forgets (design section 6)."""

from clickclack.identity import bots, members, users, workspaces
from clickclack.identity.bots import NewBot
from clickclack.identity.cookies import SessionCookie
from clickclack.identity.permissions import Permission
from clickclack.identity.resolution import Resolver, SignInRules
from clickclack.identity.roles import WIRE_NAMES, directory_rank
from clickclack.identity.users import ProfileFields
from clickclack.kernel.transaction import Tx
from tests.conftest import Server


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
        owner = users.by_id(tx, server.cast.people["member"].id)
        return bots.create(tx, workspace, NewBot(ProfileFields(display_name="Pet"), owner))[1].secret

    def leave(tx: Tx) -> None:
        workspace = workspaces.by_reference(tx, "acme")
        assert workspace is not None
        members.remove(tx, workspace, server.cast.people["member"].n)

    bot = server.bearing(await server.db.write(owned))
    assert (await bot.get("/api/me"))["user"]["owner_user_id"] == server.cast.people["member"].id
    await server.db.write(leave)
    await bot.get("/api/me", 401)


async def test_custom_roles_take_their_rights_from_rows(server: Server) -> None:
    def reader(tx: Tx) -> int:
        workspace = workspaces.by_reference(tx, "acme")
        assert workspace is not None
        role: int = tx.value("INSERT INTO roles (workspace_n, key, title, rank) VALUES (?, 'r', 'R', 1) RETURNING n", 1)
        granted = (Permission.CHANNELS_READ, Permission.MEMBERS_READ, "unknown:right")
        for name in granted:
            tx.run("INSERT INTO role_permissions (role_n, permission) VALUES (?, ?)", role, str(name))
        members.set_role(tx, workspace, server.cast.people["member"].n, role)
        return role

    role = await server.db.write(reader)
    assert (role not in WIRE_NAMES, directory_rank(role)) == (True, 2)
    page = f"/api/channels/{server.cast.general}/messages"
    await server.member.get(page)
    await server.member.post(page, {"body": "x"}, 403)
    path = f"/api/workspaces/{server.cast.workspace}"
    assert (await server.member.get(path))["workspace"]["role"] == "member"
    await server.member.post(f"{path}/channels", {"name": "x"}, 403)


def test_every_permission_says_what_it_allows() -> None:
    names = [permission.value for permission in Permission]
    assert names == sorted(names)
    assert all(permission.description for permission in Permission)
