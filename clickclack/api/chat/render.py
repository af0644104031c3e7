"""Records in the words of the chat surface (contract chat section 4). Empty optional members are left out."""

from collections.abc import Sequence
from typing import Any

import orjson

from clickclack.api.chat.render_uploads import upload
from clickclack.chat.access import scope_name
from clickclack.chat.channel_records import Channel
from clickclack.chat.edits import Edit
from clickclack.chat.message_pages import MessagePage
from clickclack.chat.message_records import Message, Reaction, ThreadState
from clickclack.chat.reads import ReadReceipt
from clickclack.chat.threads import Thread
from clickclack.identity.users import User
from clickclack.kernel.clock import to_rfc3339

Json = dict[str, Any]


def given(**members: Any) -> Json:
    """Only the members that are not empty."""
    return {name: value for name, value in members.items() if value}


def user(record: User) -> Json:
    rendered: Json = {
        "id": record.id,
        "kind": record.kind,
        "display_name": record.display_name,
        "handle": record.handle,
        "avatar_url": record.avatar_url,
        "created_at": to_rfc3339(record.created_at),
    }
    if record.owner_id:
        rendered["owner_user_id"] = record.owner_id
    if record.deleted_at is not None:
        rendered |= given(former_handle=record.former_handle, deleted_at=to_rfc3339(record.deleted_at))
    return rendered


def channel(record: Channel) -> Json:
    return {
        "id": record.id,
        "route_id": record.route_id,
        "workspace_id": record.workspace_id,
        "name": record.name,
        "kind": record.kind,
        "created_at": to_rfc3339(record.created_at),
        "external_managed": record.external_managed,
        "last_seq": record.last_seq,
        "last_read_seq": record.last_read_seq,
        "unread_count": record.unread_count,
        **given(
            display_title=record.display_title,
            external_ref=record.external_ref,
            external_url=record.external_url,
            sidebar_section=record.sidebar_section,
            archived_at=record.archived_at and to_rfc3339(record.archived_at),
        ),
    }


def message(record: Message) -> Json:
    """A message; its reactions and attachments only when they were read along."""
    rendered: Json = {
        "id": record.id,
        "workspace_id": record.workspace_id,
        scope_name(record.channel_id): record.channel_id,
        "author_id": record.author.id,
        "thread_root_id": record.root_id or record.id,
        "body": record.body,
        "body_format": "markdown",
        "created_at": to_rfc3339(record.created_at),
        "kind": record.kind,
        "author": user(record.author),
    }
    if record.root_id is None:
        rendered["channel_seq"] = record.seq
    else:
        rendered["parent_message_id"] = record.root_id
        rendered["thread_seq"] = record.seq
    if record.quote is not None:
        rendered["quoted_message_id"] = record.quote.message_id
        rendered["quoted_author_id"] = record.quote.author.id
        rendered["quoted_author"] = user(record.quote.author)
        rendered["quoted_body_snapshot"] = record.quote.body
    if record.reactions:
        rendered["reactions"] = reactions(record.reactions)
    if record.attachments:
        rendered["attachments"] = [upload(attached) for attached in record.attachments]
    if record.edited_at is not None:
        rendered["edited_at"] = to_rfc3339(record.edited_at)
    if record.deleted_at is not None:
        rendered["deleted_at"] = to_rfc3339(record.deleted_at)
    optional = given(route_id=record.route_id, turn_id=record.turn_id, topic_id=record.topic_id, nonce=record.nonce)
    return rendered | optional if optional else rendered


def message_page(record: MessagePage) -> Json:
    return {
        "messages": [{**message(m), "thread_state": thread_state(m.thread)} for m in record.messages],
        "oldest_seq": record.oldest_seq,
        "newest_seq": record.newest_seq,
        "has_older": record.has_older,
        "has_newer": record.has_newer,
    }


def thread(record: Thread) -> Json:
    """A thread as it is read; `root` without the state, which stands beside it."""
    return {
        "root": message(record.root),
        "replies": [message(reply) for reply in record.replies],
        "thread_state": thread_state(record.root.thread),
    }


def thread_state(record: ThreadState) -> Json:
    return {
        "root_message_id": record.root_id,
        "reply_count": record.reply_count,
        "last_reply_author_ids": list(record.last_reply_author_ids),
        **given(last_reply_at=record.last_reply_at and to_rfc3339(record.last_reply_at)),
    }


def edit(record: Edit) -> Json:
    return {"body": record.body, "edited_at": to_rfc3339(record.edited_at)}


def reactions(records: Sequence[Reaction]) -> list[Json]:
    return [{"emoji": r.emoji, "count": r.count, "reacted_by_me": r.mine} for r in records]


def receipt(record: ReadReceipt) -> Json:
    return {
        "scope_id": record.channel_id,
        "user_id": record.user_id,
        "last_read_seq": record.last_read_seq,
        "last_read_at": to_rfc3339(record.last_read_at) if record.last_read_at else "",
    }


def encoded(content: Json) -> bytes:
    """JSON text, for a reader thread to make so that the event loop need not."""
    return orjson.dumps(content)
