"""What a subscribed server is told, and what becomes of it when it does not answer well (contract chat 5.1, 6.12)."""

import asyncio
from typing import Any

import pytest

from clickclack.chat import purging
from clickclack.kernel.deliveries import outcomes
from clickclack.kernel.deliveries.endpoints import WORK
from clickclack.kernel.jobs import Retries
from clickclack.kernel.outbound import SWITCH
from clickclack.kernel.transaction import Tx
from tests.api.chat.test_event_subscriptions import path_of, subscribe
from tests.callbacks import Receiver, receiving
from tests.conftest import Serve, Server


async def tried(server: Server, subscription_id: str, count: int) -> list[Any]:
    """The tries of a subscription, newest first, once there are so many."""
    path = f"/api/event-subscriptions/{subscription_id}/deliveries"
    async with asyncio.timeout(10):
        while True:
            page = await server.member.get(path)
            if len(page["deliveries"]) >= count:
                return page["deliveries"]
            await asyncio.sleep(0.01)


async def try_again(server: Server, seconds: float) -> None:
    """Lets time pass for what waits."""
    server.clock.advance(seconds)
    server.db.on_work[WORK]()


async def test_a_server_is_told_of_an_event_once_and_signed(calling: Server, receiver: Receiver) -> None:
    made = await subscribe(calling, receiver.url, "message.created", "pin.added")
    answer = await calling.member.post(f"/api/channels/{calling.cast.general}/messages", {"body": "hello"})
    await calling.member.react(answer["message"]["id"])
    (received,) = await receiver.until(1)
    assert received.json == {"event": answer["event"], "subscription_id": made["id"]}
    assert received.is_signed_with(made["signing_secret"])
    assert received.headers["X-ClickClack-Event-ID"] == answer["event"]["id"]
    assert received.headers["Content-Type"] == "application/json"
    (attempt,) = await tried(calling, made["id"], 1)
    assert attempt["delivery_id"] == received.headers["webhook-id"]
    assert attempt["request_json"] == received.body.decode()
    assert (attempt["attempt"], attempt["response_status"], attempt["response_body"]) == (1, 200, "{}")
    assert (attempt["event_id"], attempt["event_type"]) == (answer["event"]["id"], "message.created")
    assert "error" not in attempt
    await asyncio.sleep(0.1)
    assert receiver.told == ["message.created"]


async def test_what_was_told_of_a_channel_is_shown_to_those_alone_who_see_it_now(
    calling: Server, receiver: Receiver
) -> None:
    made = await subscribe(calling, receiver.url, "message.created")
    await calling.owner.say(calling.cast.random, "once public")
    await calling.owner.say(calling.cast.general, "public")
    await tried(calling, made["id"], 2)
    await calling.owner.patch(f"/api/channels/{calling.cast.random}", {"kind": "private"})

    async def shown(who: str) -> list[tuple[bool, bool]]:
        page = await getattr(calling, who).get(f"/api/event-subscriptions/{made['id']}/deliveries")
        return [(one["request_json"] != "{}", "response_body" in one) for one in page["deliveries"]]

    assert sorted(await shown("member")) == [(False, False), (True, True)]
    assert await shown("owner") == [(True, True), (True, True)]


async def test_only_what_everybody_may_see_is_told(calling: Server, receiver: Receiver) -> None:
    await subscribe(calling, receiver.url)
    cast = calling.cast
    made = await calling.member.post(f"/api/workspaces/{cast.workspace}/channels", {"name": "s", "kind": "private"})
    await calling.member.say(made["channel"]["id"], "hidden")
    body = {"workspace_id": cast.workspace, "member_ids": [cast.people["owner"].id]}
    dm = (await calling.member.post("/api/dms", body))["conversation"]["id"]
    await calling.member.post(f"/api/dms/{dm}/messages", {"body": "hidden"})
    message = await calling.member.say(cast.general)
    await calling.owner.post(f"/api/channels/{cast.general}/read", {"seq": 1}, 200)
    guest = cast.people["guest"].id
    path = f"/api/workspaces/{cast.workspace}/moderation/members/{guest}"
    await calling.owner.patch(path, {"moderation_note": "x"})
    upload = await calling.member.upload(cast.workspace)
    attach = f"/api/messages/{message['id']}/attachments"
    await calling.member.call("POST", attach, {"upload_id": upload["id"]})
    await calling.outsider.say(cast.other_channel)
    await calling.member.reply(message["id"])
    await receiver.until(3)
    await asyncio.sleep(0.1)
    assert sorted(receiver.told) == ["message.created", "thread.reply_created", "thread.state_updated"]
    assert b"hidden" not in b"".join(received.body for received in receiver.got)


async def test_what_was_before_a_subscription_and_after_its_end_is_not_told(
    calling: Server, receiver: Receiver
) -> None:
    await calling.member.say(calling.cast.general, "before")
    made = await subscribe(calling, receiver.url, "message.created")
    await calling.member.say(calling.cast.general, "during")
    await receiver.until(1)
    await calling.owner.post(f"/api/event-subscriptions/{made['id']}/revoke", want=200)
    await calling.member.say(calling.cast.general, "after")
    await asyncio.sleep(0.2)
    assert len(receiver.got) == 1
    assert len(await tried(calling, made["id"], 1)) == 1, "the history stays"


async def test_a_failure_is_tried_again_with_the_same_id_and_told_in_the_list(
    calling: Server, receiver: Receiver
) -> None:
    receiver.answers = [(500, b"oops"), (302, b"")]
    made = await subscribe(calling, receiver.url, "message.created")
    await calling.member.say(calling.cast.general)
    await tried(calling, made["id"], 1)
    (listed,) = (await calling.owner.get(path_of(calling)))["event_subscriptions"]
    assert (listed["pending_count"], listed["failure_count"]) == (1, 1)
    for count in (2, 3):
        await try_again(calling, 60)
        attempts = await tried(calling, made["id"], count)
    assert [a["attempt"] for a in attempts] == [3, 2, 1]
    failed = "event subscription callback failed"
    assert [a.get("error") for a in attempts] == [None, f"{failed}: redirects are not followed", failed]
    assert [a["response_status"] for a in attempts] == [200, 302, 500]
    assert len({received.headers["webhook-id"] for received in receiver.got}) == 1
    assert receiver.got[0].headers["X-ClickClack-Timestamp"] != receiver.got[2].headers["X-ClickClack-Timestamp"]
    (listed,) = (await calling.owner.get(path_of(calling)))["event_subscriptions"]
    assert (listed["pending_count"], listed["failure_count"]) == (0, 0)


async def test_of_a_long_answer_the_beginning_is_kept(calling: Server, receiver: Receiver) -> None:
    receiver.usual = (200, b"x" * 60_000)
    made = await subscribe(calling, receiver.url, "message.created")
    await calling.member.say(calling.cast.general)
    (attempt,) = await tried(calling, made["id"], 1)
    assert attempt["response_body"] == "x" * 4096


async def test_a_server_inside_is_never_called(server: Server, receiver: Receiver) -> None:
    made = await subscribe(server, receiver.url, "message.created")
    await server.member.say(server.cast.general)
    (attempt,) = await tried(server, made["id"], 1)
    assert attempt["error"] == "callback host resolves to a non-public address"
    assert attempt["response_status"] == 0
    assert receiver.got == []


async def test_the_history_is_paged_and_a_cursor_of_another_subscription_is_stale(
    calling: Server, receiver: Receiver
) -> None:
    made = await subscribe(calling, receiver.url, "message.created")
    other = await subscribe(calling, receiver.url, "message.created")
    for number in range(5):
        await calling.member.say(calling.cast.general, str(number))
    everything = await tried(calling, made["id"], 5)
    path, found, before = f"/api/event-subscriptions/{made['id']}/deliveries?limit=2", list[Any](), ""
    while before is not None:
        page = await calling.browser.get(f"{path}&before={before}")
        found += page["deliveries"]
        before = page["next_cursor"]
    assert found == everything
    for cursor in ("eda_0", (await tried(calling, other["id"], 1))[0]["id"]):
        answer = await calling.browser.get(f"{path}&before={cursor}", 400)
        assert answer == {"error": "invalid or stale event delivery cursor"}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives deliveries up after the first failure."""
    monkeypatch.setattr(outcomes, "RETRIES", Retries(attempts=1))


async def test_what_waits_for_its_next_try_has_it_at_once_when_that_is_asked_for(
    calling: Server, receiver: Receiver
) -> None:
    receiver.answers = [(500, b"")]
    made = await subscribe(calling, receiver.url, "message.created")
    await calling.member.say(calling.cast.general)
    (failed,) = await tried(calling, made["id"], 1)
    path = f"/api/event-subscriptions/{made['id']}/redeliver"
    again = {"delivery_id": failed["delivery_id"]}
    assert await calling.owner.post(path, again, 202) == {"redelivered": 1}
    attempts = await tried(calling, made["id"], 2)
    assert [(a["attempt"], a["response_status"]) for a in attempts] == [(2, 200), (1, 500)]


@pytest.mark.usefixtures("impatient")
async def test_dead_letters_are_seen_and_sent_again_one_by_one_or_all_since_a_time(
    calling: Server, receiver: Receiver
) -> None:
    receiver.answers = [(500, b"")] * 3
    made = await subscribe(calling, receiver.url, "message.created")
    for number in range(3):
        await calling.member.say(calling.cast.general, str(number))
    await tried(calling, made["id"], 3)
    path = f"/api/event-subscriptions/{made['id']}"
    dead = (await calling.member.get(f"{path}/dead-letters"))["dead_letters"]
    assert [letter["attempts"] for letter in dead] == [1, 1, 1]
    assert {letter["error"] for letter in dead} == {"event subscription callback failed"}
    one = await calling.moderator.post(f"{path}/redeliver", {"delivery_id": dead[0]["id"]}, 202)
    assert one == {"redelivered": 1}
    await receiver.until(4)
    assert receiver.got[3].headers["webhook-id"] == dead[0]["id"]
    await tried(calling, made["id"], 4)
    later = {"failed_since": "2100-01-01T00:00:00Z"}
    assert await calling.owner.post(f"{path}/redeliver", later, 202) == {"redelivered": 0}
    since = {"failed_since": "2020-01-01T00:00:00+01:00"}
    assert await calling.owner.post(f"{path}/redeliver", since, 202) == {"redelivered": 2}
    await tried(calling, made["id"], 6)
    assert (await calling.member.get(f"{path}/dead-letters"))["dead_letters"] == []
    for body, status in (({}, 400), ({"delivery_id": "dlv_0"}, 404), ({"failed_since": "x"}, 400)):
        await calling.owner.post(f"{path}/redeliver", body, status)


async def test_the_figures_count_the_tries_by_outcome(
    serve: Serve, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SWITCH, "1")
    server = await serve(metrics_enabled=True)
    receiver.answers = [(500, b"")]
    made = await subscribe(server, receiver.url, "message.created")
    for number in range(2):
        await server.member.say(server.cast.general, str(number))
        await tried(server, made["id"], number + 1)
    async with server.http.get(server.base / "metrics") as answer:
        text = await answer.text()
    for outcome in ("done", "failed"):
        assert f'clickclack_delivery_attempts_total{{event="{outcome}"}} 1.0' in text


async def test_a_workspace_that_is_deleted_tells_nothing_more_and_leaves_nothing(
    calling: Server, receiver: Receiver
) -> None:
    receiver.usual = (500, b"")
    await subscribe(calling, receiver.url)
    allow = f"/api/workspaces/{calling.cast.workspace}/callback-allow-list"
    await calling.owner.put(allow, {"entries": ["127.0.0.1"]})
    await calling.member.say(calling.cast.general)
    await receiver.until(1)
    await calling.owner.delete(f"/api/workspaces/{calling.cast.workspace}", 204)
    await calling.settled()
    tables = ("delivery_endpoints", "deliveries", "delivery_attempts", "event_subscriptions", "outbound_allowances")
    for table in tables:
        assert await calling.db.read(Tx.value, f"SELECT COUNT(*) FROM {table}") == 0, table


async def test_what_waits_when_a_workspace_is_deleted_is_not_sent(
    calling: Server, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_yet(*_: object) -> bool:
        return False

    monkeypatch.setattr(purging, "purge_some", not_yet)
    receiver.usual = (500, b"")
    made = await subscribe(calling, receiver.url)
    await calling.member.say(calling.cast.general)
    await tried(calling, made["id"], 1)
    await calling.owner.delete(f"/api/workspaces/{calling.cast.workspace}", 204)
    await try_again(calling, 60)
    await asyncio.sleep(0.2)
    assert len(receiver.got) == 1


async def test_many_subscriptions_are_each_told_everything(calling: Server) -> None:
    async with receiving() as one, receiving() as other:
        for receiver in (one, other):
            await subscribe(calling, receiver.url, "message.created")
        ids = [(await calling.member.say(calling.cast.general, str(n)))["id"] for n in range(20)]
        for receiver in (one, other):
            got = await receiver.until(20)
            assert sorted(r.json["event"]["payload"]["message_id"] for r in got) == sorted(ids)
