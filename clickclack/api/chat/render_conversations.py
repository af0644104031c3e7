"""Direct conversations, topics, pins and followed threads in the words of the chat surface (contract chat 4.11)."""

from clickclack.api.chat.render import Json, given, message, thread_state, user
from clickclack.chat.direct_conversations import DirectConversation
from clickclack.chat.pins import PinnedMessage
from clickclack.chat.thread_reads import FollowedThread, ThreadRead
from clickclack.chat.topics import Topic
from clickclack.kernel.clock import to_rfc3339


def direct_conversation(record: DirectConversation) -> Json:
    return {
        "id": record.id,
        "route_id": record.route_id,
        "workspace_id": record.workspace_id,
        "created_at": to_rfc3339(record.created_at),
        "members": [user(member) for member in record.members],
        "last_seq": record.last_seq,
        "last_read_seq": record.last_read_seq,
        "unread_count": record.unread_count,
        "can_send": record.can_send,
    }


def topic(record: Topic) -> Json:
    return {
        "id": record.id,
        "workspace_id": record.workspace_id,
        "name": record.name,
        "created_at": to_rfc3339(record.created_at),
        **given(
            channel_id=record.channel_id,
            created_by=record.created_by,
            archived_at=record.archived_at and to_rfc3339(record.archived_at),
        ),
    }


def pinned_message(record: PinnedMessage) -> Json:
    return {
        "id": record.id,
        "workspace_id": record.workspace_id,
        "channel_id": record.channel_id,
        "message_id": record.message_id,
        "pinned_by": record.pinned_by,
        "created_at": to_rfc3339(record.created_at),
    }


def thread_read(record: ThreadRead) -> Json:
    return {
        "root_message_id": record.root_message_id,
        "following": record.following,
        "last_read_seq": record.last_read_seq,
        "unread_count": record.unread_count,
        **given(last_read_at=record.last_read_at and to_rfc3339(record.last_read_at)),
    }


def followed_thread(record: FollowedThread) -> Json:
    return {
        "root": message(record.root),
        "thread_state": thread_state(record.root.thread),
        "read": thread_read(record.read),
    }
