"""Event subscriptions as those who manage them see them (contract chat 3.9, 4.14)."""

from typing import Any

import pytest

from clickclack.api.chat.events import PAYLOADS
from tests.client import Client
from tests.conftest import Server

URL = "https://hooks.example.org/in"


def path_of(server: Server) -> str:
    return f"/api/workspaces/{server.cast.workspace}/event-subscriptions"


async def subscribe(server: Server, url: str = URL, *types: str, by: Client | None = None) -> Any:
    """Makes a subscription, to everything when no type is named, and gives it back with its secret."""
    body = {"event_types": types or ["*"], "callback_url": url}
    return (await (by or server.owner).post(path_of(server), body))["event_subscription"]


async def test_the_vocabulary_is_what_can_be_subscribed_to(server: Server) -> None:
    types = (await server.member.get("/api/event-types"))["event_types"]
    assert types == sorted(PAYLOADS)
    made = await subscribe(server, URL, *types)
    assert made["event_types"] == types


async def test_a_subscription_is_made_listed_and_ended_and_its_secret_shown_once(server: Server) -> None:
    made = await subscribe(server, URL, "message.created", "message.created", "*", by=server.moderator)
    secret = made.pop("signing_secret")
    assert secret.startswith("ccs_")
    assert made["event_types"] == ["message.created", "*"]
    assert made["created_by"] == server.cast.people["moderator"].id
    assert (await server.member.get(path_of(server)))["event_subscriptions"] == [made]
    path = f"/api/event-subscriptions/{made['id']}"
    rotated = await server.admin.post(f"{path}/rotate-secret", want=200)
    assert rotated["event_subscription"].pop("signing_secret") not in ("", secret)
    assert rotated["event_subscription"] == made
    for _ in range(2):
        ended = (await server.owner.post(f"{path}/revoke", {}, 200))["event_subscription"]
        assert {k: v for k, v in ended.items() if k != "revoked_at"} == made
        assert ended["revoked_at"]
    assert (await server.owner.get(path_of(server)))["event_subscriptions"] == []
    refused = await server.owner.post(f"{path}/rotate-secret", want=400)
    assert refused == {"error": "cannot rotate a revoked event subscription"}
    refused = await server.owner.post(f"{path}/redeliver", {"failed_since": "2026-01-01T00:00:00Z"}, 400)
    assert refused == {"error": "cannot redeliver for a revoked event subscription"}


async def test_secrets_lie_sealed_in_the_database(server: Server) -> None:
    secret = (await subscribe(server))["signing_secret"]
    stored = await server.db.read(lambda tx: tx.value("SELECT secret FROM delivery_endpoints"))
    assert secret.encode() not in stored
    key = server.db.path.parent / "seal.key"
    assert key.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"callback_url": URL}, "event_types is required"),
        ({"event_types": [], "callback_url": URL}, "event_types is required"),
        ({"event_types": ["x.y"], "callback_url": URL}, 'unknown event type "x.y"'),
        ({"event_types": [""], "callback_url": URL}, 'unknown event type ""'),
        ({"event_types": ["*"]}, "callback_url is required"),
        ({"event_types": ["*"], "callback_url": "ftp://a.b/"}, "callback_url must be an http or https URL"),
        ({"event_types": ["*"], "callback_url": "https://u:p@a.b/"}, "callback_url must be an http or https URL"),
        ({"event_types": ["*"], "callback_url": "http:///x"}, "callback_url must be an http or https URL"),
        ({"event_types": ["*"], "callback_url": "http://a.b/\u0000"}, "callback_url must be an http or https URL"),
        (
            {"event_types": ["*"], "callback_url": "http://a.b/" + "x" * 2048},
            "the callback URL is too long (maximum 2048 bytes)",
        ),
        ({"event_types": "*", "callback_url": URL}, "event_types: input should be a valid list"),
    ],
)
async def test_what_does_not_fit_is_refused_and_nothing_is_made(server: Server, body: Any, text: str) -> None:
    assert await server.owner.post(path_of(server), body, 400) == {"error": text}
    assert (await server.owner.get(path_of(server)))["event_subscriptions"] == []


async def test_an_installation_must_be_one_of_the_workspace(server: Server) -> None:
    body = {"event_types": ["*"], "callback_url": URL, "app_installation_id": "app_0"}
    assert await server.owner.post(path_of(server), body, 404) == {"error": "app installation not found"}


async def test_a_workspace_has_a_limited_number_of_them(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clickclack.chat.event_subscriptions.MOST", 1)
    await subscribe(server)
    refused = await server.owner.post(path_of(server), {"event_types": ["*"], "callback_url": URL}, 400)
    assert refused == {"error": "a workspace has at most 1 event subscriptions"}


async def test_outsiders_see_no_subscription_by_its_id(server: Server) -> None:
    made = await subscribe(server)
    for name in ("revoke", "rotate-secret", "deliveries", "dead-letters"):
        method = "GET" if name.startswith("de") else "POST"
        for identifier in (made["id"], "sub_0"):
            answer = await server.outsider.call(method, f"/api/event-subscriptions/{identifier}/{name}")
            assert (answer.status, answer.json) == (404, {"error": "event subscription not found"})
