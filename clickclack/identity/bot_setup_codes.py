"""Setup codes: what a person types into a bot's own program, which exchanges it, once, for a token.

Source: contract chat 2.3, 3.8, 4.13.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from clickclack.identity import audit, bot_tokens, credentials, members, users
from clickclack.identity.access import workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.bot_access import bot_in, require_issuing
from clickclack.identity.bot_tokens import IssuedToken, TokenWish
from clickclack.identity.credentials import NewToken
from clickclack.identity.permissions import Permission, permissions_of
from clickclack.identity.users import User
from clickclack.identity.workspace_records import WORKSPACE_COLUMNS, Workspace
from clickclack.kernel.clock import MINUTE
from clickclack.kernel.errors import Invalid, NotFound
from clickclack.kernel.ids import new_id
from clickclack.kernel.secrets import CODE_ALPHABET, new_code, secret_hash
from clickclack.kernel.transaction import Tx

LIFE = 10 * MINUTE
PRUNED_AT_ONCE = 1000
TARGET_LENGTH = 256
MOST_ALLOWED = 500
UNUSABLE = "setup code is invalid or expired"
_CODE = re.compile(f"[{CODE_ALPHABET}]{{12}}")
_TARGET = "bot_setup_code"


@dataclass(frozen=True, slots=True)
class SetupDefaults:
    """What the bot's program begins with: where it writes, whom it listens to, whether it shows its work."""

    default_to: str = ""
    allow_from: Sequence[str] = ()
    agent_activity: bool = False


@dataclass(frozen=True, slots=True)
class NewSetupCode:
    """A code to make: the token it is for, and what the program begins with."""

    token: TokenWish
    defaults: SetupDefaults = field(default_factory=SetupDefaults)


@dataclass(frozen=True, slots=True)
class SetupCode:
    """A pending code; `code` is shown this once."""

    id: str
    bot_id: str
    workspace_id: str
    token: NewToken
    defaults: SetupDefaults
    created_by: str
    created_at: int
    expires_at: int
    code: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a code was exchanged for."""

    token: IssuedToken
    bot: User
    workspace: Workspace
    defaults: SetupDefaults


def create(tx: Tx, actor: Actor, workspace_id: str, bot_id: str, new: NewSetupCode) -> SetupCode:
    """A code of 10 minutes for a token; it takes the place of a pending one of the same bot and token name.

    Raises what `bot_tokens.create` raises, and Invalid for defaults that are too long or that the scopes do not allow.
    """
    membership = workspace_of(tx, actor, workspace_id)
    bot = bot_in(tx, membership, bot_id)
    require_issuing(actor, membership, bot.owner_id)
    token = bot_tokens.wanted(actor, new.token)
    defaults = _checked(new.defaults, token)
    workspace_n, code, identifier = membership.workspace.n, new_code(), new_id("bsc")
    prune(tx)
    place = (bot.n, workspace_n, token.name)
    tx.run("DELETE FROM bot_setup_codes WHERE bot_n = ? AND workspace_n = ? AND token_name = ?", *place)
    tx.run(
        "INSERT INTO bot_setup_codes (id, code_hash, bot_n, workspace_n, token_name, scopes, defaults, created_by_n,"
        " created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(identifier, code_hash(code), *place, orjson.dumps(token.scopes).decode(), _stored(defaults)),
        *(actor.user_n, tx.now, tx.now + LIFE),
    )
    facts = {"bot_user_id": bot.id, "token_name": token.name}
    audit.record(tx, actor, "bot_setup_code.created", (workspace_n, _TARGET, identifier), facts)
    who = (bot.id, workspace_id, token, defaults, actor.user_id)
    return SetupCode(identifier, *who, tx.now, tx.now + LIFE, code)


def claim(tx: Tx, code: str) -> Claimed:
    """Exchanges a code, in any case and with blanks and dashes anywhere, for a token.

    NotFound, always the same, for one that is unknown, used or expired, whose bot is not welcome any more, or whose
    maker may not give the bot tokens any more.
    """
    digest = code_hash(code)
    row = None if digest is None else tx.one(_PENDING, digest, tx.now)
    if row is None:
        raise NotFound(UNUSABLE)
    n, identifier, bot_n, creator_n, token_name, scopes, defaults = row[:7]
    bot, workspace = users.by_n(tx, bot_n), Workspace(*row[7:])
    if not _still_good(tx, bot, workspace, creator_n):
        raise NotFound(UNUSABLE)
    tx.run("DELETE FROM bot_setup_codes WHERE n = ?", n)
    token = bot_tokens.issue(tx, bot, workspace.n, NewToken(token_name, orjson.loads(scopes), creator_n))
    facts = {"bot_user_id": bot.id, "token_name": token_name, "bot_token_id": token.token.credential.id}
    claimant = Actor(bot.n, bot.id, bot.kind, "bearer")
    audit.record(tx, claimant, "bot_setup_code.claimed", (workspace.n, _TARGET, identifier), facts)
    return Claimed(token, bot, workspace, _read(defaults))


_PENDING = (
    f"SELECT s.n, s.id, s.bot_n, s.created_by_n, s.token_name, s.scopes, s.defaults, {WORKSPACE_COLUMNS}"
    " FROM bot_setup_codes s JOIN workspaces w ON w.n = s.workspace_n"
    " WHERE s.code_hash = ? AND s.expires_at > ?"
)


def code_hash(code: str) -> bytes | None:
    """The hash under which a code is stored; None for a text that is no code (contract chat 13.4)."""
    plain = "".join(code.split()).replace("-", "").upper()
    return secret_hash(f"bot-setup-code:{plain}") if _CODE.fullmatch(plain) else None


def forget(tx: Tx, bot_n: int, workspace_n: int | None = None) -> None:
    """Ends the pending codes of a bot, in one workspace or everywhere."""
    if workspace_n is None:
        tx.run("DELETE FROM bot_setup_codes WHERE bot_n = ?", bot_n)
    else:
        tx.run("DELETE FROM bot_setup_codes WHERE bot_n = ? AND workspace_n = ?", bot_n, workspace_n)


def forget_of(tx: Tx, creator_n: int) -> None:
    """Ends the pending codes that a person has made."""
    tx.run("DELETE FROM bot_setup_codes WHERE created_by_n = ?", creator_n)


def prune(tx: Tx) -> int:
    """Forgets up to 1000 codes that have run out, and says how many."""
    return tx.run(
        "DELETE FROM bot_setup_codes WHERE n IN"
        " (SELECT n FROM bot_setup_codes WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)",
        *(tx.now, PRUNED_AT_ONCE),
    )


def _still_good(tx: Tx, bot: User, workspace: Workspace, creator_n: int) -> bool:
    """Whether the bot is welcome, and whoever made the code may give it a token as before."""
    role_n = members.role_of(tx, workspace, creator_n)
    if role_n is None or not credentials.bot_is_welcome(tx, bot.n, workspace.n):
        return False
    needed = Permission.BOTS_MANAGE if bot.owner_id is None else Permission.BOTS_CREATE_OWN
    return needed in permissions_of(tx, role_n)


def _checked(defaults: SetupDefaults, token: NewToken) -> SetupDefaults:
    if len(defaults.default_to.strip()) > TARGET_LENGTH:
        raise Invalid("defaults.defaultTo must be at most 256 characters")
    if len(defaults.allow_from) > MOST_ALLOWED:
        raise Invalid("defaults.allowFrom must have at most 500 items")
    for index, item in enumerate(defaults.allow_from):
        if not 1 <= len(item.strip()) <= TARGET_LENGTH:
            raise Invalid(f"defaults.allowFrom[{index}] must have 1 to 256 characters")
    if defaults.agent_activity and "agent_activity:write" not in token.scopes:
        raise Invalid("defaults.agentActivity requires agent_activity:write")
    allowed = tuple(item.strip() for item in defaults.allow_from)
    return SetupDefaults(defaults.default_to.strip(), allowed, defaults.agent_activity)


def _stored(defaults: SetupDefaults) -> str:
    return orjson.dumps([defaults.default_to, list(defaults.allow_from), defaults.agent_activity]).decode()


def _read(text: str) -> SetupDefaults:
    content: list[Any] = orjson.loads(text)
    return SetupDefaults(content[0], tuple(content[1]), content[2])
