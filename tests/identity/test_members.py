"""Who may add whom to a workspace (contract chat 7.2)."""

import pytest

from clickclack.identity import members
from clickclack.identity.permissions import GUEST, MEMBER, MODERATOR, OWNER
from clickclack.kernel.errors import Forbidden, Invalid, NotFound
from tests.conftest import Server
from tests.people import human


async def add(server: Server, by: str, role_n: int) -> bool:
    cast = server.cast
    return await server.db.write(members.add, human(cast.people[by]), cast.workspace, cast.people["stray"].n, role_n)


@pytest.mark.parametrize("by", ["owner", "admin", "moderator"])
async def test_managers_add_members_once(server: Server, by: str) -> None:
    assert await add(server, by, MEMBER) is True
    assert await add(server, by, MEMBER) is False
    assert (await server.stray.get(f"/api/workspaces/{server.cast.workspace}"))["workspace"]["role"] == "member"


async def test_the_owner_alone_adds_moderators(server: Server) -> None:
    for by in ("admin", "moderator"):
        with pytest.raises(Forbidden, match="workspace manager permission required"):
            await add(server, by, MODERATOR)
    assert await add(server, "owner", MODERATOR) is True


@pytest.mark.parametrize(
    ("by", "refusal"), [("member", "workspace manager permission required"), ("guest", "moderation restriction")]
)
async def test_others_add_nobody(server: Server, by: str, refusal: str) -> None:
    with pytest.raises(Forbidden, match=refusal):
        await add(server, by, MEMBER)


async def test_who_is_not_in_a_workspace_does_not_find_it(server: Server) -> None:
    with pytest.raises(NotFound, match="workspace not found"):
        await add(server, "outsider", MEMBER)


@pytest.mark.parametrize("role_n", [OWNER, GUEST])
async def test_nobody_is_added_as_something_else(server: Server, role_n: int) -> None:
    with pytest.raises(Invalid, match="only members and moderators are added"):
        await add(server, "owner", role_n)
