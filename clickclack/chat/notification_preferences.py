"""Of which messages of a channel a member wants to be told (contract chat 3.7)."""

from clickclack.chat.access import channel_place
from clickclack.identity.actors import Actor
from clickclack.kernel.errors import Invalid
from clickclack.kernel.transaction import Tx

ALL, MENTIONS, MUTED = "all", "mentions", "muted"


def preference_of(tx: Tx, actor: Actor, channel_id: str) -> str:
    """`all`, `mentions` or `muted`; `all` until something is chosen."""
    place = channel_place(tx, actor, channel_id)
    sql = "SELECT preference FROM notification_preferences WHERE channel_n = ? AND user_n = ?"
    return tx.value(sql, place.channel_n, actor.user_n) or ALL


def set_preference(tx: Tx, actor: Actor, channel_id: str, preference: str) -> str:
    """Chooses; Invalid for an unknown word."""
    place = channel_place(tx, actor, channel_id)
    if preference not in (ALL, MENTIONS, MUTED):
        raise Invalid("preference must be all, mentions, or muted")
    tx.run(
        "INSERT INTO notification_preferences (channel_n, user_n, preference, updated_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (channel_n, user_n) DO UPDATE SET preference = excluded.preference,"
        " updated_at = excluded.updated_at",
        *(place.channel_n, actor.user_n, preference, tx.now),
    )
    return preference
