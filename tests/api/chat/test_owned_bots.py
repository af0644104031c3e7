"""A person's own bots (contract chat 3.2, 4.13)."""

from typing import Any

from clickclack.identity import bots, workspaces
from clickclack.identity.actors import Actor
from clickclack.identity.bots import NewBot
from clickclack.identity.users import ProfileFields, by_n
from clickclack.kernel.transaction import Tx
from tests.conftest import Server


async def test_bots_are_listed_by_workspace_and_name_with_their_good_tokens(server: Server) -> None:
    person = server.cast.people["member"]
    actor = Actor(person.n, person.id, "human", "bearer")

    def make(tx: Tx, name: str) -> Any:
        workspace = workspaces.by_reference(tx, "acme")
        assert workspace is not None
        return bots.create(tx, actor, workspace, NewBot(ProfileFields(display_name=name), by_n(tx, person.n)))

    for name in ("zed", "Élan", "écru", "Ann"):
        user, issued = await server.db.write(make, name)
    await server.db.write(lambda tx: tx.run("UPDATE credentials SET revoked_at = 1 WHERE user_n = ?", user.n))
    found = (await server.member.get("/api/me/bots"))["bots"]
    assert [(entry["bot"]["display_name"], entry["active_token_count"]) for entry in found] == [
        *(("Ann", 0), ("zed", 1), ("écru", 1), ("Élan", 1)),
    ]
    assert found[0]["bot"]["owner_user_id"] == person.id
    assert found[0]["workspace"] == {
        "id": server.cast.workspace,
        "route_id": server.cast.workspace_route,
        "name": "Acme",
    }
    assert (await server.owner.get("/api/me/bots"))["bots"] == []
    await server.bearing(issued.secret).get("/api/me/bots", 401)
