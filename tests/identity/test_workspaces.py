"""Workspaces and membership below the surface: route ids, bounds, what the server tells itself (contract chat 1.2)."""

from typing import Any

import orjson
import pytest

from clickclack.identity import members, users, workspaces
from clickclack.identity.access import refuse_other_workspace, workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import GUEST, MEMBER, Permission
from clickclack.identity.workspace_records import Workspace
from clickclack.identity.workspaces import WorkspaceFields
from clickclack.kernel.errors import Forbidden, NotFound
from clickclack.kernel.transaction import Tx
from tests.conftest import Server
from tests.people import human


def acme(tx: Tx) -> Workspace:
    workspace = workspaces.by_reference(tx, "acme")
    assert workspace is not None
    return workspace


async def told(server: Server) -> list[tuple[str, Any]]:
    """What the server told itself since the cast came in."""
    after = len(server.cast.people)
    rows = await server.db.read(lambda tx: tx.all("SELECT type, data FROM events WHERE private = 1 ORDER BY n"))
    joined = after - 1  # `stray` is in no workspace
    return [(event_type, orjson.loads(data)) for event_type, data in rows[joined:]]


def mint(monkeypatch: pytest.MonkeyPatch, *route_ids: str) -> None:
    left = list(route_ids)

    def minted(letter: str) -> str:
        return letter + left.pop(0)

    monkeypatch.setattr(workspaces, "new_route_id", minted)


async def test_a_route_id_that_is_taken_is_drawn_again(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    mint(monkeypatch, "A", *"AAAAB")
    first = await server.db.write(workspaces.found, "One", "one")
    second = await server.db.write(workspaces.found, "Two", "two")
    assert (first.route_id, second.route_id) == ("TA", "TB")


async def test_drawing_route_ids_ends(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    mint(monkeypatch, "A", *"AAAAAB")
    await server.db.write(workspaces.found, "One", "one")
    with pytest.raises(RuntimeError, match="five attempts"):
        await server.db.write(workspaces.found, "Two", "two")
    assert await server.db.read(workspaces.by_reference, "two") is None


async def test_a_guest_of_all_workspaces_makes_none(server: Server) -> None:
    fields = WorkspaceFields("Lab")
    guest = server.cast.people["guest"]
    with pytest.raises(Forbidden, match="moderation restriction"):
        await server.db.write(workspaces.create, human(guest), fields)

    def welcome(tx: Tx) -> None:
        other = workspaces.by_reference(tx, "other")
        assert other is not None
        members.join(tx, other, guest.n, MEMBER)

    await server.db.write(welcome)
    await server.db.write(workspaces.create, human(guest), fields)
    await server.db.write(workspaces.create, human(server.cast.people["stray"]), WorkspaceFields("Mine"))


async def test_a_bound_credential_reaches_its_workspace_alone(server: Server) -> None:
    person, cast = server.cast.people["bot_read"], server.cast
    own = await server.db.read(acme)
    bot = Actor(person.n, person.id, "bot", "bearer", 1, own.n, own.id, frozenset())
    assert (await server.db.read(workspace_of, bot, own.id)).workspace == own
    for workspace_id in (cast.other_workspace, "wsp_0"):
        with pytest.raises(Forbidden, match="bot token cannot access this workspace"):
            await server.db.read(workspace_of, bot, workspace_id)
    refuse_other_workspace(bot, own.n)
    refuse_other_workspace(human(person), own.n + 1)
    with pytest.raises(Forbidden, match="bot token cannot access this workspace"):
        refuse_other_workspace(bot, own.n + 1)


async def test_where_one_is_not_a_member_there_is_nothing(server: Server) -> None:
    for workspace_id in (server.cast.other_workspace, "wsp_0", ""):
        with pytest.raises(NotFound, match="workspace not found"):
            await server.db.read(workspace_of, human(server.cast.people["owner"]), workspace_id)


async def test_a_refusal_names_what_is_missing(server: Server) -> None:
    guest = await server.db.read(workspace_of, human(server.cast.people["guest"]), server.cast.workspace)
    guest.require(Permission.MESSAGES_POST)
    with pytest.raises(Forbidden, match="moderation restriction"):
        guest.require(Permission.CHANNELS_CREATE)
    member = await server.db.read(workspace_of, human(server.cast.people["member"]), server.cast.workspace)
    with pytest.raises(Forbidden, match="your role does not allow channels:update"):
        member.require(Permission.CHANNELS_UPDATE)
    with pytest.raises(Forbidden, match="not you"):
        member.require(Permission.CHANNELS_UPDATE, "not you")


async def test_the_server_is_told_who_comes_changes_and_leaves(server: Server) -> None:
    stray = server.cast.people["stray"]

    def come(tx: Tx) -> tuple[bool, bool]:
        return members.join(tx, acme(tx), stray.n, MEMBER), members.join(tx, acme(tx), stray.n, GUEST)

    assert await server.db.write(come) == (True, False)
    await server.db.write(lambda tx: members.set_role(tx, acme(tx), stray.n, GUEST))
    await server.db.write(lambda tx: members.remove(tx, acme(tx), stray.n))
    assert await told(server) == [
        ("member.added", {"user_n": stray.n}),
        ("member.changed", {"user_n": stray.n}),
        ("member.removed", {"user_ns": [stray.n]}),
    ]
    with pytest.raises(NotFound, match="member not found"):
        await server.db.write(lambda tx: members.set_role(tx, acme(tx), stray.n, MEMBER))


async def test_of_a_deleted_workspace_only_its_end_is_kept(server: Server) -> None:
    n = (await server.db.read(acme)).n
    owner = human(server.cast.people["owner"])
    await server.db.write(workspaces.update, owner, server.cast.workspace, WorkspaceFields(name="Doomed"))
    await server.db.write(workspaces.delete, owner, server.cast.workspace)
    await server.settled()
    left = await server.db.read(lambda tx: tx.all("SELECT type FROM events WHERE stream = ?", n))
    assert left == [("workspace.deleted",)]
    assert await server.db.read(Tx.value, "SELECT COUNT(*) FROM workspaces WHERE n = ?", n) == 0
    for table in ("memberships", "channels", "audit_entries", "credentials"):
        sql = f"SELECT COUNT(*) FROM {table} WHERE workspace_n = ?"
        assert (table, await server.db.read(Tx.value, sql, n)) == (table, 0)


async def test_what_the_server_tells_itself_names_rows(server: Server) -> None:
    stray, owner = server.cast.people["stray"], human(server.cast.people["owner"])
    await server.db.write(members.add, owner, server.cast.workspace, stray.n)
    await server.db.write(lambda tx: members.set_role(tx, acme(tx), stray.n, GUEST))
    await server.db.write(lambda tx: members.remove(tx, acme(tx), stray.n))
    await server.stray.post("/api/auth/logout", want=200)
    await server.db.write(workspaces.delete, owner, server.cast.workspace)
    private = "SELECT DISTINCT type, data FROM events WHERE private = 1"
    rows = await server.db.read(lambda tx: tx.all(private))
    types = {"credential.revoked", "member.added", "member.changed", "member.removed", "workspace.deleted"}
    assert {event_type for event_type, _ in rows} == types
    for event_type, data in rows:
        for name, value in orjson.loads(data).items():
            numbers = value if name.endswith("_ns") else [value]
            assert (event_type, name.endswith(("_n", "_ns"))) == (event_type, True)
            assert all(isinstance(number, int) for number in numbers)


async def test_an_unknown_user_is_not_found(server: Server) -> None:
    with pytest.raises(NotFound, match="user not found"):
        await server.db.read(users.by_n, 999_999)
    with pytest.raises(NotFound, match="user not found"):
        await server.db.read(users.by_id, "usr_0")
