"""Bots: users of kind bot, each of a person or of the workspace itself (contract chat 3.8)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from clickclack.identity import audit, bot_setups, bot_tokens, credentials, members, names, users
from clickclack.identity.access import workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.bot_access import MANAGERS_ONLY, NO_GUESTS
from clickclack.identity.bot_setups import SetupRequest
from clickclack.identity.bot_tokens import BotToken, IssuedToken, TokenWish
from clickclack.identity.permissions import BOT, Permission, permissions_of
from clickclack.identity.users import USER_COLUMNS, ProfileFields, User, user_of
from clickclack.identity.workspace_records import Workspace
from clickclack.kernel.errors import Forbidden, Invalid
from clickclack.kernel.transaction import Tx

NOT_ONES_OWN = "only the bot owner can create a user-owned bot"

NO_HANDLE = "@"
"""How a request that wants none is kept under its nonce; no wish is kept as no text."""
OWNED = 1000
"""So many bots of one person are in a workspace at most."""


@dataclass(frozen=True, slots=True)
class NewBot:
    """A bot to make: `owner` is the person it belongs to, None for a service bot of the workspace.

    `token` is what its first token shall be. Under a `setup_nonce` the same input makes no second bot.
    """

    profile: ProfileFields
    owner: User | None = None
    token: TokenWish = field(default_factory=TokenWish)
    setup_nonce: str = ""


@dataclass(frozen=True, slots=True)
class ListedBot:
    """A bot of a workspace and its tokens there, newest first."""

    bot: User
    tokens: tuple[BotToken, ...]


def workspace_and_owner(tx: Tx, actor: Actor, workspace_id: str, owner_id: str) -> tuple[Workspace, User | None]:
    """Where a bot shall be and whose, None for the workspace's own when `owner_id` is empty.

    NotFound for a workspace that the actor is not in; Forbidden for an owner who is not in it.
    """
    workspace = workspace_of(tx, actor, workspace_id).workspace
    owner = members.find(tx, workspace.n, owner_id) if owner_id else None
    if owner_id and owner is None:
        raise Forbidden(NOT_ONES_OWN)
    return workspace, owner


def create(tx: Tx, actor: Actor, workspace: Workspace, new: NewBot) -> tuple[User, IssuedToken]:
    """Makes the bot a member of the workspace and issues its first token.

    People make bots of their own where they see all that a bot sees; managers make service bots. Forbidden for others,
    Invalid for an owner who is no human, a bad name, a bad or taken handle, an unknown scope, Conflict for a nonce that
    stands for something else. A nonce that stands for this gives the same token another secret.
    """
    _check_right(tx, actor, workspace, new.owner)
    token = bot_tokens.wanted(actor, new.token)
    request = _request("bot and token", workspace, new, [token.name, *token.scopes])
    earlier = bot_setups.earlier(tx, actor, request)
    if earlier is not None:
        return users.by_n(tx, earlier.bot_n), bot_tokens.renewed(tx, actor, request, earlier)
    bot = _join_new(tx, actor, workspace, new)
    issued = bot_tokens.issue(tx, bot, workspace.n, token)
    bot_setups.remember(tx, actor, request, bot.n, issued.token.credential.n)
    return bot, issued


def create_without_token(tx: Tx, actor: Actor, workspace: Workspace, new: NewBot) -> User:
    """The same without a token, which a setup code may bring later; a nonce that stands for this gives the same bot."""
    _check_right(tx, actor, workspace, new.owner)
    request = _request("bot", workspace, new, [])
    earlier = bot_setups.earlier(tx, actor, request)
    if earlier is not None:
        if not credentials.bot_is_welcome(tx, earlier.bot_n, workspace.n):
            raise bot_setups.conflict()
        return users.by_n(tx, earlier.bot_n)
    bot = _join_new(tx, actor, workspace, new)
    bot_setups.remember(tx, actor, request, bot.n, None)
    return bot


def list_bots(tx: Tx, actor: Actor, workspace_id: str) -> list[ListedBot]:
    """Every bot of the workspace in the directory's order, with its tokens: two queries however many they are."""
    workspace_n = workspace_of(tx, actor, workspace_id).workspace.n
    tokens: defaultdict[str, list[BotToken]] = defaultdict(list)
    for token in bot_tokens.of_workspace(tx, workspace_n):
        tokens[token.bot_id].append(token)
    columns = ", ".join(f"u.{column}" for column in USER_COLUMNS)
    rows = tx.all(
        f"SELECT {columns} FROM memberships m JOIN users u ON u.n = m.user_n"
        " WHERE m.workspace_n = ? AND u.kind = 'bot' ORDER BY m.directory_rank, m.sort_name, m.sort_handle, u.id",
        workspace_n,
    )
    found = [user_of(row) for row in rows]
    return [ListedBot(bot, tuple(tokens[bot.id])) for bot in found]


def _check_right(tx: Tx, actor: Actor, workspace: Workspace, owner: User | None) -> None:
    role_n = members.role_of(tx, workspace, actor.user_n)
    granted = frozenset[Permission]() if role_n is None else permissions_of(tx, role_n)
    if owner is None:
        if Permission.BOTS_CREATE_SERVICE not in granted:
            raise Forbidden(MANAGERS_ONLY)
        return
    if owner.kind != "human":
        raise Invalid("bot owner must be a human")
    if owner.n != actor.user_n:
        raise Forbidden(NOT_ONES_OWN)
    if role_n is None:
        raise Forbidden("bot owner must be a workspace member")
    if Permission.BOTS_CREATE_OWN not in granted:
        raise Forbidden(NO_GUESTS)


_OWNED = (
    "SELECT COUNT(*) FROM users b CROSS JOIN memberships m ON m.user_n = b.n AND m.workspace_n = ? WHERE b.owner_id = ?"
)


def _join_new(tx: Tx, actor: Actor, workspace: Workspace, new: NewBot) -> User:
    owner_id = new.owner.id if new.owner else ""
    if owner_id and tx.value(_OWNED, workspace.n, owner_id) >= OWNED:
        raise Invalid(f"a person has at most {OWNED} bots in a workspace")
    bot = users.create_bot(tx, new.profile, owner_id or None)
    members.join(tx, workspace, bot.n, BOT)
    facts = {"display_name": bot.display_name, "owner_user_id": owner_id}
    audit.record(tx, actor, "bot.created", (workspace.n, "bot", bot.id), facts)
    return bot


def _request(kind: str, workspace: Workspace, new: NewBot, token: Sequence[str]) -> SetupRequest:
    profile = new.profile
    facts = (
        names.display_name(profile.display_name or ""),
        "" if profile.handle is None else names.handle(profile.handle) or NO_HANDLE,
        names.avatar_url(profile.avatar_url or ""),
        new.owner.id if new.owner else "",
        *token,
    )
    return SetupRequest(names.setup_nonce(new.setup_nonce), kind, workspace.n, facts)
