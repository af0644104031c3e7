"""A client for programs: everything that a person or a bot can do on a server, typed and asynchronous.

    async with Client("https://chat.example.org", token="ccb_…") as client:
        workspace = (await client.workspaces.list())[0]
        channel = (await client.channels.list(workspace["id"]))[0]
        await client.messages.send(channel["id"], "Good morning")
        async with client.realtime.follow(workspace["id"]) as events:
            async for event in events:
                print(event["type"], event["payload"])

What is sent is sent once, however often a connection breaks; what is followed comes in order, without gap or repeat.
`docs/bots.md` builds a bot with it. Needs aiohttp and nothing else of this program.
"""

from clickclack.client.errors import ApiError, ClientError, Unreachable
from clickclack.client.objects import Event, Message
from clickclack.client.realtime import RESYNC, Follower
from clickclack.client.session import Client

__all__ = ["RESYNC", "ApiError", "Client", "ClientError", "Event", "Follower", "Message", "Unreachable"]
