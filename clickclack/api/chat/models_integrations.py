"""The shapes of answers about integrations (contract chat 4.14; dead letters and the allow-list are additions)."""

from typing import Any, Literal

from clickclack.api.chat.models import Answer, Event, Message
from clickclack.api.chat.models_bots import DeletedBot


class AppInstallation(Answer):
    id: str
    workspace_id: str
    app_slug: str
    display_name: str
    bot_user_id: str
    config: dict[str, Any]
    created_by: str = ""
    created_at: str
    revoked_at: str = ""


class AppInstallationAnswer(Answer):
    app_installation: AppInstallation


class AppInstallationList(Answer):
    app_installations: list[AppInstallation]


class RevokedCounts(Answer):
    slash_commands: int
    event_subscriptions: int
    bot_tokens: int


class AppInstallationRevoked(Answer):
    installation: AppInstallation
    revoked: RevokedCounts
    deleted_bot: DeletedBot | None = None


class SlashCommand(Answer):
    """The signing secret only when it is new."""

    id: str
    workspace_id: str
    app_installation_id: str = ""
    command: str
    description: str
    callback_url: str
    signing_secret: str = ""
    bot_user_id: str
    created_by: str = ""
    created_at: str
    revoked_at: str = ""


class SlashCommandAnswer(Answer):
    slash_command: SlashCommand


class SlashCommandList(Answer):
    slash_commands: list[SlashCommand]


class SlashInvocation(Answer):
    id: str
    command_id: str
    workspace_id: str
    channel_id: str
    user_id: str
    text: str
    payload_json: str = ""
    response_status: int
    response_body: str = ""
    error: str = ""
    created_at: str
    completed_at: str = ""


class NoMessage(Answer):
    """What stands where nothing was posted: all texts are empty."""

    id: Literal[""]
    workspace_id: Literal[""]
    author_id: Literal[""]
    thread_root_id: Literal[""]
    body: Literal[""]
    body_format: Literal[""]
    created_at: Literal[""]


class SlashResult(Answer):
    """What a registered command said; `invocation` as it was when the call began."""

    response_type: Literal["in_channel", "ephemeral"]
    text: str
    message: Message | NoMessage
    event: Event
    invocation: SlashInvocation


class EventSubscription(Answer):
    """The signing secret only when it is new; the last three members are additions."""

    id: str
    workspace_id: str
    app_installation_id: str = ""
    event_types: list[str]
    callback_url: str
    signing_secret: str = ""
    created_by: str = ""
    created_at: str
    revoked_at: str = ""
    pending_count: int
    failure_count: int
    paused_until: str = ""


class EventSubscriptionAnswer(Answer):
    event_subscription: EventSubscription


class EventSubscriptionList(Answer):
    event_subscriptions: list[EventSubscription]


class EventDeliveryAttempt(Answer):
    """One try; `delivery_id` is an addition: it is the same for every try of one delivery."""

    id: str
    delivery_id: str
    subscription_id: str
    event_id: str
    workspace_id: str
    event_type: str
    attempt: int
    request_json: str = ""
    response_status: int
    response_body: str = ""
    error: str = ""
    created_at: str
    completed_at: str


class EventDeliveryPage(Answer):
    deliveries: list[EventDeliveryAttempt]
    next_cursor: str | None


class DeadLetter(Answer):
    id: str
    subscription_id: str
    event_id: str
    event_type: str
    attempts: int
    error: str
    created_at: str
    finished_at: str


class DeadLetterPage(Answer):
    dead_letters: list[DeadLetter]
    next_cursor: str | None


class Redelivered(Answer):
    redelivered: int


class AllowListAnswer(Answer):
    entries: list[str]


class AuditLogEntry(Answer):
    id: str
    workspace_id: str
    actor_user_id: str
    action: str
    target_type: str
    target_id: str
    metadata: dict[str, str]
    created_at: str


class AuditLog(Answer):
    audit_log_entries: list[AuditLogEntry]


class ConnectedAccount(Answer):
    id: str
    workspace_id: str
    user_id: str
    provider: str
    provider_account_id: str
    display_name: str
    scopes: list[str]
    metadata: dict[str, Any]
    created_at: str
    revoked_at: str = ""


class ConnectedAccountAnswer(Answer):
    connected_account: ConnectedAccount


class ConnectedAccountList(Answer):
    connected_accounts: list[ConnectedAccount]
