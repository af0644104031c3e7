"""The objects of the API, as the server writes them: JSON objects, typed (contract chat section 4).

Members under `NotRequired` are absent when they are empty. Times are RFC 3339 text in UTC. A newer server may send
members that are not listed here.
"""

from typing import Any, Literal, NotRequired, TypedDict

Role = Literal["owner", "moderator", "member", "bot", "guest"]
Kind = Literal["message", "agent_commentary", "agent_tool"]


class User(TypedDict):
    """A person or a bot."""

    id: str
    kind: Literal["human", "bot"]
    display_name: str
    handle: str
    avatar_url: str
    created_at: str
    owner_user_id: NotRequired[str]
    former_handle: NotRequired[str]
    deleted_at: NotRequired[str]


class Session(TypedDict):
    """A session that was just started."""

    id: str
    token: str
    user_id: str
    created_at: str
    expires_at: str


class SignedIn(TypedDict):
    """Who signed in, and the token of the new session."""

    user: User
    session: Session
    token: str


class Workspace(TypedDict):
    """A workspace; `role` is the caller's."""

    id: str
    route_id: str
    name: str
    slug: str
    icon_url: str
    created_at: str
    role: NotRequired[Role]


class Member(TypedDict):
    """Somebody in a workspace."""

    workspace_id: str
    user: User
    role: Role
    joined_at: str


class Channel(TypedDict):
    """A channel; the counters are the caller's, and 0 in answers to changes."""

    id: str
    route_id: str
    workspace_id: str
    name: str
    kind: str
    created_at: str
    external_managed: bool
    last_seq: int
    last_read_seq: int
    unread_count: int
    display_title: NotRequired[str]
    archived_at: NotRequired[str]
    external_ref: NotRequired[str]
    external_url: NotRequired[str]
    sidebar_section: NotRequired[str]


class DirectConversation(TypedDict):
    """A conversation of 2 to 32 people and bots."""

    id: str
    route_id: str
    workspace_id: str
    created_at: str
    members: list[User]
    last_seq: int
    last_read_seq: int
    unread_count: int
    can_send: bool


class ThreadState(TypedDict):
    """What is known of a thread without reading it."""

    root_message_id: str
    reply_count: int
    last_reply_author_ids: list[str]
    last_reply_at: NotRequired[str]


class Reaction(TypedDict):
    """How many reacted with one emoji."""

    emoji: str
    count: int
    reacted_by_me: bool


class Upload(TypedDict):
    """A file; 0 is an unknown measure."""

    id: str
    workspace_id: str
    owner_id: str
    filename: str
    content_type: str
    byte_size: int
    width: int
    height: int
    duration_ms: int
    created_at: str
    nonce: NotRequired[str]


class Message(TypedDict):
    """A root message has a `channel_seq`, a reply a `thread_seq`; `thread_root_id` is a root's own id."""

    id: str
    workspace_id: str
    author_id: str
    author: User
    thread_root_id: str
    body: str
    body_format: str
    created_at: str
    kind: Kind
    channel_id: NotRequired[str]
    direct_conversation_id: NotRequired[str]
    channel_seq: NotRequired[int]
    thread_seq: NotRequired[int]
    parent_message_id: NotRequired[str]
    route_id: NotRequired[str]
    topic_id: NotRequired[str]
    turn_id: NotRequired[str]
    nonce: NotRequired[str]
    edited_at: NotRequired[str]
    deleted_at: NotRequired[str]
    quoted_message_id: NotRequired[str]
    quoted_author_id: NotRequired[str]
    quoted_author: NotRequired[User]
    quoted_body_snapshot: NotRequired[str]
    attachments: NotRequired[list[Upload]]
    reactions: NotRequired[list[Reaction]]
    thread_state: NotRequired[ThreadState]


class Event(TypedDict):
    """Something that happened. One that is not in the log has an empty `cursor`."""

    id: str
    cursor: str
    type: str
    workspace_id: str
    created_at: str
    payload: dict[str, Any]
    channel_id: NotRequired[str]
    seq: NotRequired[int]
    mentioned_user_ids: NotRequired[list[str]]


class MessagePage(TypedDict):
    """Root messages, ascending by `channel_seq`."""

    messages: list[Message]
    oldest_seq: int
    newest_seq: int
    has_older: bool
    has_newer: bool


class Thread(TypedDict):
    """A root message and its replies, ascending by `thread_seq`."""

    root: Message
    replies: list[Message]
    thread_state: ThreadState


class Posted(TypedDict):
    """A message, and the event that told of it; none when the nonce had posted it before."""

    message: Message
    event: NotRequired[Event]


class Replied(TypedDict):
    """A reply, its thread, and the two events that told of it; None when the nonce had posted it before."""

    message: Message
    thread_state: ThreadState
    events: list[Event] | None


class Reacted(TypedDict):
    """All reactions to the message, and the event; one with an empty id when nothing changed."""

    event: Event
    reactions: list[Reaction]


class SearchHit(TypedDict):
    """A message that was found; `highlights` are ranges of `snippet` in code points."""

    id: str
    workspace_id: str
    thread_root_id: str
    author: User
    created_at: str
    snippet: str
    highlights: list[dict[str, int]]
    reply_count: int
    channel_id: NotRequired[str]
    channel_name: NotRequired[str]
    direct_conversation_id: NotRequired[str]
    parent_message_id: NotRequired[str]
    channel_seq: NotRequired[int]
    thread_seq: NotRequired[int]
    edited_at: NotRequired[str]
    last_reply_at: NotRequired[str]


class ClaimedToken(TypedDict):
    """A bot's token for a setup code: whose it is, and what the person who made the code wants the program to do."""

    token: str
    bot: dict[str, str]
    workspace: dict[str, str]
    defaults: dict[str, Any]
    api_base_url: NotRequired[str]


class MenuCommand(TypedDict):
    """A command in a bot's menu: `command` starts with `/`."""

    command: str
    description: str
    args_hint: NotRequired[str]


class BotCommand(TypedDict):
    """A command of a bot's menu as the server keeps it."""

    id: str
    workspace_id: str
    bot_user_id: str
    command: str
    description: str
    args_hint: str
    created_at: str
    updated_at: str


class ProgressLine(TypedDict):
    """A line of what an agent is doing; `id` names it in later updates."""

    id: str
    kind: str
    text: NotRequired[str]
    title: NotRequired[str]
    tool_name: NotRequired[str]
    status: NotRequired[str]
