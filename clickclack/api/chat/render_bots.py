"""Bots, their tokens, codes and menus in the words of the chat surface (contract chat 4.13)."""

from clickclack.api.chat.render import Json, given, user
from clickclack.chat.bot_menus import BotCommand
from clickclack.identity.bot_setup_codes import Claimed, SetupCode, SetupDefaults
from clickclack.identity.bot_tokens import BotToken, IssuedToken
from clickclack.identity.bots import ListedBot
from clickclack.identity.users import User
from clickclack.kernel.clock import to_rfc3339

CONTRACT_VERSION = 1
CLAIM_PATH = "/api/bot-setup-codes/claim"


def bot_token(record: BotToken) -> Json:
    """A token without its secret."""
    credential = record.credential
    return {
        "id": credential.id,
        "bot_user_id": record.bot_id,
        "workspace_id": record.workspace_id,
        "name": credential.name,
        "scopes": list(credential.scopes or ()),
        "created_at": to_rfc3339(credential.created_at),
        **given(
            owner_user_id=record.owner_id,
            created_by=record.created_by,
            last_used_at=credential.last_used_at and to_rfc3339(credential.last_used_at),
            revoked_at=credential.revoked_at and to_rfc3339(credential.revoked_at),
        ),
    }


def issued_token(record: IssuedToken) -> Json:
    """A token with its secret: the only place where it is shown."""
    return bot_token(record.token) | {"token": record.secret}


def made_bot(bot: User, token: IssuedToken) -> Json:
    return {"bot": user(bot), "bot_token": issued_token(token)}


def listed_bot(record: ListedBot) -> Json:
    return {"bot": user(record.bot), "tokens": [bot_token(token) for token in record.tokens]}


def deleted_bot(record: User) -> Json:
    return {
        "id": record.id,
        "display_name": record.display_name,
        "former_handle": record.former_handle,
        "deleted_at": to_rfc3339(record.deleted_at or 0),
    }


def defaults(record: SetupDefaults) -> Json:
    return given(defaultTo=record.default_to, allowFrom=list(record.allow_from), agentActivity=record.agent_activity)


def setup_code(record: SetupCode, base: str) -> Json:
    """A code; `base` is where the API is, empty when that is not known."""
    addresses = {"contract_version": CONTRACT_VERSION, "claim_url": base + CLAIM_PATH, "api_base_url": base}
    return {
        "id": record.id,
        "bot_user_id": record.bot_id,
        "workspace_id": record.workspace_id,
        "token_name": record.token.name,
        "scopes": list(record.token.scopes),
        "defaults": defaults(record.defaults),
        "created_by": record.created_by,
        "created_at": to_rfc3339(record.created_at),
        "expires_at": to_rfc3339(record.expires_at),
        "code": record.code,
        **(addresses if base else {}),
    }


def claimed(record: Claimed, base: str) -> Json:
    """What a code was exchanged for; `base` as for `setup_code`."""
    bot, workspace = record.bot, record.workspace
    return {
        "token": record.token.secret,
        "bot": {"id": bot.id, "handle": bot.handle, "display_name": bot.display_name},
        "workspace": {
            "id": workspace.id,
            "route_id": workspace.route_id,
            "slug": workspace.slug,
            "name": workspace.name,
        },
        "defaults": defaults(record.defaults),
        **({"contract_version": CONTRACT_VERSION, "api_base_url": base} if base else {}),
    }


def bot_command(record: BotCommand) -> Json:
    """A command as its own bot sees it."""
    return {"workspace_id": record.workspace_id, "bot_user_id": record.bot.id, **_command(record)}


def workspace_bot_command(record: BotCommand) -> Json:
    """A command as the members of the workspace see it."""
    bot = record.bot
    who = {"id": bot.id, "handle": bot.handle, "display_name": bot.display_name, "avatar_url": bot.avatar_url}
    return {"bot": who, **_command(record)}


def _command(record: BotCommand) -> Json:
    return {
        "id": record.id,
        "command": record.item.command,
        "description": record.item.description,
        "args_hint": record.item.args_hint,
        "created_at": to_rfc3339(record.created_at),
        "updated_at": to_rfc3339(record.updated_at),
    }
