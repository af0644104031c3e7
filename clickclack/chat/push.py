"""Who is to be told of a new message by Pushover, and in which words (contract chat 6.14)."""

from dataclasses import dataclass

from clickclack.chat.access import DIRECT, PUBLIC, sees
from clickclack.chat.message_records import SELECT, Message, message_of
from clickclack.chat.notification_preferences import ALL, MENTIONS, MUTED
from clickclack.identity.permissions import permissions_of
from clickclack.kernel.event import Event
from clickclack.kernel.transaction import Tx

TELLING = frozenset({"message.created", "thread.reply_created"})
EXCERPT = 500


@dataclass(frozen=True, slots=True)
class Push:
    """A notification for the device behind a Pushover key."""

    user_key: str
    title: str
    text: str


_MESSAGE = f"SELECT c.n, c.name, c.kind, {SELECT.removeprefix('SELECT ')} WHERE m.id = ?"
_OPTED_IN = (
    "SELECT s.user_n, u.id, s.pushover_user_key, m.role_n, COALESCE(p.preference, 'all'), j.user_n IS NOT NULL"
    " FROM notification_settings s CROSS JOIN memberships m ON m.user_n = s.user_n AND m.workspace_n = ?"
    " JOIN users u ON u.n = m.user_n"
    " LEFT JOIN notification_preferences p ON p.channel_n = ? AND p.user_n = m.user_n"
    " LEFT JOIN channel_members j ON j.channel_n = ? AND j.user_n = m.user_n"
    " WHERE s.pushover_enabled = 1 AND m.user_n <> ?"
)


def pushes_for(tx: Tx, event: Event) -> list[Push]:
    """The notifications of an event of TELLING: for those who asked for them and may read the message now.

    Nothing for agent activity, or when the message is gone.
    """
    row = tx.one(_MESSAGE, event.data["message_id"])
    if row is None:
        return []
    channel_n, name, kind, *columns = row
    message = message_of(tuple(columns))
    if message.kind != "message" or message.deleted_at is not None:
        return []
    mentioned = event.data.get("mentioned_user_ids", ())
    pushes: list[Push] = []
    opted_in = tx.all(_OPTED_IN, event.stream, channel_n, channel_n, message.author.n)
    for _, user_id, key, role_n, preference, joined in opted_in:
        readable = sees(permissions_of(tx, role_n), name, kind, joined=kind == PUBLIC or bool(joined))
        if readable and (kind == DIRECT or _wanted(preference, user_id in mentioned)):
            pushes.append(Push(key, _title(message, kind), _text(message)))
    return pushes


def _wanted(preference: str, mentioned: bool) -> bool:
    return {ALL: True, MENTIONS: mentioned, MUTED: False}[preference]


def _title(message: Message, kind: str) -> str:
    if kind == DIRECT:
        return "ClickClack DM"
    return "ClickClack" if message.root_id is None else "ClickClack thread"


def _text(message: Message) -> str:
    name, body = message.author.display_name, message.body
    if not body:
        return f"{name} sent a message"
    return f"{name}: {body if len(body) <= EXCERPT else body[:EXCERPT] + '...'}"
