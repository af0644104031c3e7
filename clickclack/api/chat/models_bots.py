"""The shapes of answers about bots (contract chat 4.13)."""

from typing import Literal

from pydantic import Field

from clickclack.api.chat.models import Answer, User


class BotToken(Answer):
    """A token of a bot; `token` is the secret, shown when it is made."""

    id: str
    bot_user_id: str
    workspace_id: str
    owner_user_id: str = ""
    name: str
    scopes: list[str]
    created_by: str = ""
    created_at: str
    last_used_at: str = ""
    revoked_at: str = ""
    token: str = ""


class BotTokenAnswer(Answer):
    bot_token: BotToken


class BotTokenList(Answer):
    bot_tokens: list[BotToken]


class BotCreated(Answer):
    """A new bot; no token when none was asked for."""

    bot: User
    bot_token: BotToken | None = None


class ListedBot(Answer):
    bot: User
    tokens: list[BotToken]


class BotList(Answer):
    bots: list[ListedBot]


class DeletedBot(Answer):
    id: str
    display_name: str
    former_handle: str
    deleted_at: str


class DeletedBotAnswer(Answer):
    deleted_bot: DeletedBot


class SetupDefaults(Answer):
    """What the bot's program begins with."""

    default_to: str = Field(default="", alias="defaultTo")
    allow_from: list[str] = Field(default=[], alias="allowFrom")
    agent_activity: bool = Field(default=False, alias="agentActivity")


class BotSetupCode(Answer):
    """A code, shown this once; the last three where the server knows its own address."""

    id: str
    bot_user_id: str
    workspace_id: str
    token_name: str
    scopes: list[str]
    defaults: SetupDefaults
    created_by: str
    created_at: str
    expires_at: str
    code: str
    contract_version: Literal[1] = 1
    claim_url: str = ""
    api_base_url: str = ""


class BotSetupCodeAnswer(Answer):
    setup_code: BotSetupCode


class ClaimedBot(Answer):
    id: str
    handle: str
    display_name: str


class ClaimedWorkspace(Answer):
    id: str
    route_id: str
    slug: str
    name: str


class Claim(Answer):
    """What a code was exchanged for."""

    token: str
    bot: ClaimedBot
    workspace: ClaimedWorkspace
    defaults: SetupDefaults
    contract_version: Literal[1] = 1
    api_base_url: str = ""


class BotCommand(Answer):
    id: str
    workspace_id: str
    bot_user_id: str
    command: str
    description: str
    args_hint: str
    created_at: str
    updated_at: str


class BotCommandList(Answer):
    bot_commands: list[BotCommand]


class MenuBot(Answer):
    id: str
    handle: str
    display_name: str
    avatar_url: str


class WorkspaceBotCommand(Answer):
    id: str
    command: str
    description: str
    args_hint: str
    bot: MenuBot
    created_at: str
    updated_at: str


class WorkspaceBotCommandList(Answer):
    bot_commands: list[WorkspaceBotCommand]


class OwnedBotWorkspace(Answer):
    id: str
    route_id: str
    name: str


class OwnedBot(Answer):
    bot: User
    workspace: OwnedBotWorkspace
    active_token_count: int


class OwnedBotList(Answer):
    bots: list[OwnedBot]
