"""Who is mentioned in a message (contract chat 6.4)."""

from tests.conftest import Server


async def mentioned(server: Server, body: str) -> list[str]:
    path = f"/api/channels/{server.cast.general}/messages"
    event = (await server.member.post(path, {"body": body}))["event"]
    ids = event.get("mentioned_user_ids", [])
    names = {person.id: name for name, person in server.cast.people.items()}
    assert ids == sorted(ids)
    return sorted(names[i] for i in ids)


async def test_members_bots_and_the_author_are_mentioned_by_handle(server: Server) -> None:
    assert await mentioned(server, "hi @Owner, @owner, @bot_read and me, @member") == ["bot_read", "member", "owner"]


async def test_people_of_other_workspaces_are_not_mentioned(server: Server) -> None:
    assert await mentioned(server, "hi @outsider and @stray") == []


async def test_a_reply_mentions_in_its_first_event(server: Server) -> None:
    root = await server.owner.say(server.cast.general)
    path = f"/api/messages/{root['id']}/thread/replies"
    created, state = (await server.member.post(path, {"body": "@guest look"}))["events"]
    assert created["mentioned_user_ids"] == [server.cast.people["guest"].id]
    assert "mentioned_user_ids" not in state


async def test_an_edit_mentions_nobody(server: Server) -> None:
    message = await server.member.say(server.cast.general)
    changed = await server.member.patch(f"/api/messages/{message['id']}", {"body": "@owner"})
    assert "mentioned_user_ids" not in changed["event"]
