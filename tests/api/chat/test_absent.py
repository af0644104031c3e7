"""Ids of another workspace look exactly like ids that there are not, and nothing is written for them."""

from typing import Any

import pytest

from clickclack.kernel.ids import new_id
from tests.conftest import Server
from tests.people import Cast

PATHS: list[tuple[str, str, Any]] = [
    ("GET", "/api/workspaces/{workspace}", None),
    ("PATCH", "/api/workspaces/{workspace}", {"name": "x"}),
    ("DELETE", "/api/workspaces/{workspace}", None),
    ("POST", "/api/workspaces/{workspace}/transfer-ownership", {"user_id": "usr_0"}),
    ("GET", "/api/workspaces/{workspace}/members", None),
    ("GET", "/api/workspaces/{workspace}/channels", None),
    ("POST", "/api/workspaces/{workspace}/channels", {"name": "x"}),
    ("GET", "/api/workspaces/{workspace}/app-installations", None),
    ("GET", "/api/workspaces/{workspace}/slash-commands", None),
    ("GET", "/api/workspaces/{workspace}/event-subscriptions", None),
    ("POST", "/api/workspaces/{workspace}/event-subscriptions", {"event_types": ["*"], "callback_url": "http://a.b"}),
    ("GET", "/api/workspaces/{workspace}/callback-allow-list", None),
    ("GET", "/api/workspaces/{workspace}/connected-accounts", None),
    ("GET", "/api/workspaces/{workspace}/audit-log", None),
    ("PATCH", "/api/channels/{channel}", {"name": "x"}),
    ("GET", "/api/channels/{channel}/messages", None),
    ("POST", "/api/channels/{channel}/messages", {"body": "x"}),
    ("POST", "/api/channels/{channel}/read", {"seq": 1}),
    ("GET", "/api/messages/{message}", None),
    ("PATCH", "/api/messages/{message}", {"body": "x"}),
    ("DELETE", "/api/messages/{message}", None),
    ("POST", "/api/messages/{message}/route", None),
    ("GET", "/api/messages/{message}/thread", None),
    ("POST", "/api/messages/{message}/thread/replies", {"body": "x"}),
    ("POST", "/api/messages/{message}/reactions", {"emoji": "x"}),
    ("DELETE", "/api/messages/{message}/reactions/x", None),
    ("GET", "/api/messages/by-nonce?workspace_id={workspace}&nonce=theirs", None),
    ("GET", "/api/realtime/events?workspace_id={workspace}", None),
    ("GET", "/api/realtime/ws?workspace_id={workspace}", None),
    ("GET", "/api/workspaces/{workspace}/bots", None),
    ("POST", "/api/workspaces/{workspace}/bots", {"display_name": "x"}),
    ("GET", "/api/workspaces/{workspace}/bot-commands", None),
    ("DELETE", "/api/workspaces/{workspace}/bots/{bot}/membership", None),
    ("GET", "/api/workspaces/{workspace}/bots/{bot}/tokens", None),
    ("POST", "/api/workspaces/{workspace}/bots/{bot}/tokens", {}),
    ("POST", "/api/workspaces/{workspace}/bots/{bot}/setup-codes", {}),
    ("DELETE", "/api/bots/{bot}", None),
    ("GET", "/api/bots/{bot}/tokens", None),
    ("POST", "/api/bots/{bot}/tokens", {}),
    ("POST", "/api/bot-tokens/{token}/revoke", None),
    ("GET", "/api/routes/{workspace}/{channel}", None),
    ("GET", "/api/routes/{workspace}/{message}", None),
]


def missing() -> dict[str, str]:
    kinds = {"workspace": "wsp", "channel": "chn", "message": "msg", "bot": "usr", "token": "btok"}
    return {name: new_id(prefix) for name, prefix in kinds.items()}


async def of_the_others(server: Server) -> dict[str, str]:
    message = await server.outsider.say(server.cast.other_channel, nonce="theirs")
    listed = (await server.outsider.get(f"/api/workspaces/{server.cast.other_workspace}/bots"))["bots"][0]
    return {
        "workspace": server.cast.other_workspace,
        "channel": server.cast.other_channel,
        "message": message["id"],
        "bot": listed["bot"]["id"],
        "token": listed["tokens"][0]["id"],
    }


async def answered(server: Server, names: dict[str, str], by: str = "owner") -> list[tuple[str, int, str]]:
    client = server.bearing(server.cast.people[by].token)
    answers = [await client.call(method, path.format(**names), body) for method, path, body in PATHS]
    return [(f"{a.method} {p}", a.status, a.error) for a, (_, p, _) in zip(answers, PATHS, strict=True)]


async def log_of(server: Server, cast: Cast) -> int:
    answer = await server.outsider.get(f"/api/realtime/events?workspace_id={cast.other_workspace}&limit=500")
    return len(answer["events"])


async def test_another_workspace_is_answered_as_a_missing_one(server: Server) -> None:
    theirs = await of_the_others(server)
    before = await log_of(server, server.cast)
    found = await answered(server, theirs)
    assert found == await answered(server, missing())
    assert {status for _, status, _ in found} == {404}
    assert await log_of(server, server.cast) == before


async def test_every_missing_thing_is_called_by_its_name(server: Server) -> None:
    found = {line: text for line, _, text in await answered(server, missing())}
    assert found["GET /api/workspaces/{workspace}"] == "workspace not found"
    assert found["GET /api/channels/{channel}/messages"] == "channel not found"
    assert found["GET /api/messages/{message}"] == "message not found"
    assert found["GET /api/routes/{workspace}/{message}"] == "route not found"
    assert found["DELETE /api/bots/{bot}"] == "bot not found"
    assert found["POST /api/bot-tokens/{token}/revoke"] == "bot token not found"


async def test_what_a_guest_may_not_see_is_answered_as_missing(server: Server) -> None:
    hidden = await server.owner.say(server.cast.general)
    absent = missing()
    for method, path, body in PATHS:
        if ("{channel}" not in path and "{message}" not in path) or "{workspace}" in path:
            continue
        seen = await server.guest.call(method, path.format(channel=server.cast.general, message=hidden["id"]), body)
        gone = await server.guest.call(method, path.format(**absent), body)
        assert (seen.status, seen.json) == (gone.status, gone.json), path
        assert seen.status == 404


async def test_a_bound_token_learns_nothing_of_other_workspaces(server: Server) -> None:
    theirs = await of_the_others(server)
    found = await answered(server, theirs, by="bot_admin")
    assert found == await answered(server, missing(), by="bot_admin")
    assert {status for _, status, _ in found} == {403, 404}


@pytest.mark.parametrize("target", ["C0000000000000000", "M0000000000000000", "D0000000000000000", "X1", "chn_0"])
async def test_a_route_to_nowhere_is_not_found(server: Server, target: str) -> None:
    path = f"/api/routes/{server.cast.workspace_route}/{target}"
    assert await server.owner.get(path, 404) == {"error": "route not found"}


async def test_a_message_of_another_channel_cannot_be_quoted_or_probed(server: Server) -> None:
    theirs = (await of_the_others(server))["message"]
    elsewhere = await server.owner.say(server.cast.random)
    for quoted in (theirs, elsewhere["id"], new_id("msg")):
        body = {"body": "look", "quoted_message_id": quoted}
        answer = await server.owner.post(f"/api/channels/{server.cast.general}/messages", body, 400)
        assert answer == {"error": "quoted message is not in this channel, conversation, or thread"}
    page = await server.owner.get(f"/api/channels/{server.cast.general}/messages")
    assert page["messages"] == []
