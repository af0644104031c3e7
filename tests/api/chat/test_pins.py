"""Pins as a client sees them (contract chat 3.7, 5.2)."""

from tests.conftest import Server


async def test_pins_are_listed_newest_first_and_told(server: Server) -> None:
    path = f"/api/channels/{server.cast.general}/pins"
    first, second = [await server.member.say(server.cast.general, body) for body in ("one", "two")]
    reply = await server.owner.reply(first["id"])
    await server.member.react(first["id"])
    for message in (second, first, reply):
        answer = await server.owner.post(path, {"message_id": message["id"]})
        pinned, event = answer["pinned_message"], answer["event"]
        assert (pinned["message_id"], pinned["pinned_by"]) == (message["id"], server.cast.people["owner"].id)
        assert event["payload"] == {
            "channel_id": server.cast.general,
            "message_id": message["id"],
            "pinned_by": server.cast.people["owner"].id,
        }
        assert event.get("seq") == message.get("channel_seq")
    listed = (await server.bot_read.get(path))["messages"]
    assert [message["id"] for message in listed] == [reply["id"], first["id"], second["id"]]
    assert listed[1]["reactions"][0]["count"] == 1
    assert len((await server.member.get(f"{path}?limit=1"))["messages"]) == 1


async def test_whoever_unpins_is_named(server: Server) -> None:
    message = await server.member.say(server.cast.general)
    path = f"/api/channels/{server.cast.general}/pins"
    await server.member.post(path, {"message_id": message["id"]})
    event = (await server.admin.delete(f"{path}/{message['id']}"))["event"]
    assert (event["type"], event["payload"]["pinned_by"]) == ("pin.removed", server.cast.people["admin"].id)
    assert await server.admin.delete(f"{path}/{message['id']}", 404) == {"error": "pinned message not found"}
    assert (await server.member.get(path))["messages"] == []


async def test_deleting_a_pinned_message_unpins_it_first(server: Server) -> None:
    message = await server.member.say(server.cast.general)
    path = f"/api/channels/{server.cast.general}/pins"
    await server.owner.post(path, {"message_id": message["id"]})
    answer = await server.member.delete(f"/api/messages/{message['id']}")
    assert answer["event"]["type"] == "message.deleted"
    log = await server.member.get(f"/api/realtime/events?workspace_id={server.cast.workspace}")
    assert [event["type"] for event in log["events"]][-2:] == ["pin.removed", "message.deleted"]
    assert (await server.member.get(path))["messages"] == []


async def test_what_cannot_be_pinned(server: Server) -> None:
    path = f"/api/channels/{server.cast.general}/pins"
    message, elsewhere = await server.member.say(server.cast.general), await server.member.say(server.cast.random)
    assert await server.member.post(path, {}, 400) == {"error": "message_id is required"}
    for wrong in (elsewhere["id"], "msg_0"):
        assert await server.member.post(path, {"message_id": wrong}, 400) == {"error": "message is not in this channel"}
    await server.member.post(path, {"message_id": message["id"]})
    assert await server.owner.post(path, {"message_id": message["id"]}, 409) == {"error": "message is already pinned"}
    gone = await server.member.say(server.cast.general)
    await server.member.delete(f"/api/messages/{gone['id']}")
    answer = await server.member.post(path, {"message_id": gone["id"]}, 400)
    assert answer == {"error": "deleted messages cannot be pinned"}


async def test_a_channel_has_at_most_a_hundred_pins(server: Server) -> None:
    path = f"/api/channels/{server.cast.general}/pins"
    for number in range(100):
        message = await server.member.say(server.cast.general, str(number))
        await server.member.post(path, {"message_id": message["id"]})
    last = await server.member.say(server.cast.general, "one more")
    answer = await server.member.post(path, {"message_id": last["id"]}, 409)
    assert answer == {"error": "channel pin limit reached (maximum 100)"}
