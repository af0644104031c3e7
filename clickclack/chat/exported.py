"""The rows of conversations as an export shows them (contract chat 8). Where a file lies is not told."""

from clickclack.identity.exported import LIVING, REDACTED, same
from clickclack.kernel.snapshots import Table

_WORKSPACE = f"JOIN workspaces w ON w.n = c.workspace_n AND {LIVING}"
_MESSAGE = f"JOIN channels c ON c.n = m.channel_n {_WORKSPACE}"


def _in_channel(alias: str) -> str:
    return f"JOIN channels c ON c.n = {alias}.channel_n {_WORKSPACE}"


CHANNELS = Table(
    "channels",
    f"channels c {_WORKSPACE}",
    {
        **same("id", "route_id", of="c"),
        "workspace_id": "w.id",
        **same("name", "display_title", "kind", "created_at", "archived_at", of="c"),
        **same("external_managed", "external_ref", "external_url", "sidebar_section", of="c"),
    },
    ("c.n",),
    "c.kind <> 'direct'",
)
DIRECT_CONVERSATIONS = Table(
    "direct_conversations",
    f"channels c {_WORKSPACE}",
    {
        **same("id", "route_id", of="c"),
        "workspace_id": "w.id",
        **same("created_at", "member_set_key", of="c"),
    },
    ("c.n",),
    "c.kind = 'direct'",
)
DIRECT_MEMBERS = Table(
    "direct_conversation_members",
    f"channel_members x {_in_channel('x')} JOIN users u ON u.n = x.user_n",
    {"conversation_id": "c.id", "user_id": "u.id", "created_at": "x.created_at"},
    ("x.channel_n", "x.user_n"),
    "c.kind = 'direct'",
)
NOTIFICATION_PREFERENCES = Table(
    "channel_notification_settings",
    f"notification_preferences p {_in_channel('p')} JOIN users u ON u.n = p.user_n",
    {
        "channel_id": "c.id",
        "user_id": "u.id",
        "preference": "p.preference",
        "created_at": "p.updated_at",
        "updated_at": "p.updated_at",
    },
    ("p.channel_n", "p.user_n"),
)
MESSAGES = Table(
    "messages",
    f"messages m {_MESSAGE} JOIN users a ON a.n = m.author_n LEFT JOIN messages r ON r.n = m.root_n"
    " LEFT JOIN topics t ON t.n = m.topic_n LEFT JOIN users q ON q.n = m.quoted_author_n",
    {
        **same("id", "route_id", of="m"),
        "workspace_id": "w.id",
        "channel_id": "CASE WHEN c.kind <> 'direct' THEN c.id END",
        "direct_conversation_id": "CASE WHEN c.kind = 'direct' THEN c.id END",
        "author_id": "a.id",
        "parent_message_id": "r.id",
        "thread_root_id": "COALESCE(r.id, m.id)",
        "topic_id": "t.id",
        **same("channel_seq", "thread_seq", "body", of="m"),
        "body_format": "'markdown'",
        **same("created_at", "edited_at", "deleted_at", "quoted_message_id", of="m"),
        "quoted_body_snapshot": "COALESCE(m.quoted_body, '')",
        "quoted_author_id": "q.id",
        "client_nonce": "m.nonce",
        **same("kind", "turn_id", of="m"),
    },
    ("m.n",),
)
THREADS = Table(
    "thread_state",
    f"messages m {_MESSAGE}",
    {
        "root_message_id": "m.id",
        **same("reply_count", "last_reply_at", of="m"),
        "last_reply_author_ids_json": "m.last_reply_authors",
    },
    ("m.n",),
    "m.root_n IS NULL",
)
REACTIONS = Table(
    "reactions",
    f"reactions x JOIN messages m ON m.n = x.message_n {_MESSAGE} JOIN users u ON u.n = x.user_n",
    {"message_id": "m.id", "user_id": "u.id", **same("emoji", "created_at", of="x")},
    ("x.message_n", "x.emoji", "x.user_n"),
)
PINS = Table(
    "pinned_messages",
    f"pins p {_in_channel('p')} JOIN messages m ON m.n = p.message_n JOIN users u ON u.n = p.pinned_by_n",
    {
        "id": "p.id",
        "workspace_id": "w.id",
        "channel_id": "c.id",
        "message_id": "m.id",
        "pinned_by": "u.id",
        "created_at": "p.created_at",
    },
    ("p.n",),
)
_READ = {"user_id": "u.id", **same("last_read_seq", "last_read_at", of="x")}
_READS = f"channel_reads x {_in_channel('x')} JOIN users u ON u.n = x.user_n"
CHANNEL_READS = Table(
    "channel_reads", _READS, {"channel_id": "c.id", **_READ}, ("x.channel_n", "x.user_n"), "c.kind <> 'direct'"
)
DIRECT_READS = Table(
    "direct_reads", _READS, {"conversation_id": "c.id", **_READ}, ("x.channel_n", "x.user_n"), "c.kind = 'direct'"
)
UPLOADS = Table(
    "uploads",
    f"uploads f JOIN workspaces w ON w.n = f.workspace_n AND {LIVING} JOIN users u ON u.n = f.owner_n",
    {
        "id": "f.id",
        "workspace_id": "w.id",
        "owner_id": "u.id",
        "client_nonce": "f.nonce",
        **same("filename", "content_type", "byte_size", of="f"),
        "storage_path": REDACTED,
        **same("created_at", "width", "height", "duration_ms", of="f"),
    },
    ("f.n",),
    "f.deleted_at IS NULL",
)
ATTACHMENTS = Table(
    "message_attachments",
    f"attachments x {_in_channel('x')} JOIN messages m ON m.n = x.message_n"
    " JOIN uploads f ON f.n = x.upload_n AND f.deleted_at IS NULL",
    {"message_id": "m.id", "upload_id": "f.id", "created_at": "x.created_at"},
    ("x.n",),
)
EVENTS = Table(
    "events",
    f"events e JOIN workspaces w ON w.n = e.stream AND {LIVING}",
    {**same("n", "id", "type", "private", "data", of="e"), "created": "e.created_at"},
    ("e.n",),
)
"""As they are stored; the surface has the words for them."""
EVENT_RECIPIENTS = Table(
    "event_recipients",
    "event_recipients x JOIN events e ON e.n = x.event_n JOIN users u ON u.n = x.user_n"
    f" JOIN workspaces w ON w.n = e.stream AND {LIVING}",
    {"event_id": "e.id", "user_id": "u.id"},
    ("x.user_n", "x.event_n"),
)

TABLES = (
    CHANNELS,
    DIRECT_CONVERSATIONS,
    DIRECT_MEMBERS,
    NOTIFICATION_PREFERENCES,
    MESSAGES,
    THREADS,
    REACTIONS,
    PINS,
    CHANNEL_READS,
    DIRECT_READS,
    UPLOADS,
    ATTACHMENTS,
    EVENTS,
    EVENT_RECIPIENTS,
)
