"""Who may make a bot, and whom it belongs to (contract chat 3.8, 10)."""

import pytest

from clickclack.chat import bot_removal
from clickclack.identity import bots, members, users, workspaces
from clickclack.identity.bots import NewBot
from clickclack.identity.permissions import BOT
from clickclack.identity.users import ProfileFields, User
from clickclack.kernel.errors import Forbidden, Invalid, Problem
from clickclack.kernel.transaction import Tx
from tests.conftest import Server
from tests.people import human


async def make(server: Server, by: str, owner: str | None) -> User:
    """A bot in the first workspace."""

    def unit(tx: Tx) -> User:
        workspace = workspaces.by_reference(tx, "acme")
        assert workspace is not None
        profile = ProfileFields(display_name="Pet")
        belongs_to = users.by_id(tx, server.cast.people[owner].id) if owner else None
        return bots.create(tx, human(server.cast.people[by]), workspace, NewBot(profile, belongs_to))[0]

    return await server.db.write(unit)


@pytest.mark.parametrize("by", ["owner", "admin", "moderator", "member"])
async def test_a_member_makes_bots_of_ones_own(server: Server, by: str) -> None:
    assert (await make(server, by, by)).owner_id == server.cast.people[by].id


async def test_a_person_has_so_many_bots_in_a_workspace_at_most(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bots, "OWNED", 1)
    await make(server, "member", "member")
    with pytest.raises(Invalid, match="a person has at most 1 bots in a workspace"):
        await make(server, "member", "member")
    await make(server, "owner", "owner")
    await make(server, "owner", None)


async def test_a_deleted_workspace_takes_its_own_service_bots_along(server: Server) -> None:
    people = server.cast.people

    def prepare(tx: Tx) -> None:
        acme, other = workspaces.by_reference(tx, "acme"), workspaces.by_reference(tx, "other")
        assert acme is not None
        assert other is not None
        members.join(tx, other, people["bot_write"].n, BOT)
        owner = users.by_id(tx, people["outsider"].id)
        bots.create(tx, human(people["outsider"]), other, NewBot(ProfileFields("Pet", "pet"), owner))

    def delete(tx: Tx) -> dict[str, bool]:
        bot_removal.delete_workspace(tx, human(people["owner"]), server.cast.workspace)
        ended = "SELECT revoked_at IS NOT NULL FROM credentials WHERE user_n = ?"
        return {name: bool(tx.value(ended, person.n)) for name, person in people.items()}

    await server.db.write(prepare)
    ended = await server.db.write(delete)
    assert {name for name in people if ended[name]} == {"bot_read", "bot_admin", "bot_active"}
    await server.stray.patch("/api/me", {"handle": "bot_read"})
    for handle in ("bot_write", "bot_foreign", "pet", "member"):
        assert await server.stray.patch("/api/me", {"handle": handle}, 400) == {"error": "handle is already taken"}
    await server.settled()
    assert (await server.db.read(users.by_n, people["bot_read"].n)).handle == ""
    await server.bot_foreign.get("/api/me")


@pytest.mark.parametrize("by", ["owner", "admin", "moderator"])
async def test_managers_make_service_bots(server: Server, by: str) -> None:
    assert (await make(server, by, None)).owner_id is None


@pytest.mark.parametrize(
    ("by", "owner", "refusal"),
    [
        ("owner", "bot_read", Invalid("bot owner must be a human")),
        ("owner", "member", Forbidden("only the bot owner can create a user-owned bot")),
        ("stray", "stray", Forbidden("bot owner must be a workspace member")),
        ("outsider", "outsider", Forbidden("bot owner must be a workspace member")),
        ("guest", "guest", Forbidden("bot owner must not be a guest")),
        ("member", None, Forbidden("workspace manager permission required")),
        ("guest", None, Forbidden("workspace manager permission required")),
        ("outsider", None, Forbidden("workspace manager permission required")),
    ],
)
async def test_others_make_none(server: Server, by: str, owner: str | None, refusal: Problem) -> None:
    before = await server.db.read(Tx.value, "SELECT COUNT(*) FROM users")
    with pytest.raises(type(refusal)) as refused:
        await make(server, by, owner)
    assert refused.value.text == refusal.text
    assert await server.db.read(Tx.value, "SELECT COUNT(*) FROM users") == before
