"""Of which messages a member wants to be told (contract chat 3.7)."""

import pytest

from tests.conftest import Server


async def test_all_until_something_is_chosen_by_each_for_each_channel(server: Server) -> None:
    path = f"/api/channels/{server.cast.general}/notification-settings"
    assert await server.member.get(path) == {"preference": "all"}
    for preference in ("muted", "mentions"):
        assert await server.member.patch(path, {"preference": preference}) == {"preference": preference}
    assert await server.member.get(path) == {"preference": "mentions"}
    assert await server.owner.get(path) == {"preference": "all"}
    other = f"/api/channels/{server.cast.random}/notification-settings"
    assert await server.member.get(other) == {"preference": "all"}


@pytest.mark.parametrize("preference", ["", "none", "ALL"])
async def test_other_words_are_refused(server: Server, preference: str) -> None:
    path = f"/api/channels/{server.cast.general}/notification-settings"
    answer = await server.member.patch(path, {"preference": preference}, 400)
    assert answer == {"error": "preference must be all, mentions, or muted"}
