"""Snapshot + events == fresh snapshot, whatever anybody does, for every kind of reader (design section 12)."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote

import pytest

from tests.client import Client, Follower, FormPart
from tests.conftest import Server
from tests.mirror import Mirror

STEPS = 220
ACTORS = ("owner", "moderator", "member", "guest", "bot_active", "bot_admin")
READERS = ("owner", "member", "guest", "bot_read")
EMOJI = ("👍", "+1", "a/b")


@dataclass(slots=True)
class Crowd:
    """Several people who do things at random; `refused` counts what they may not."""

    server: Server
    random: Random
    channels: list[str]
    conversations: list[str] = field(default_factory=lambda: list[str]())
    roots: list[str] = field(default_factory=lambda: list[str]())
    replies: list[str] = field(default_factory=lambda: list[str]())
    files: list[str] = field(default_factory=lambda: list[str]())
    refused: int = 0

    async def act(self) -> None:
        name = self.random.choice(ACTORS)
        client = self.server.bearing(self.server.cast.people[name].token)
        kinds: list[tuple[int, Callable[[Client], Awaitable[None]]]] = [
            (10, self.post),
            (6, self.reply),
            (4, self.edit),
            (2, self.delete),
            (6, self.react),
            (3, self.unreact),
            (5, self.read),
            (1, self.create_channel),
            (2, self.update_channel),
            (1, self.rename_workspace),
            (2, self.open_conversation),
            (6, self.write_directly),
            (3, self.read_conversation),
            (2, self.pin),
            (4, self.post_file),
            (3, self.attach),
            (1, self.remove_file),
            (3, self.change_members),
        ]
        await self.random.choices([act for _, act in kinds], [weight for weight, _ in kinds])[0](client)

    async def do(self, client: Client, method: str, path: str, body: Any = None) -> Any:
        answer = await client.call(method, path, body)
        if answer.status >= 400:
            assert answer.status in (400, 403, 404, 409, 429), answer
            self.refused += 1
            return None
        return answer.json

    @property
    def message(self) -> str:
        return self.random.choice(self.roots + self.replies or ["msg_0"])

    async def post(self, client: Client) -> None:
        body = {"body": f"said {self.random.random()}"}
        if self.random.random() < 0.3:
            body |= {"nonce": str(self.random.randrange(5)), "body": "again"}
        if self.random.random() < 0.2 and self.roots:
            body["quoted_message_id"] = self.random.choice(self.roots)
        if client.headers == self.server.bot_active.headers:
            body["kind"] = "agent_commentary"
        answer = await self.do(client, "POST", f"/api/channels/{self.random.choice(self.channels)}/messages", body)
        if answer and "event" in answer:
            self.roots.append(answer["message"]["id"])

    async def reply(self, client: Client) -> None:
        answer = await self.do(client, "POST", f"/api/messages/{self.message}/thread/replies", {"body": "yes"})
        if answer:
            self.replies.append(answer["message"]["id"])

    async def edit(self, client: Client) -> None:
        await self.do(client, "PATCH", f"/api/messages/{self.message}", {"body": f"edited {self.random.random()}"})

    async def delete(self, client: Client) -> None:
        await self.do(client, "DELETE", f"/api/messages/{self.message}")

    async def react(self, client: Client) -> None:
        await self.do(client, "POST", f"/api/messages/{self.message}/reactions", {"emoji": self.random.choice(EMOJI)})

    async def unreact(self, client: Client) -> None:
        emoji = quote(self.random.choice(EMOJI), safe="")
        await self.do(client, "DELETE", f"/api/messages/{self.message}/reactions/{emoji}")

    async def read(self, client: Client) -> None:
        body = {"seq": self.random.randrange(30)}
        await self.do(client, "POST", f"/api/channels/{self.random.choice(self.channels)}/read", body)

    async def create_channel(self, client: Client) -> None:
        path = f"/api/workspaces/{self.server.cast.workspace}/channels"
        kind = self.random.choice(["public", "private"])
        answer = await self.do(client, "POST", path, {"name": f"c{self.random.randrange(6)}", "kind": kind})
        if answer:
            self.channels.append(answer["channel"]["id"])

    async def update_channel(self, client: Client) -> None:
        changes: list[dict[str, Any]] = [
            {"archived": self.random.random() < 0.5},
            {"name": f"d{self.random.randrange(6)}"},
            {"display_title": self.random.choice(["", "Title"])},
            {"kind": self.random.choice(["public", "private"])},
        ]
        path = f"/api/channels/{self.random.choice(self.channels)}"
        await self.do(client, "PATCH", path, self.random.choice(changes))

    async def open_conversation(self, client: Client) -> None:
        people = self.server.cast.people
        members = [people[name].id for name in self.random.sample(ACTORS, self.random.choice([1, 2]))]
        body = {"workspace_id": self.server.cast.workspace, "member_ids": members}
        answer = await self.do(client, "POST", "/api/dms", body)
        if answer:
            self.conversations.append(answer["conversation"]["id"])

    async def write_directly(self, client: Client) -> None:
        path = f"/api/dms/{self.random.choice(self.conversations or ['dm_0'])}/messages"
        answer = await self.do(client, "POST", path, {"body": f"psst {self.random.random()}"})
        if answer:
            self.roots.append(answer["message"]["id"])

    async def read_conversation(self, client: Client) -> None:
        path = f"/api/dms/{self.random.choice(self.conversations or ['dm_0'])}/read"
        await self.do(client, "POST", path, {"seq": self.random.randrange(30)})

    async def post_file(self, client: Client) -> None:
        part = FormPart("file", b"x", "a.txt", "text/plain")
        sent = await client.send_form(f"/api/uploads?workspace_id={self.server.cast.workspace}", part)
        if sent.status != 201:
            self.refused += 1
            return
        self.files.append(sent.json["upload"]["id"])
        body = {"upload_ids": [self.files[-1]]}
        answer = await self.do(client, "POST", f"/api/channels/{self.random.choice(self.channels)}/messages", body)
        if answer:
            self.roots.append(answer["message"]["id"])

    async def attach(self, client: Client) -> None:
        body = {"upload_id": self.random.choice(self.files or ["upl_0"])}
        await self.do(client, "POST", f"/api/messages/{self.message}/attachments", body)

    async def remove_file(self, client: Client) -> None:
        await self.do(client, "DELETE", f"/api/uploads/{self.random.choice(self.files or ['upl_0'])}")

    async def pin(self, client: Client) -> None:
        path = f"/api/channels/{self.random.choice(self.channels)}/pins"
        await self.do(client, "POST", path, {"message_id": self.message})

    async def change_members(self, client: Client) -> None:
        path = f"/api/channels/{self.random.choice(self.channels)}/members"
        user_id = self.server.cast.people[self.random.choice(ACTORS)].id
        if self.random.random() < 0.6:
            await self.do(client, "POST", path, {"user_id": user_id})
        else:
            await self.do(client, "DELETE", f"{path}/{user_id}")

    async def rename_workspace(self, client: Client) -> None:
        path = f"/api/workspaces/{self.server.cast.workspace}"
        await self.do(client, "PATCH", path, {"name": f"Acme {self.random.randrange(100)}"})


def mirror_of(server: Server, name: str) -> Mirror:
    person = server.cast.people[name]
    return Mirror(server.bearing(person.token), person.id, server.cast.workspace)


async def catch_up(mirror: Mirror, socket: Follower) -> None:
    """Applies what the socket has for the mirror up to the end of the log."""
    tail = await mirror.tail()
    while mirror.handled < tail:
        await mirror.apply(await socket.next())


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_snapshot_and_its_events_make_a_fresh_snapshot(server: Server, seed: int) -> None:
    random = Random(seed)
    cast = server.cast
    crowd = Crowd(server, random, [cast.general, cast.random, cast.guest])
    for _ in range(20):
        await crowd.act()
    async with AsyncExitStack() as stack:
        mirrors: list[tuple[Mirror, Follower]] = []
        for name in READERS:
            mirror = mirror_of(server, name)
            await mirror.load()
            follow = mirror.client.follow(cast.workspace, after=mirror.handled)
            mirrors.append((mirror, await stack.enter_async_context(follow)))
        for _ in range(STEPS):
            server.clock.advance(random.random())
            await crowd.act()
            if random.random() < 0.1:
                await catch_up(*random.choice(mirrors))
        for name, (mirror, socket) in zip(READERS, mirrors, strict=True):
            await catch_up(mirror, socket)
            fresh = mirror_of(server, name)
            await fresh.load()
            assert mirror.state() == fresh.state()
            assert fresh.roots
            for channel_id, channel in (fresh.channels | fresh.conversations).items():
                assert channel["unread_count"] == fresh.counted(channel_id), channel
    assert crowd.refused > 20, "the crowd also tries what it may not"
