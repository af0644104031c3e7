"""Who may do what: the built-in roles as sets, custom roles as rows (design section 6, contract chat 10)."""

from itertools import pairwise

import pytest

from clickclack.identity import members, workspaces
from clickclack.identity.permissions import (
    ADMIN,
    BOT,
    BUILT_IN,
    GUEST,
    MEMBER,
    MODERATOR,
    OWNER,
    Permission,
    permissions_of,
)
from clickclack.identity.roles import directory_rank
from clickclack.kernel.transaction import Tx
from tests.conftest import Server

P = Permission
MATRIX: dict[Permission, set[int]] = {
    P.BOTS_CREATE_OWN: {OWNER, ADMIN, MODERATOR, MEMBER},
    P.BOTS_CREATE_SERVICE: {OWNER, ADMIN, MODERATOR},
    P.BOTS_MANAGE: {OWNER, ADMIN, MODERATOR},
    P.CHANNELS_CREATE: {OWNER, ADMIN, MODERATOR, MEMBER, BOT},
    P.CHANNELS_READ: {OWNER, ADMIN, MODERATOR, MEMBER, BOT},
    P.CHANNELS_UPDATE: {OWNER, ADMIN, MODERATOR, BOT},
    P.DIRECT_MESSAGES_WRITE: {OWNER, ADMIN, MODERATOR, MEMBER, BOT},
    P.INTEGRATIONS_MANAGE: {OWNER, ADMIN, MODERATOR},
    P.MEMBERS_ADD: {OWNER, ADMIN, MODERATOR},
    P.MEMBERS_MODERATE: {OWNER, ADMIN, MODERATOR},
    P.MEMBERS_PROMOTE: {OWNER},
    P.MEMBERS_READ: {OWNER, ADMIN, MODERATOR, MEMBER, GUEST, BOT},
    P.MESSAGES_DELETE_ANY: {OWNER},
    P.MESSAGES_POST: {OWNER, ADMIN, MODERATOR, MEMBER, GUEST, BOT},
    P.PINS_WRITE: {OWNER, ADMIN, MODERATOR, MEMBER, GUEST, BOT},
    P.REACTIONS_WRITE: {OWNER, ADMIN, MODERATOR, MEMBER, GUEST, BOT},
    P.TOPICS_CREATE: {OWNER, ADMIN, MODERATOR, MEMBER, GUEST, BOT},
    P.UPLOADS_CREATE: {OWNER, ADMIN, MODERATOR, MEMBER, GUEST, BOT},
    P.WORKSPACE_DELETE: {OWNER},
    P.WORKSPACE_TRANSFER: {OWNER},
    P.WORKSPACE_UPDATE: {OWNER, ADMIN, MODERATOR},
}


@pytest.mark.parametrize("permission", list(Permission))
def test_the_matrix(permission: Permission) -> None:
    assert {role_n for role_n, granted in BUILT_IN.items() if permission in granted} == MATRIX[permission]


def test_each_role_may_what_the_one_below_may() -> None:
    ladder = [BUILT_IN[role_n] for role_n in (OWNER, ADMIN, MODERATOR, MEMBER, GUEST)]
    assert all(higher >= lower for higher, lower in pairwise(ladder))


async def test_the_numbers_are_those_of_the_database(server: Server) -> None:
    rows = await server.db.read(lambda tx: tx.all("SELECT n, key, rank FROM roles ORDER BY rank DESC"))
    assert [(n, key) for n, key, _ in rows] == [
        (OWNER, "owner"),
        (BOT, "bot"),
        (ADMIN, "admin"),
        (MODERATOR, "moderator"),
        (MEMBER, "member"),
        (GUEST, "guest"),
    ]


async def test_a_role_that_is_not_there_may_nothing(server: Server) -> None:
    assert await server.db.read(permissions_of, 999) == frozenset()


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
    assert (role not in BUILT_IN, directory_rank(role)) == (True, directory_rank(MEMBER))
    page = f"/api/channels/{server.cast.general}/messages"
    await server.member.get(page)
    await server.member.post(page, {"body": "x"}, 403)
    path = f"/api/workspaces/{server.cast.workspace}"
    assert (await server.member.get(path))["workspace"]["role"] == "member"
    await server.member.post(f"{path}/channels", {"name": "x"}, 403)
    await server.member.get(f"{path}/members")
    withdraw = "DELETE FROM role_permissions WHERE role_n = ? AND permission = 'members:read'"
    assert await server.db.write(Tx.run, withdraw, role) == 1
    assert await server.member.get(f"{path}/members", 403) == {"error": "moderation restriction"}


def test_every_permission_says_what_it_allows() -> None:
    names = [permission.value for permission in Permission]
    assert names == sorted(names)
    assert all(permission.description for permission in Permission)
