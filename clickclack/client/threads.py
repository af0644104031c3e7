"""Threads and reactions (contract chat 3.7)."""

from typing import Unpack

from clickclack.client.messages import Extras, post_once
from clickclack.client.objects import Reacted, Replied, Thread
from clickclack.client.transport import Transport, path


class Threads:
    """What hangs below a root message."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def read(self, message_id: str, *, limit: int = 100, latest: bool = False) -> Thread:
        """The root and its first replies, or the `latest`; at most 200 of them."""
        query = {"limit": limit, "latest": "true" if latest else "false"}
        return await self._transport.call("GET", path("messages", message_id, "thread"), query=query)

    async def reply(self, message_id: str, body: str, **extras: Unpack[Extras]) -> Replied:
        """Replies to a root message, once, even when an answer is lost on the way."""
        return await post_once(self._transport, path("messages", message_id, "thread", "replies"), body, extras)


class Reactions:
    """One's own reactions to messages; doing the same twice changes nothing."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def add(self, message_id: str, emoji: str) -> Reacted:
        """Reacts to a message."""
        return await self._transport.call("POST", path("messages", message_id, "reactions"), {"emoji": emoji})

    async def remove(self, message_id: str, emoji: str) -> Reacted:
        """Takes a reaction back."""
        return await self._transport.call("DELETE", path("messages", message_id, "reactions", emoji))
