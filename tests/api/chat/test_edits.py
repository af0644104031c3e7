"""What a message said before it was edited (an addition to the contract)."""

from typing import Any

from tests.client import Client
from tests.conftest import Server


async def said_before(client: Client, message: Any) -> list[str]:
    return [edit["body"] for edit in (await client.get(f"/api/messages/{message['id']}/edits"))["edits"]]


async def test_everybody_who_sees_a_message_sees_what_it_said_before(server: Server) -> None:
    message = await server.member.say(server.cast.general, "one")
    assert await said_before(server.owner, message) == []
    for body in ("two", "two", "three"):
        server.clock.advance(1)
        await server.member.patch(f"/api/messages/{message['id']}", {"body": body})
    assert await said_before(server.owner, message) == ["one", "two"]
    edits = (await server.owner.get(f"/api/messages/{message['id']}/edits"))["edits"]
    assert edits[1]["edited_at"] == "2026-09-21T14:13:23Z"


async def test_a_deleted_message_has_no_history(server: Server) -> None:
    message = await server.member.say(server.cast.general, "secret")
    await server.member.patch(f"/api/messages/{message['id']}", {"body": "public"})
    await server.member.delete(f"/api/messages/{message['id']}")
    assert await said_before(server.owner, message) == []


async def test_the_last_hundred_edits_are_kept(server: Server) -> None:
    message = await server.member.say(server.cast.general, "0")
    for number in range(1, 105):
        server.clock.advance(1)
        await server.member.patch(f"/api/messages/{message['id']}", {"body": str(number)})
    kept = await said_before(server.member, message)
    assert (len(kept), kept[0], kept[-1]) == (100, "4", "103")


async def test_edits_in_one_moment_are_all_kept_in_order(server: Server) -> None:
    message = await server.member.say(server.cast.general, "0")
    for number in range(1, 4):
        await server.member.patch(f"/api/messages/{message['id']}", {"body": str(number)})
    assert await said_before(server.member, message) == ["0", "1", "2"]


async def test_a_message_that_carries_files_may_lose_its_text(server: Server) -> None:
    upload = await server.member.upload(server.cast.workspace)
    path = f"/api/channels/{server.cast.general}/messages"
    message = (await server.member.post(path, {"body": "look", "upload_ids": [upload["id"]]}))["message"]
    changed = await server.member.patch(f"/api/messages/{message['id']}", {"body": " "})
    assert changed["message"]["body"] == ""
    plain = await server.member.say(server.cast.general)
    await server.member.patch(f"/api/messages/{plain['id']}", {"body": " "}, 400)
