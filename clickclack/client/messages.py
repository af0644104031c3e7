"""Messages of channels and direct conversations (contract chat 3.7, 3.10).

A *place* is either of them, told by its id: `chn_…` or `dm_…`.
"""

from collections.abc import AsyncGenerator, Sequence
from typing import Any, NotRequired, TypedDict, Unpack
from uuid import uuid4

from clickclack.client.errors import ApiError
from clickclack.client.objects import Message, MessagePage, Posted
from clickclack.client.transport import Transport, path

LARGEST_PAGE = 200
PROBE = path("messages", "by-nonce")
PROOF = "X-ClickClack-Message-Nonce"


class Extras(TypedDict):
    """What a message may carry beside its text; of `kind` and `turn_id`, what agents may (contract chat 6.15)."""

    quoted_message_id: NotRequired[str]
    topic_id: NotRequired[str]
    upload_ids: NotRequired[Sequence[str]]
    kind: NotRequired[str]
    turn_id: NotRequired[str]
    nonce: NotRequired[str]
    correlation_id: NotRequired[str]


class Window(TypedDict):
    """Which messages of a place: at most one of the three sequences; without any the newest."""

    limit: NotRequired[int]
    before_seq: NotRequired[int]
    after_seq: NotRequired[int]
    around_seq: NotRequired[int]
    topic_id: NotRequired[str]


def messages_of(place_id: str) -> str:
    """The path of a place's messages."""
    return path("dms" if place_id.startswith("dm_") else "channels", place_id, "messages")


async def post_once(transport: Transport, target: str, body: str, extras: Extras) -> Any:
    """Posts a text with a nonce, the caller's or a new one, and finds it again when its answer was lost."""
    draft: dict[str, Any] = {"body": body, **extras}
    draft.setdefault("nonce", uuid4().hex)
    correlation_id = draft.pop("correlation_id", "")
    headers = {"X-Correlation-ID": correlation_id} if correlation_id else {}
    return await transport.once(PROBE, PROOF, lambda: transport.call("POST", target, draft, headers=headers))


class Messages:
    """Write, read and page through messages."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def send(self, place_id: str, body: str, **extras: Unpack[Extras]) -> Posted:
        """Posts a message, once, even when an answer is lost on the way."""
        return await post_once(self._transport, messages_of(place_id), body, extras)

    async def get(self, message_id: str) -> Message:
        """One message, root or reply."""
        return (await self._transport.call("GET", path("messages", message_id)))["message"]

    async def edit(self, message_id: str, body: str) -> Posted:
        """Gives one's own message another text."""
        return await self._transport.call("PATCH", path("messages", message_id), {"body": body})

    async def delete(self, message_id: str) -> Posted:
        """Empties a message for good."""
        return await self._transport.call("DELETE", path("messages", message_id))

    async def by_nonce(self, workspace_id: str, nonce: str) -> Message | None:
        """One's own message with this nonce; None when there is none. ApiError when the server cannot tell."""
        try:
            query = {"workspace_id": workspace_id, "nonce": nonce}
            return (await self._transport.call("GET", PROBE, query=query))["message"]
        except ApiError as error:
            if error.status == 404 and error.headers.get(PROOF) == "supported":
                return None
            raise

    async def page(self, place_id: str, **window: Unpack[Window]) -> MessagePage:
        """A window of root messages, at most 200 and 100 when no limit is given, ascending."""
        return await self._transport.call("GET", messages_of(place_id), query=window)  # pyright: ignore[reportArgumentType]

    async def forward(self, place_id: str, after_seq: int = 0) -> AsyncGenerator[Message]:
        """Every root message behind `after_seq`, oldest first, up to the newest there is by then."""
        more = True
        while more:
            page = await self.page(place_id, after_seq=after_seq, limit=LARGEST_PAGE)
            for message in page["messages"]:
                yield message
            after_seq, more = page["newest_seq"], page["has_newer"]

    async def backward(self, place_id: str, before_seq: int | None = None) -> AsyncGenerator[Message]:
        """Every root message before `before_seq`, newest first; from the newest of all without it."""
        more = True
        while more:
            window: Window = {"limit": LARGEST_PAGE}
            if before_seq is not None:
                window["before_seq"] = before_seq
            page = await self.page(place_id, **window)
            for message in reversed(page["messages"]):
                yield message
            before_seq, more = page["oldest_seq"], page["has_older"]

    async def mark_read(self, place_id: str, seq: int) -> None:
        """Moves one's own read pointer up to a root message."""
        target = messages_of(place_id).removesuffix("messages") + "read"
        await self._transport.call("POST", target, {"seq": seq})
