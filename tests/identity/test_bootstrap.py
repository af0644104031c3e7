"""The first user and the default workspace (contract chat 2.11, 7.2)."""

import pytest

from clickclack.identity import bootstrap, identities, passwords, users, workspaces
from clickclack.identity.bootstrap import FirstOwner
from clickclack.identity.permissions import MEMBER, OWNER
from clickclack.identity.users import User
from clickclack.identity.workspace_records import Workspace
from clickclack.kernel.errors import Conflict, Invalid
from clickclack.kernel.transaction import Tx
from tests.conftest import Serve, Server


@pytest.fixture
async def fresh(serve: Serve) -> Server:
    return await serve(empty=True)


class Furnished:
    """What was furnished, in order."""

    def __init__(self) -> None:
        self.slugs: list[str] = []

    def __call__(self, tx: Tx, workspace: Workspace) -> None:
        self.slugs.append(workspace.slug)


async def roles(server: Server) -> list[tuple[str, int]]:
    sql = "SELECT u.display_name, m.role_n FROM memberships m JOIN users u ON u.n = m.user_n ORDER BY m.n"
    return await server.db.read(lambda tx: tx.all(sql))


async def test_the_dev_bootstrap_is_done_once(fresh: Server) -> None:
    furnish = Furnished()
    first = await fresh.db.write(bootstrap.dev, furnish)
    again = await fresh.db.write(bootstrap.dev, furnish)
    assert (first, furnish.slugs) == (again, ["clickclack"])
    assert (first.display_name, first.kind, first.handle) == ("Local Captain", "human", "local-captain")
    assert await fresh.db.read(identities.users_by_email, "local@clickclack.chat") == [first]
    assert await roles(fresh) == [("Local Captain", OWNER)]


async def test_the_dev_bootstrap_takes_the_first_user_there_is(fresh: Server) -> None:
    def before(tx: Tx) -> User:
        workspaces.found(tx, "Theirs", workspaces.DEFAULT_SLUG)
        return users.create_human(tx, "Ann", "")

    furnish = Furnished()
    ann = await fresh.db.write(before)
    assert await fresh.db.write(bootstrap.dev, furnish) == ann
    assert (await roles(fresh), furnish.slugs) == ([("Ann", MEMBER)], [])


@pytest.mark.parametrize(
    ("email", "password_hash", "found"),
    [
        ("", "", []),
        (" Ann@Example.org ", "", [("local", "ann@example.org", "ann@example.org")]),
        ("ann@example.org", "hash", [("password", "ann@example.org", "ann@example.org")]),
    ],
)
async def test_the_first_owner_signs_in_as_was_asked(
    fresh: Server, email: str, password_hash: str, found: list[tuple[str, str, str]]
) -> None:
    owner = FirstOwner("Ann", email, password_hash)
    user, workspace = await fresh.db.write(bootstrap.first_owner, owner, Furnished())
    links = await fresh.db.read(lambda tx: tx.all("SELECT provider, subject, email FROM identities"))
    assert (links, workspace.name) == (found, "ClickClack")
    assert bool(user.avatar_url) is bool(email)
    assert await fresh.db.read(passwords.hash_of, user.n) == (password_hash or None)
    assert await fresh.db.read(passwords.find, "ann@example.org") == ((user.n, "hash") if password_hash else None)


async def test_there_is_one_first_owner(fresh: Server) -> None:
    await fresh.db.write(bootstrap.first_owner, FirstOwner("Ann", ""), Furnished())
    with pytest.raises(Conflict, match="already set up"):
        await fresh.db.write(bootstrap.first_owner, FirstOwner("Bob", ""), Furnished())
    assert await roles(fresh) == [("Ann", OWNER)]


async def test_a_wrong_first_owner_leaves_nothing(fresh: Server) -> None:
    for owner in (FirstOwner("", ""), FirstOwner("Ann", "no address"), FirstOwner("Ann", "", "", "x" * 81)):
        with pytest.raises(Invalid):
            await fresh.db.write(bootstrap.first_owner, owner, Furnished())
    assert await fresh.db.read(users.any_exists) is False
    assert await fresh.db.read(workspaces.default_workspace) is None
