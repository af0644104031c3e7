"""Events in the words of the chat surface: the vocabulary, and where each fact goes (contract chat 4.17, 5.2, 5.5)."""

from typing import Any

import orjson

from clickclack.api.chat.render_identity import wire_name
from clickclack.kernel.clock import to_rfc3339
from clickclack.kernel.events import Event
from clickclack.kernel.http.sockets import text_frame

_MESSAGE_CHANGE = ("message_id", "root_message_id", "direct_conversation_id")
_REACTION = ("message_id", "emoji", "user_id", "count", "direct_conversation_id")

PAYLOADS: dict[str, tuple[str, ...]] = {
    "channel.created": ("channel_id",),
    "channel.read": ("channel_id", "user_id"),
    "channel.updated": ("channel_id", "archived"),
    "dm.read": ("direct_conversation_id", "user_id"),
    "member.moderation_updated": ("user_id", "role"),
    "message.created": (
        "message_id",
        "author_id",
        "direct_conversation_id",
        "topic_id",
        "kind",
        "turn_id",
        "nonce",
        "correlation_id",
    ),
    "message.deleted": _MESSAGE_CHANGE,
    "message.updated": _MESSAGE_CHANGE,
    "pin.added": ("channel_id", "message_id", "pinned_by"),
    "pin.removed": ("channel_id", "message_id", "pinned_by"),
    "reaction.added": _REACTION,
    "reaction.removed": _REACTION,
    "thread.reply_created": ("message_id", "root_message_id", "nonce", "correlation_id", "direct_conversation_id"),
    "thread.state_updated": ("root_message_id", "direct_conversation_id"),
    "workspace.ownership_transferred": ("workspace_id", "new_owner_user_id"),
    "workspace.updated": ("workspace_id",),
}
"""The durable vocabulary, sorted as it is served, with the members of each payload."""

NO_EVENT: dict[str, Any] = {
    "id": "",
    "cursor": "",
    "type": "",
    "workspace_id": "",
    "created_at": "",
    "payload": None,
}
"""What stands in an answer where a change changed nothing."""


def event(record: Event | None) -> dict[str, Any]:
    """An event as one object; NO_EVENT for None."""
    if record is None:
        return NO_EVENT
    data = record.data
    rendered: dict[str, Any] = {
        "id": record.id,
        "cursor": record.cursor,
        "type": record.type,
        "workspace_id": data["workspace_id"],
        "created_at": to_rfc3339(record.created_at),
        "payload": {k: data[k] for k in PAYLOADS[record.type] if k in data} if record.n else data["payload"],
    }
    if "role_n" in data:
        rendered["payload"]["role"] = wire_name(data["role_n"])
    for name in ("channel_id", "seq", "mentioned_user_ids"):
        if name in data:
            rendered[name] = data[name]
    return rendered


def frame(record: Event) -> bytes | None:
    """The WebSocket frame of an event; None for one that this surface has no word for."""
    if record.n and record.type not in PAYLOADS:
        return None
    return text_frame(orjson.dumps(event(record)))
