"""Workspaces: who and which channels are in them, and what can be found there (contract chat 3.4 to 3.6, 3.10)."""

from collections.abc import AsyncGenerator, Sequence

from clickclack.client.objects import Channel, DirectConversation, Member, SearchHit, Workspace
from clickclack.client.transport import Transport, path


class Workspaces:
    """The workspaces that the caller is in; a bot's token knows one."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list(self) -> list[Workspace]:
        """All of them, oldest first."""
        return (await self._transport.call("GET", path("workspaces")))["workspaces"]

    async def get(self, workspace_id: str) -> Workspace:
        """One of them."""
        return (await self._transport.call("GET", path("workspaces", workspace_id)))["workspace"]

    async def members(self, workspace_id: str, *, search: str = "", role: str = "") -> AsyncGenerator[Member]:
        """Who is in it, by role and name; `search` is a part of a name or handle."""
        query = {name: text for name, text in (("q", search), ("role", role)) if text}
        while True:
            page = await self._transport.call("GET", path("workspaces", workspace_id, "members"), query=query)
            for member in page["members"]:
                yield member
            if not page.get("next_cursor"):
                return
            query["cursor"] = page["next_cursor"]

    async def search(self, workspace_id: str, words: str, **narrowed: str) -> AsyncGenerator[SearchHit]:
        """Messages that match, the most relevant first; `channel_id`, `direct_conversation_id` and `sort` narrow it."""
        query = {"workspace_id": workspace_id, "q": words, **narrowed}
        while True:
            page = await self._transport.call("GET", path("search"), query=query)
            for hit in page["results"]:
                yield hit
            if not page["next_cursor"]:
                return
            query["cursor"] = page["next_cursor"]


class Channels:
    """The channels of a workspace that the caller may see."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list(self, workspace_id: str) -> list[Channel]:
        """All of them by name, archived ones too, with what is unread."""
        return (await self._transport.call("GET", path("workspaces", workspace_id, "channels")))["channels"]

    async def create(self, workspace_id: str, name: str, *, kind: str = "public") -> Channel:
        """A new channel; its name is brought into the form of a slug."""
        body = {"name": name, "kind": kind}
        return (await self._transport.call("POST", path("workspaces", workspace_id, "channels"), body))["channel"]

    async def update(self, channel_id: str, **changes: str | bool) -> Channel:
        """Changes `name`, `display_title`, `kind`, `archived` or `sidebar_section`; the rest stays."""
        return (await self._transport.call("PATCH", path("channels", channel_id), changes))["channel"]


class DirectConversations:
    """The caller's direct conversations. Their messages are sent and read as those of channels."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list(self, workspace_id: str) -> list[DirectConversation]:
        """All that are not hidden, oldest first."""
        query = {"workspace_id": workspace_id}
        return (await self._transport.call("GET", path("dms"), query=query))["conversations"]

    async def open(self, workspace_id: str, member_ids: Sequence[str]) -> DirectConversation:
        """The conversation with these people; with one other person there is only one for ever."""
        body = {"workspace_id": workspace_id, "member_ids": list(member_ids)}
        return (await self._transport.call("POST", path("dms"), body))["conversation"]
