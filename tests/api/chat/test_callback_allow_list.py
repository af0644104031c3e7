"""Where a workspace's callbacks may go (an addition to the contract)."""

from tests.api.chat.test_event_deliveries import tried
from tests.api.chat.test_event_subscriptions import subscribe
from tests.api.chat.test_slash_calls import use
from tests.api.chat.test_slash_commands import register
from tests.callbacks import Receiver
from tests.conftest import Server

REFUSED = "callback host is not on the allow-list"


def path_of(server: Server) -> str:
    return f"/api/workspaces/{server.cast.workspace}/callback-allow-list"


async def test_a_list_is_kept_in_its_normal_form(server: Server) -> None:
    assert await server.member.get(path_of(server)) == {"entries": []}
    body = {"entries": ["*.Example.org", "93.184.215.14/24", "example.org", "example.org."]}
    kept = {"entries": ["*.example.org", "93.184.215.0/24", "example.org"]}
    assert await server.moderator.put(path_of(server), body) == kept
    assert await server.member.get(path_of(server)) == kept
    for wrong in (["https://a.org"], ["*"], [f"{n}.org" for n in range(101)]):
        await server.owner.put(path_of(server), {"entries": wrong}, 400)
    assert await server.member.get(path_of(server)) == kept
    assert await server.owner.put(path_of(server), {"entries": []}) == {"entries": []}


async def test_commands_and_events_keep_to_the_list_at_once(calling: Server, receiver: Receiver) -> None:
    await register(calling, url=receiver.url)
    made = await subscribe(calling, receiver.url, "message.created")
    await calling.owner.put(path_of(calling), {"entries": ["hooks.example.org"]})
    answer = await use(calling.member, calling.cast.general)
    assert (answer.status, answer.json) == (502, {"error": REFUSED})
    await calling.member.say(calling.cast.general)
    assert (await tried(calling, made["id"], 1))[0]["error"] == REFUSED
    assert receiver.got == []
    await calling.owner.put(path_of(calling), {"entries": ["127.0.0.1"]})
    assert (await use(calling.member, calling.cast.general)).status == 200
