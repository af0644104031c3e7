"""Connected accounts (contract chat 3.9, 4.14)."""

from typing import Any

import pytest

from tests.conftest import Server


def path_of(server: Server) -> str:
    return f"/api/workspaces/{server.cast.workspace}/connected-accounts"


async def connect(server: Server, want: int = 201, **more: Any) -> Any:
    """Notes an account of `member` and gives it back, or the answer to what is refused."""
    body = {"user_id": server.cast.people["member"].id, "provider": "Git Hub", "provider_account_id": " 7 ", **more}
    answer = await server.owner.post(path_of(server), body, want)
    return answer["connected_account"] if want == 201 else answer


async def test_an_account_is_noted_listed_and_ended_by_its_member_or_a_manager(server: Server) -> None:
    made = await connect(server, scopes=["repo ", "repo", ""], metadata={"plan": "free"}, display_name="mem")
    assert (made["provider"], made["provider_account_id"]) == ("git-hub", "7")
    assert (made["scopes"], made["metadata"], made["display_name"]) == (["repo"], {"plan": "free"}, "mem")
    assert (await server.member.get(path_of(server)))["connected_accounts"] == [made]
    path = f"/api/connected-accounts/{made['id']}/revoke"
    assert await server.browser.post(path, {}, 403) == {"error": "workspace manager permission required"}
    for client in (server.member, server.moderator):
        ended = (await client.post(path, {}, 200))["connected_account"]
        assert ended["revoked_at"]
    assert (await server.owner.get(path_of(server)))["connected_accounts"] == []
    assert await connect(server, 400) == {"error": "this account is already connected in the workspace"}
    assert (await connect(server, provider_account_id="8"))["id"] != made["id"]


@pytest.mark.parametrize(
    ("change", "status", "text"),
    [
        ({"user_id": ""}, 400, "connected account is incomplete"),
        ({"provider": "!"}, 400, "connected account is incomplete"),
        ({"provider_account_id": " "}, 400, "connected account is incomplete"),
        ({"scopes": ["x" * 121]}, 400, "list value is too long"),
        ({"display_name": "x" * 501}, 400, None),
        ({"metadata": {"a": "x" * 70000}}, 400, "metadata is too long"),
        ({"user_id": "usr_0"}, 404, "user not found"),
        ({"user_id": "{outsider}"}, 404, "user not found"),
    ],
)
async def test_what_does_not_fit_is_refused(
    server: Server, change: dict[str, Any], status: int, text: str | None
) -> None:
    if change.get("user_id") == "{outsider}":
        change = {"user_id": server.cast.people["outsider"].id}
    refused = await connect(server, status, **change)
    assert text is None or refused == {"error": text}


async def test_outsiders_see_no_account_by_its_id(server: Server) -> None:
    made = await connect(server)
    for identifier in (made["id"], "acct_0"):
        answer = await server.outsider.call("POST", f"/api/connected-accounts/{identifier}/revoke")
        assert (answer.status, answer.json) == (404, {"error": "connected account not found"})
