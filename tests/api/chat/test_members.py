"""The member directory: order, pages, search, totals (contract chat 3.5, 4.5)."""

import base64
from typing import Any

import orjson
import pytest

from clickclack.identity import members, workspaces
from clickclack.identity.permissions import MEMBER
from clickclack.kernel.transaction import Tx
from tests.conftest import Server
from tests.people import person

ORDER = [
    ("owner", "owner"),
    ("admin", "moderator"),
    ("moderator", "moderator"),
    ("browser", "member"),
    ("member", "member"),
    ("bot_active", "bot"),
    ("bot_admin", "bot"),
    ("bot_read", "bot"),
    ("bot_write", "bot"),
    ("guest", "guest"),
]


async def directory(server: Server, query: str = "", want: int = 200) -> Any:
    return await server.guest.get(f"/api/workspaces/{server.cast.workspace}/members?{query}", want)


def handles(page: Any) -> list[str]:
    return [member["user"]["handle"] for member in page["members"]]


async def add(server: Server, *names: str) -> None:
    def unit(tx: Tx) -> None:
        workspace = workspaces.by_reference(tx, "acme")
        assert workspace is not None
        for name in names:
            person(tx, name, workspace, MEMBER)

    await server.db.write(unit)


async def test_members_are_listed_by_role_then_name(server: Server) -> None:
    page = await directory(server)
    assert [(member["user"]["handle"], member["role"]) for member in page["members"]] == ORDER
    assert page["has_more"] is False
    assert "next_cursor" not in page
    assert page["total_count"] == 10
    assert page["total_by_role"] == {"owner": 1, "moderator": 2, "member": 2, "bot": 4, "guest": 1}
    first = page["members"][0]
    assert (first["workspace_id"], first["joined_at"]) == (server.cast.workspace, "2026-09-21T14:13:20Z")


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 10])
async def test_pages_join_to_the_whole(server: Server, limit: int) -> None:
    found: list[str] = []
    page = await directory(server, f"limit={limit}")
    assert page["total_count"] == 10
    while True:
        found += handles(page)
        assert page["has_more"] == ("next_cursor" in page)
        if not page["has_more"]:
            break
        page = await directory(server, f"limit={limit}&cursor={page['next_cursor']}")
        assert not {"total_count", "total_by_role"} & set(page)
    assert found == [handle for handle, _ in ORDER]


async def test_a_search_is_a_literal_part_of_name_or_handle(server: Server) -> None:
    await add(server, "under_score", "underxscore", "a-percent")
    await server.member.patch("/api/me", {"display_name": "100% Ärger\\d"})
    assert handles(await directory(server, "q=r_s")) == ["under_score"]
    assert handles(await directory(server, "q=%25")) == ["member"]
    assert handles(await directory(server, "q=%5C")) == ["member"]
    assert handles(await directory(server, "q=%20%C3%84RG%20")) == ["member"]
    assert handles(await directory(server, "q=member")) == ["member"]
    assert handles(await directory(server, "q=nobody")) == []


async def test_totals_follow_the_search(server: Server) -> None:
    page = await directory(server, "q=bot&limit=1")
    assert page["total_count"] == 4
    assert "total_by_role" not in page
    page = await directory(server, "role=moderator")
    assert (handles(page), page["total_count"]) == (["admin", "moderator"], 2)
    assert "total_by_role" not in page


async def test_a_limit_above_two_hundred_is_two_hundred(server: Server) -> None:
    await add(server, *(f"extra{number}" for number in range(200)))
    for limit in (201, 500, 999999999999):
        page = await directory(server, f"limit={limit}")
        assert (len(page["members"]), page["has_more"]) == (200, True)
    for blank in ("", "limit="):
        assert len((await directory(server, blank))["members"]) == 100


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=-1", "limit=x", "limit=1.5", "role=king", "role=admin", "cursor=x", "cursor=%FF"],
)
async def test_a_wrong_page_is_refused(server: Server, query: str) -> None:
    answer = await directory(server, query, 400)
    assert answer["error"].startswith("invalid workspace member page request")


async def test_a_cursor_belongs_to_its_query(server: Server) -> None:
    cursor = (await directory(server, "q=bot&limit=1"))["next_cursor"]
    assert len((await directory(server, f"q=%20BOT&limit=5&cursor={cursor}"))["members"]) == 3
    for query in ("", "q=b", "q=bot&role=bot"):
        answer = await directory(server, f"{query}&cursor={cursor}", 400)
        assert answer["error"].startswith("invalid workspace member page request")


@pytest.mark.parametrize("rank", [-1, 5, 2**63, 2**64 - 1, True, 1.0, "1", None])
async def test_a_cursor_that_was_made_up_is_refused(server: Server, rank: object) -> None:
    content = orjson.dumps(["", "", rank, "owner", "owner", "usr_0"])
    cursor = base64.urlsafe_b64encode(content).decode().rstrip("=")
    answer = await directory(server, f"cursor={cursor}", 400)
    assert answer["error"].startswith("invalid workspace member page request")


async def test_a_new_name_moves_its_member(server: Server) -> None:
    await server.member.patch("/api/me", {"display_name": "Aaron", "handle": "zoe"})
    assert handles(await directory(server, "role=member")) == ["zoe", "browser"]
    await server.browser.patch("/api/me", {"display_name": "aaron"})
    assert handles(await directory(server, "role=member")) == ["browser", "zoe"]


async def test_a_removed_member_is_not_listed_and_no_longer_let_in(server: Server) -> None:
    workspace = await server.db.read(lambda tx: workspaces.by_reference(tx, "acme"))
    assert workspace is not None
    await server.db.write(members.remove, workspace, server.cast.people["member"].n)
    assert "member" not in handles(await directory(server))
    await server.member.get(f"/api/workspaces/{server.cast.workspace}", 404)
    assert (await server.member.get("/api/me"))["user"]["handle"] == "member"
