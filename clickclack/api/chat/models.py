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


class OwnedBotWorkspace(Answer):
    id: str
    route_id: str
    name: str


class OwnedBot(Answer):
    bot: User
    workspace: OwnedBotWorkspace
    active_token_count: int


class OwnedBotList(Answer):
    bots: list[OwnedBot]


class MagicLink(Answer):
    id: str
    email: str
    display_name: str
    created_at: str
    expires_at: str
    used_at: str = ""


class MagicLinkAnswer(Answer):
    magic_link: MagicLink
    token: str


class Session(Answer):
    """A session that was just started; the token is shown this once."""

    id: str
    token: str
    user_id: str
    created_at: str
    expires_at: str


class SignInAnswer(Answer):
    user: User
    session: Session
    token: str


class SetupAnswer(SignInAnswer):
    workspace: "Workspace"


class SessionListed(Answer):
    id: str
    device: str
    created_at: str
    last_used_at: str = ""
    expires_at: str
    current: bool


class SessionList(Answer):
    sessions: list[SessionListed]


class Revoked(Answer):
    revoked: int


class Workspace(Answer):
    id: str
    route_id: str
    name: str
    slug: str
    icon_url: str
    created_at: str
    role: Literal["owner", "moderator", "member", "guest", "bot"]


class WorkspaceList(Answer):
    workspaces: list[Workspace]


class WorkspaceAnswer(Answer):
    workspace: Workspace


class WorkspaceChange(Answer):
    workspace: Workspace
    event: Event


class Member(Answer):
    workspace_id: str
    user: User
    role: Literal["owner", "moderator", "member", "guest", "bot"]
    joined_at: str


class MemberPage(Answer):
    members: list[Member]
    next_cursor: str = ""
    has_more: bool
    total_count: int = 0
    total_by_role: dict[str, int] = {}


class OidcProvider(Answer):
    name: str


class SignInWays(Answer):
    password: bool
    magic_link: bool
    registration_open: bool
    github: bool
    oidc: OidcProvider | None


class Config(Answer):
    version: str
    api_base_url: str
    frontend_base_url: str
    dev_bootstrap: bool
    setup_required: bool
    setup_code_required: bool
    sign_in: SignInWays


class ConfigAnswer(Answer):
    config: Config
