"""Deleting a message: its place, reactions and thread stay, what it said and carried goes (contract chat 6.5)."""

from clickclack.chat import attachments, edits, pins, search_index
from clickclack.chat.message_records import message_by_n
from clickclack.chat.messages import WRITE, Changed, changed, get
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.kernel.errors import Forbidden
from clickclack.kernel.transaction import Tx


def delete(tx: Tx, actor: Actor, message_id: str) -> Changed:
    """Empties the message and marks it deleted; emits `message.deleted` the first time only.

    A pinned one is unpinned first, with its event. The author may, and in channels who holds `messages:delete_any`;
    Forbidden for others.
    """
    message, place = get(tx, actor, message_id, WRITE)
    if message.author.n != actor.user_n:
        if place.is_direct or Permission.MESSAGES_DELETE_ANY not in place.permissions:
            raise Forbidden("message is not writable")
    else:
        place.require(Permission.MESSAGES_POST)
    if message.deleted_at is not None:
        return Changed(message, None)
    edits.forget(tx, message.n)
    attachments.forget(tx, message.n)
    pins.drop(tx, place, message)
    search_index.changed(tx, message.n)
    tx.run("UPDATE messages SET body = '', deleted_at = ? WHERE n = ?", tx.now, message.n)
    return Changed(message_by_n(tx, message.n), changed(tx, "message.deleted", message, place))
