"""The shapes of answers about direct conversations, topics, pins, private channels and followed threads.

Source: contract chat 4.11; private channels and followed threads are additions.
"""

from typing import Literal

from clickclack.api.chat.models import Answer, Event, Message, ThreadState, User


class DirectConversation(Answer):
    id: str
    route_id: str
    workspace_id: str
    created_at: str
    members: list[User]
    last_seq: int
    last_read_seq: int
    unread_count: int
    can_send: bool


class DirectConversationAnswer(Answer):
    conversation: DirectConversation


class DirectConversationList(Answer):
    conversations: list[DirectConversation]


class Topic(Answer):
    id: str
    workspace_id: str
    channel_id: str = ""
    name: str
    created_by: str = ""
    created_at: str
    archived_at: str = ""


class TopicAnswer(Answer):
    topic: Topic


class TopicList(Answer):
    topics: list[Topic]


class PinnedMessage(Answer):
    id: str
    workspace_id: str
    channel_id: str
    message_id: str
    pinned_by: str
    created_at: str


class PinAnswer(Answer):
    pinned_message: PinnedMessage
    event: Event


class NotificationPreference(Answer):
    preference: Literal["all", "mentions", "muted"]


class ChannelMemberList(Answer):
    members: list[User]


class ChannelMemberAnswer(Answer):
    member: User
    event: Event


class ThreadRead(Answer):
    root_message_id: str
    following: bool
    last_read_seq: int
    unread_count: int
    last_read_at: str = ""


class ThreadReadAnswer(Answer):
    read: ThreadRead


class FollowedThread(Answer):
    root: Message
    thread_state: ThreadState
    read: ThreadRead


class FollowedThreadList(Answer):
    threads: list[FollowedThread]


class MemberModeration(Answer):
    workspace_id: str
    user: User
    role: str
    posts_remaining: int
    post_limit: int
    timeout_until: str = ""
    blocked_at: str = ""
    moderation_note: str = ""
    moderation_by: str = ""
    moderation_at: str = ""


class ModerationList(Answer):
    members: list[MemberModeration]


class ModerationAnswer(Answer):
    member: MemberModeration
    event: Event
