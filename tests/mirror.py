"""A workspace as a web client keeps it: a snapshot, then what each event names is fetched again."""

from dataclasses import dataclass, field
from typing import Any

from tests.client import Client

HIDDEN = ("route_id",)
"""Given to a root when somebody opens its thread, which no event tells."""


@dataclass(slots=True)
class Mirror:
    """What one reader knows of a workspace; `handled` is the cursor of the last event."""

    client: Client
    user_id: str
    workspace_id: str
    handled: str = ""
    workspace: Any = None
    channels: dict[str, Any] = field(default_factory=lambda: dict[str, Any]())
    conversations: dict[str, Any] = field(default_factory=lambda: dict[str, Any]())
    roots: dict[str, Any] = field(default_factory=lambda: dict[str, Any]())
    replies: dict[str, dict[str, Any]] = field(default_factory=lambda: dict[str, dict[str, Any]]())

    async def load(self) -> None:
        """Takes a whole new snapshot."""
        self.handled = await self.tail()
        self.roots, self.replies = {}, {}
        await self._load_workspace()
        await self._load_channels()
        await self._load_conversations()

    async def tail(self) -> str:
        path = f"/api/realtime/events?workspace_id={self.workspace_id}&limit=1&include_tail=true"
        tail: str = (await self.client.get(path))["tail_cursor"]
        return tail

    async def apply(self, event: Any) -> None:
        """Brings what the event names up to date."""
        assert event["cursor"] > self.handled, "events ascend"
        self.handled = event["cursor"]
        subject, _, fact = event["type"].partition(".")
        payload = event["payload"]
        if subject == "workspace":
            await self._load_workspace()
        elif subject == "channel":
            await self._load_channels()
        elif subject == "dm" or payload.get("direct_conversation_id", "") not in ("", *self.conversations):
            await self._load_conversations()
        elif subject == "thread":
            await self._load_thread(payload["root_message_id"])
        elif "seq" in event:
            await self._page(_place_of(event), event["seq"] - 1, 1)
            if (subject, fact) == ("message", "created"):
                self._count(event)
        else:
            root_id = await self._root_of(payload)
            if root_id:
                await self._load_thread(root_id)

    def state(self) -> Any:
        """Everything that a fresh snapshot must show as well."""
        return {
            "workspace": self.workspace,
            "channels": self.channels,
            "conversations": self.conversations,
            "roots": {i: _shown(root) for i, root in self.roots.items() if self._sees(root)},
            "replies": {
                i: {j: _shown(r) for j, r in replies.items()}
                for i, replies in self.replies.items()
                if self._sees(self.roots[i])
            },
        }

    def _sees(self, message: Any) -> bool:
        return _place_of(message) in self.channels | self.conversations

    def counted(self, channel_id: str) -> int:
        """The unread messages of a channel, counted one by one."""
        read = (self.channels | self.conversations)[channel_id]["last_read_seq"]
        return sum(
            root["kind"] == "message" and root["author_id"] != self.user_id and root["channel_seq"] > read
            for root in self.roots.values()
            if _place_of(root) == channel_id
        )

    def _count(self, event: Any) -> None:
        channel, payload = (self.channels | self.conversations).get(_place_of(event)), event["payload"]
        if channel is None:
            return  # hidden since
        if event["seq"] > channel["last_seq"]:
            channel["last_seq"] = event["seq"]
            channel["unread_count"] += payload["author_id"] != self.user_id and "kind" not in payload

    async def _load_workspace(self) -> None:
        self.workspace = (await self.client.get(f"/api/workspaces/{self.workspace_id}"))["workspace"]

    async def _load_channels(self) -> None:
        listed = await self.client.get(f"/api/workspaces/{self.workspace_id}/channels")
        known, self.channels = self.channels, {channel["id"]: channel for channel in listed["channels"]}
        for channel_id in self.channels.keys() - known.keys():
            await self._load_history(channel_id)

    async def _load_conversations(self) -> None:
        """Those in which somebody has written: of a new one no event tells."""
        listed = await self.client.get(f"/api/dms?workspace_id={self.workspace_id}")
        written = {c["id"]: c for c in listed["conversations"] if c["last_seq"]}
        known, self.conversations = self.conversations, written
        for conversation_id in self.conversations.keys() - known.keys():
            await self._load_history(conversation_id)

    async def _load_history(self, place_id: str) -> None:
        after, more = 0, True
        while more:
            page = await self._page(place_id, after, 200)
            after, more = page["newest_seq"], page["has_newer"]
        for root in [root for root in self.roots.values() if _place_of(root) == place_id]:
            if root["thread_state"]["reply_count"]:
                await self._load_thread(root["id"])

    async def _page(self, place_id: str, after: int, limit: int) -> Any:
        kind = "dms" if place_id.startswith("dm_") else "channels"
        page = await self._seen(f"/api/{kind}/{place_id}/messages?after_seq={after}&limit={limit}")
        if page is None:
            return {"newest_seq": after, "has_newer": False}
        self.roots |= {message["id"]: message for message in page["messages"]}
        return page

    async def _load_thread(self, root_id: str) -> None:
        thread = await self._seen(f"/api/messages/{root_id}/thread?limit=200")
        if thread is not None:
            self.roots[root_id] = {**thread["root"], "thread_state": thread["thread_state"]}
            self.replies[root_id] = {reply["id"]: reply for reply in thread["replies"]}

    async def _root_of(self, payload: Any) -> str:
        if "root_message_id" in payload:
            root_id: str = payload["root_message_id"]
            return root_id
        answer = await self._seen(f"/api/messages/{payload['message_id']}")
        return answer["message"]["thread_root_id"] if answer else ""

    async def _seen(self, path: str) -> Any:
        """What there is to see now, None when that is nothing any more: an event may tell of what was hidden since."""
        answer = await self.client.call("GET", path)
        assert answer.status in (200, 404), answer
        return answer.json if answer.status == 200 else None


def _place_of(thing: Any) -> str:
    """The channel or direct conversation of a message or an event."""
    found: str = thing.get("channel_id") or (thing | thing.get("payload", {}))["direct_conversation_id"]
    return found


def _shown(message: Any) -> Any:
    return {name: value for name, value in message.items() if name not in HIDDEN}
