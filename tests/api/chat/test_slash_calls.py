"""Using a registered slash command: what its server is sent, and what comes of the answer (contract chat 6.11)."""

import asyncio
from typing import Any

import orjson
import pytest

from clickclack.chat import slash_caller
from clickclack.kernel.transaction import Tx
from tests.answers import Answer
from tests.api.chat.test_slash_commands import register
from tests.callbacks import Receiver
from tests.client import Client
from tests.conftest import Server

NOTHING = dict.fromkeys(("id", "workspace_id", "author_id", "thread_root_id", "body", "body_format", "created_at"), "")


async def use(client: Client, channel_id: str, form: bytes = b"command=/deploy&text=web+now") -> Answer:
    typed = client.with_headers(Content_Type="application/x-www-form-urlencoded")
    return await typed.call("POST", f"/api/hooks/slash/{channel_id}", raw=form)


async def invocations(server: Server) -> list[tuple[Any, ...]]:
    sql = "SELECT response_status, response_body, error, completed_at IS NOT NULL FROM slash_invocations ORDER BY n"
    return await server.db.read(Tx.all, sql)


async def test_what_a_command_answers_is_posted_by_its_bot(calling: Server, receiver: Receiver) -> None:
    made = await register(calling, url=receiver.url)
    receiver.usual = (200, b'{"text":"  shipped  ","more":1}')
    answer = await use(calling.member, calling.cast.general)
    assert answer.status == 200
    said = answer.json
    assert (said["response_type"], said["text"], said["message"]["body"]) == ("in_channel", "shipped", "shipped")
    assert said["message"]["author_id"] == calling.cast.people["bot_write"].id
    assert said["event"]["type"] == "message.created"
    (received,) = receiver.got
    assert received.is_signed_with(made["signing_secret"])
    assert received.json == {
        "bot_user_id": calling.cast.people["bot_write"].id,
        "channel_id": calling.cast.general,
        "command": "/deploy",
        "command_id": made["id"],
        "text": "web now",
        "trigger_id": said["invocation"]["id"],
        "user_id": calling.cast.people["member"].id,
        "workspace_id": calling.cast.workspace,
    }
    assert received.headers["webhook-id"] == said["invocation"]["id"]
    assert orjson.loads(said["invocation"]["payload_json"]) == received.json
    assert said["invocation"]["response_status"] == 0
    assert await invocations(calling) == [(200, '{"text":"  shipped  ","more":1}', "", 1)]


@pytest.mark.parametrize("form", [b"command=deploy&text=web+now", b"command=+%2FDEPLOY+&text=web+now"])
async def test_a_command_is_found_by_its_normal_name(calling: Server, receiver: Receiver, form: bytes) -> None:
    await register(calling, url=receiver.url)
    assert (await use(calling.bot_write, calling.cast.general, form)).status == 200
    answer = await calling.member.call("POST", f"/api/hooks/slash/{calling.cast.general}?command=/deploy&text=web+now")
    assert answer.status == 200
    assert [received.json["text"] for received in receiver.got] == ["web now", "web now"]


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        (b'{"response_type":"ephemeral","text":" only you "}', "ephemeral", "only you"),
        (b'{"response_type":"in_channel","text":"  "}', "in_channel", ""),
        (b"{}", "in_channel", ""),
        (b'{"response_type":null,"text":null}', "in_channel", ""),
    ],
)
async def test_an_answer_that_is_not_for_the_channel_posts_nothing(
    calling: Server, receiver: Receiver, body: bytes, kind: str, text: str
) -> None:
    await register(calling, url=receiver.url)
    receiver.usual = (200, body)
    said = (await use(calling.member, calling.cast.general)).json
    assert (said["response_type"], said["text"], said["message"]) == (kind, text, NOTHING)
    assert (said["event"]["id"], said["event"]["payload"]) == ("", None)
    assert (await calling.member.get(f"/api/channels/{calling.cast.general}/messages"))["messages"] == []


@pytest.mark.parametrize(
    ("status", "body", "text"),
    [
        (500, b'{"text":"x"}', "slash command callback failed"),
        (404, b"", "slash command callback failed"),
        (307, b"", "slash command callback failed"),
        (200, b"", "slash command callback answered with something that is not JSON"),
        (200, b"<html>", "slash command callback answered with something that is not JSON"),
        (200, b"\xff", "slash command callback answered with something that is not JSON"),
        (200, b"[" * 5000, "slash command callback answered with something that is not JSON"),
        (200, b'["text"]', "slash command callback answered with JSON that is not an object"),
        (200, b'{"text":5}', "slash command callback answered with a text that is not a string"),
        (200, b'{"response_type":["x"]}', "slash command callback answered with a response_type that is not known"),
        (200, b'{"response_type":"x"}', "slash command callback answered with a response_type that is not known"),
        (200, b'{"text":"' + b"x" * 70000 + b'"}', "the answer is larger than 65536 bytes"),
    ],
)
async def test_an_answer_of_no_use_is_502_and_noted(
    calling: Server, receiver: Receiver, status: int, body: bytes, text: str
) -> None:
    await register(calling, url=receiver.url)
    receiver.usual = (status, body)
    answer = await use(calling.member, calling.cast.general)
    assert (answer.status, answer.json) == (502, {"error": text})
    ((_, _, error, completed),) = await invocations(calling)
    assert (error, completed) == (text, 1)
    assert (await calling.member.get(f"/api/channels/{calling.cast.general}/messages"))["messages"] == []


async def test_a_server_inside_is_502_and_nothing_is_dialled(server: Server, receiver: Receiver) -> None:
    await register(server, url=receiver.url)
    answer = await use(server.member, server.cast.general)
    assert (answer.status, answer.json) == (502, {"error": "callback host resolves to a non-public address"})
    assert receiver.got == []
    assert await invocations(server) == [(0, "", "callback host resolves to a non-public address", 1)]


async def test_who_may_not_post_calls_nobody(calling: Server, receiver: Receiver) -> None:
    await register(calling, url=receiver.url)
    member = calling.cast.people["member"].id
    path = f"/api/workspaces/{calling.cast.workspace}/moderation/members/{member}"
    await calling.owner.patch(path, {"blocked": True})
    for client, channel, status in (
        (calling.member, calling.cast.general, 403),
        (calling.guest, calling.cast.general, 404),
        (calling.outsider, calling.cast.general, 404),
        (calling.bot_read, calling.cast.general, 403),
    ):
        assert (await use(client, channel)).status == status
    assert receiver.got == []
    assert await invocations(calling) == []


async def test_a_use_counts_as_one_of_a_guests_messages(calling: Server, receiver: Receiver) -> None:
    await register(calling, url=receiver.url)
    statuses = [(await use(calling.guest, calling.cast.guest)).status for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert len(receiver.got) == 3


async def test_a_bot_that_may_not_post_here_is_400_and_the_call_is_noted(calling: Server, receiver: Receiver) -> None:
    await register(calling, url=receiver.url)
    receiver.usual = (200, b'{"text":"shipped"}')
    body = {"name": "s", "kind": "private"}
    made = await calling.member.post(f"/api/workspaces/{calling.cast.workspace}/channels", body)
    answer = await use(calling.member, made["channel"]["id"])
    assert (answer.status, answer.error) == (400, "the command's bot cannot post here: channel not found")
    assert [row[0] for row in await invocations(calling)] == [200]


async def test_a_command_that_ended_is_a_message_and_a_new_secret_counts_at_once(
    calling: Server, receiver: Receiver
) -> None:
    made = await register(calling, url=receiver.url)
    path = f"/api/slash-commands/{made['id']}"
    rotated = (await calling.owner.post(f"{path}/rotate-secret", want=200))["slash_command"]
    await use(calling.member, calling.cast.general)
    assert receiver.got[0].is_signed_with(rotated["signing_secret"])
    assert not receiver.got[0].is_signed_with(made["signing_secret"])
    await calling.owner.post(f"{path}/revoke", want=200)
    answer = await use(calling.member, calling.cast.general)
    assert (answer.status, answer.json["text"]) == (201, "/deploy web now")


async def test_only_so_many_calls_are_under_way_also_when_they_begin_together(
    calling: Server, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    await register(calling, url=receiver.url)
    monkeypatch.setattr(slash_caller, "AT_ONCE_IN_WORKSPACE", 2)
    for _ in range(2):
        receiver.hold.clear()
        uses = asyncio.gather(*(use(calling.member, calling.cast.general) for _ in range(8)))
        await asyncio.sleep(0.2)
        receiver.hold.set()
        assert sorted(answer.status for answer in await uses) == [200, 200, *[503] * 6]
    assert len(await invocations(calling)) == len(receiver.got) == 4


async def test_a_call_that_broke_off_is_not_sent_again(calling: Server, receiver: Receiver) -> None:
    await register(calling, url=receiver.url)
    assert (await use(calling.member, calling.cast.general)).status == 200
    receiver.breaks_off = True
    answer = await use(calling.member, calling.cast.general)
    assert (answer.status, answer.error) == (502, "the connection broke or the answer is no HTTP")
    assert len(receiver.got) == 2


async def test_a_text_that_no_message_may_have_is_400_and_calls_nobody(calling: Server, receiver: Receiver) -> None:
    await register(calling, url=receiver.url)
    answer = await use(calling.member, calling.cast.general, b"command=/deploy&text=" + b"x" * (1024 * 1024 + 1))
    assert (answer.status, answer.error) == (400, "text is too long (maximum 1048576 characters)")
    assert receiver.got == []
    assert await invocations(calling) == []
