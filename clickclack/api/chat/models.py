"""The shapes of the chat surface's answers, for OpenAPI and for tests; answers are rendered by plain functions.

A member that may be absent has a default; one that may be null says so. Source: contract chat section 4.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """A JSON object that has these members and no others."""

    model_config = ConfigDict(extra="forbid")


class Error(Answer):
    error: str


class Ok(Answer):
    ok: Literal[True]


class NotificationSettings(Answer):
    pushover_enabled: bool
    pushover_user_key: str


class User(Answer):
    id: str
    kind: Literal["human", "bot"]
    owner_user_id: str = ""
    display_name: str
    handle: str
    avatar_url: str
    created_at: str
    former_handle: str = ""
    deleted_at: str = ""


class Channel(Answer):
    id: str
    route_id: str
    workspace_id: str
    name: str
    kind: str
    display_title: str = ""
    created_at: str
    archived_at: str = ""
    external_managed: bool
    external_ref: str = ""
    external_url: str = ""
    sidebar_section: str = ""
    last_seq: int
    last_read_seq: int
    unread_count: int


class ThreadState(Answer):
    root_message_id: str
    reply_count: int
    last_reply_at: str = ""
    last_reply_author_ids: list[str]


class Reaction(Answer):
    emoji: str
    count: int
    reacted_by_me: bool


class Upload(Answer):
    id: str
    workspace_id: str
    owner_id: str
    nonce: str = ""
    filename: str
    content_type: str
    byte_size: int
    width: int
    height: int
    duration_ms: int
    created_at: str


class Message(Answer):
    id: str
    route_id: str = ""
    workspace_id: str
    channel_id: str = ""
    direct_conversation_id: str = ""
    topic_id: str = ""
    author_id: str
    parent_message_id: str = ""
    thread_root_id: str
    channel_seq: int = 0
    thread_seq: int = 0
    body: str
    body_format: Literal["markdown"]
    created_at: str
    edited_at: str = ""
    deleted_at: str = ""
    kind: Literal["message", "agent_commentary", "agent_tool"]
    turn_id: str = ""
    author: User
    quoted_message_id: str = ""
    quoted_author_id: str = ""
    quoted_body_snapshot: str = ""
    quoted_author: User | None = None
    nonce: str = ""
    attachments: list[Upload] = []
    reactions: list[Reaction] = []
    thread_state: ThreadState | None = None


class Event(Answer):
    """An event; all texts are empty and the payload null in the answer to a change that changed nothing."""

    id: str
    cursor: str
    type: str
    workspace_id: str
    created_at: str
    channel_id: str = ""
    seq: int = 0
    payload: dict[str, Any] | None
    mentioned_user_ids: list[str] = []


class ChannelAnswer(Answer):
    channel: Channel
    event: Event


class ChannelList(Answer):
    channels: list[Channel]


class MessagePage(Answer):
    messages: list[Message]
    oldest_seq: int
    newest_seq: int
    has_older: bool
    has_newer: bool


class MessageAnswer(Answer):
    message: Message


class SlashAnswer(Answer):
    response_type: Literal["in_channel"]
    text: str
    message: Message
    event: Event


class MessageChange(Answer):
    message: Message
    event: Event


class MessageList(Answer):
    messages: list[Message]


class Edit(Answer):
    body: str
    edited_at: str


class EditList(Answer):
    edits: list[Edit]


class ReadReceipt(Answer):
    scope_id: str
    user_id: str
    last_read_seq: int
    last_read_at: str


class ReadAnswer(Answer):
    receipt: ReadReceipt


class Thread(Answer):
    root: Message
    replies: list[Message]
    thread_state: ThreadState


class ReplyAnswer(Answer):
    message: Message
    thread_state: ThreadState
    events: list[Event] | None


class ReactionAnswer(Answer):
    event: Event
    reactions: list[Reaction]


class EventTypes(Answer):
    event_types: list[str]


class EventPage(Answer):
    events: list[Event]
    tail_cursor: str = ""


class EventAnswer(Answer):
    event: Event


class RouteTarget(Answer):
    workspace_id: str
    workspace_route_id: str
    target_type: Literal["channel", "direct", "thread"]
    target_id: str
    target_route_id: str
    parent_type: str = ""
    parent_id: str = ""
    parent_route_id: str = ""
    canonical_path: str


class RouteAnswer(Answer):
    route: RouteTarget


class Appearance(Answer):
    color_mode: Literal["light", "dark"] = "light"
    board_theme: Literal["ember", "moss", "iris"] = "ember"
    message_layout: Literal["outlined"] = "outlined"
    density: Literal["compact"] = "compact"


class Me(User):
    notification_settings: NotificationSettings | None = None
    appearance_preferences: Appearance | None = None


class MeAnswer(Answer):
    user: Me
