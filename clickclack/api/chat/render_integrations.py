"""Integrations in the words of the chat surface (contract chat 4.14). Empty optional members are left out."""

from clickclack.api.chat.render import Json, given
from clickclack.chat.app_installations import AppInstallation
from clickclack.chat.connected_accounts import ConnectedAccount
from clickclack.chat.event_subscriptions import EventSubscription
from clickclack.chat.slash_calls import Invocation
from clickclack.chat.slash_commands import SlashCommand
from clickclack.identity.audit import AuditEntry
from clickclack.kernel.clock import to_rfc3339
from clickclack.kernel.deliveries.history import DeadLetter, PastAttempt

NO_MESSAGE = dict.fromkeys(
    ("id", "workspace_id", "author_id", "thread_root_id", "body", "body_format", "created_at"), ""
)
"""What stands in the answer of a command that posted nothing (contract chat 4.0)."""


def app_installation(record: AppInstallation) -> Json:
    return {
        "id": record.id,
        "workspace_id": record.workspace_id,
        "app_slug": record.app_slug,
        "display_name": record.display_name,
        "bot_user_id": record.bot_id,
        "config": record.config,
        "created_at": to_rfc3339(record.created_at),
        **given(created_by=record.created_by, revoked_at=record.revoked_at and to_rfc3339(record.revoked_at)),
    }


def slash_command(record: SlashCommand, secret: str = "") -> Json:
    """A command, with its secret only when that is new."""
    return {
        "id": record.id,
        "workspace_id": record.workspace_id,
        "command": record.command,
        "description": record.description,
        "callback_url": record.callback_url,
        "bot_user_id": record.bot_id,
        "created_at": to_rfc3339(record.created_at),
        **given(
            app_installation_id=record.installation_id,
            signing_secret=secret,
            created_by=record.created_by,
            revoked_at=record.revoked_at and to_rfc3339(record.revoked_at),
        ),
    }


def invocation(record: Invocation) -> Json:
    """An invocation as it was when its call began."""
    return {
        "id": record.id,
        "command_id": record.command.id,
        "workspace_id": record.command.workspace_id,
        "channel_id": record.channel_id,
        "user_id": record.user_id,
        "text": record.text,
        "payload_json": record.payload,
        "response_status": 0,
        "created_at": to_rfc3339(record.created_at),
    }


def event_subscription(record: EventSubscription, now: int, secret: str = "") -> Json:
    """A subscription, with its secret only when that is new."""
    paused = record.paused_until if record.paused_until > now else 0
    return {
        "id": record.id,
        "workspace_id": record.workspace_id,
        "event_types": list(record.event_types),
        "callback_url": record.callback_url,
        "created_at": to_rfc3339(record.created_at),
        "pending_count": record.pending,
        "failure_count": record.failures,
        **given(
            app_installation_id=record.installation_id,
            signing_secret=secret,
            created_by=record.created_by,
            revoked_at=record.revoked_at and to_rfc3339(record.revoked_at),
            paused_until=paused and to_rfc3339(paused),
        ),
    }


def delivery_attempt(subscription: EventSubscription, record: PastAttempt) -> Json:
    return {
        "id": record.id,
        "delivery_id": record.delivery_id,
        "subscription_id": subscription.id,
        "event_id": record.subject,
        "workspace_id": subscription.workspace_id,
        "event_type": record.topic,
        "attempt": record.attempt,
        "request_json": record.body,
        "response_status": record.status,
        "created_at": to_rfc3339(record.started_at),
        "completed_at": to_rfc3339(record.completed_at),
        **given(response_body=record.response, error=record.error),
    }


def dead_letter(subscription: EventSubscription, record: DeadLetter) -> Json:
    return {
        "id": record.id,
        "subscription_id": subscription.id,
        "event_id": record.subject,
        "event_type": record.topic,
        "attempts": record.attempts,
        "error": record.error,
        "created_at": to_rfc3339(record.created_at),
        "finished_at": to_rfc3339(record.finished_at),
    }


def audit_entry(record: AuditEntry) -> Json:
    return {
        "id": record.id,
        "workspace_id": record.workspace_id,
        "actor_user_id": record.actor_id,
        "action": record.action,
        "target_type": record.target_type,
        "target_id": record.target_id,
        "metadata": record.metadata,
        "created_at": to_rfc3339(record.created_at),
    }


def connected_account(record: ConnectedAccount) -> Json:
    return {
        "id": record.id,
        "workspace_id": record.workspace_id,
        "user_id": record.user_id,
        "provider": record.provider,
        "provider_account_id": record.provider_account_id,
        "display_name": record.display_name,
        "scopes": list(record.scopes),
        "metadata": record.metadata,
        "created_at": to_rfc3339(record.created_at),
        **given(revoked_at=record.revoked_at and to_rfc3339(record.revoked_at)),
    }
