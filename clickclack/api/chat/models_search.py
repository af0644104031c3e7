"""The shapes of answers to searches (contract chat 4.16)."""

from clickclack.api.chat.models import Answer, User


class Highlight(Answer):
    """A half-open range of the snippet in code points."""

    start: int
    end: int


class SearchHit(Answer):
    id: str
    workspace_id: str
    thread_root_id: str
    channel_id: str = ""
    channel_name: str = ""
    direct_conversation_id: str = ""
    parent_message_id: str = ""
    channel_seq: int = 0
    thread_seq: int = 0
    author: User
    created_at: str
    edited_at: str = ""
    last_reply_at: str = ""
    reply_count: int
    snippet: str
    highlights: list[Highlight]


class SearchPage(Answer):
    results: list[SearchHit]
    next_cursor: str | None
    incomplete: bool | None = None
