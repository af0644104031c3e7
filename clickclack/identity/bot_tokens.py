"""Tokens of bots: issued, listed, ended (contract chat 2.10, 3.8, 4.13). A secret is shown when it is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clickclack.identity import audit, bot_setups, credentials, names, scopes
from clickclack.identity.access import Membership, workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.bot_access import bot_in, only_workspace_of, require_control, require_issuing
from clickclack.identity.bot_setups import Earlier, SetupRequest
from clickclack.identity.credentials import BOT_TOKEN, CREDENTIAL_COLUMNS, Credential, Issued, NewToken, credential_of
from clickclack.identity.users import User
from clickclack.kernel.errors import NotFound
from clickclack.kernel.transaction import Tx

_TARGET = "bot_token"


@dataclass(frozen=True, slots=True)
class BotToken:
    """A bot's token with the ids around it; `created_by` is None when that person is gone."""

    credential: Credential
    bot_id: str
    workspace_id: str
    owner_id: str | None
    created_by: str | None


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token with its secret, which is shown this once."""

    token: BotToken
    secret: str


@dataclass(frozen=True, slots=True)
class TokenWish:
    """What somebody asks for: a name, scopes as `scopes.parse` takes them, a nonce under which to ask again."""

    name: str = ""
    scopes: Sequence[str] = ()
    setup_nonce: str = ""


_SELECT = (
    f"SELECT {', '.join(f'c.{column}' for column in CREDENTIAL_COLUMNS)}, u.id, w.id, u.owner_id, a.id"
    " FROM credentials c JOIN users u ON u.n = c.user_n JOIN workspaces w ON w.n = c.workspace_n"
    " LEFT JOIN users a ON a.n = c.created_by_n"
)
_WIDTH = len(CREDENTIAL_COLUMNS)


def create(tx: Tx, actor: Actor, workspace_id: str, bot_id: str, wish: TokenWish) -> IssuedToken:
    """A token for a bot of this workspace.

    Raises NotFound for a bot that is not there, Forbidden for who may not, Invalid for an unknown scope or a bad name.
    The same nonce with the same wish gives the same token another secret; Conflict when it cannot.
    """
    return _create(tx, actor, workspace_of(tx, actor, workspace_id), bot_id, wish)


def create_where_it_is(tx: Tx, actor: Actor, bot_id: str, wish: TokenWish) -> IssuedToken:
    """The same for a bot that is in one workspace alone."""
    return _create(tx, actor, only_workspace_of(tx, actor, bot_id), bot_id, wish)


def _create(tx: Tx, actor: Actor, membership: Membership, bot_id: str, wish: TokenWish) -> IssuedToken:
    bot = bot_in(tx, membership, bot_id)
    require_issuing(actor, membership, bot.owner_id)
    new = wanted(actor, wish)
    facts = [bot.id, new.name, *new.scopes]
    request = SetupRequest(names.setup_nonce(wish.setup_nonce), "token", membership.workspace.n, facts)
    earlier = bot_setups.earlier(tx, actor, request)
    if earlier is not None:
        return renewed(tx, actor, request, earlier)
    token = issue(tx, bot, membership.workspace.n, new)
    bot_setups.remember(tx, actor, request, bot.n, token.token.credential.n)
    facts = {"name": new.name, "bot_user_id": bot.id, "scopes": " ".join(new.scopes)}
    audit.record(tx, actor, "bot_token.created", (membership.workspace.n, _TARGET, token.token.credential.id), facts)
    return token


def wanted(actor: Actor, wish: TokenWish) -> NewToken:
    """A wish in its normal form; Invalid for an unknown scope or a bad name."""
    return NewToken(names.token_name(wish.name), scopes.parse(wish.scopes), actor.user_n)


def issue(tx: Tx, bot: User, workspace_n: int, new: NewToken) -> IssuedToken:
    """A token for a bot, whoever asks."""
    return _shown(tx, credentials.issue_bot_token(tx, bot.n, workspace_n, new))


def renewed(tx: Tx, actor: Actor, request: SetupRequest, earlier: Earlier) -> IssuedToken:
    """The token that the request made before, with another secret.

    Conflict when it has ended, or its bot is not welcome any more.
    """
    row = tx.one(f"{_SELECT} WHERE c.n = ? AND c.revoked_at IS NULL", earlier.credential_n)
    if row is None or not credentials.bot_is_welcome(tx, earlier.bot_n, request.workspace_n):
        raise bot_setups.conflict()
    issued = credentials.replace_secret(tx, _token_of(row).credential)
    bot_setups.note_token(tx, actor, request, issued.credential.n)
    return _shown(tx, issued)


def list_tokens(tx: Tx, actor: Actor, workspace_id: str, bot_id: str) -> list[BotToken]:
    """Every token of a bot in this workspace, newest first; NotFound for a bot that is not there."""
    return _of(tx, workspace_of(tx, actor, workspace_id), bot_id)


def list_where_it_is(tx: Tx, actor: Actor, bot_id: str) -> list[BotToken]:
    """The same for a bot that is in one workspace alone."""
    return _of(tx, only_workspace_of(tx, actor, bot_id), bot_id)


def _of(tx: Tx, membership: Membership, bot_id: str) -> list[BotToken]:
    rows = tx.all(
        f"{_SELECT} WHERE c.user_n = ? AND c.kind = ? AND c.workspace_n = ? ORDER BY c.created_at DESC, c.n DESC",
        *(bot_in(tx, membership, bot_id).n, BOT_TOKEN, membership.workspace.n),
    )
    return [_token_of(row) for row in rows]


def of_workspace(tx: Tx, workspace_n: int) -> list[BotToken]:
    """Every token of every bot in this workspace, newest first."""
    sql = f"{_SELECT} WHERE c.workspace_n = ? AND c.kind = ? ORDER BY c.created_at DESC, c.n DESC"
    return [_token_of(row) for row in tx.all(sql, workspace_n, BOT_TOKEN)]


def revoke(tx: Tx, actor: Actor, token_id: str) -> BotToken:
    """Ends a token; one that has ended keeps its time. NotFound for one in a workspace that the actor is not in."""
    row = tx.one(f"{_SELECT} WHERE c.id = ? AND c.kind = ?", token_id, BOT_TOKEN)
    if row is None:
        raise NotFound("bot token not found")
    token = _token_of(row)
    if token.owner_id != actor.user_id:
        try:
            membership = workspace_of(tx, actor, token.workspace_id)
        except NotFound:
            raise NotFound("bot token not found") from None
        require_control(actor, membership, token.owner_id)
    if token.credential.revoked_at is None:
        credentials.revoke(tx, [token.credential.n])
        facts = {"bot_user_id": token.bot_id}
        workspace_n: int = tx.value("SELECT workspace_n FROM credentials WHERE n = ?", token.credential.n)
        audit.record(tx, actor, "bot_token.revoked", (workspace_n, _TARGET, token.credential.id), facts)
    return _by_n(tx, token.credential.n)


def _shown(tx: Tx, issued: Issued) -> IssuedToken:
    return IssuedToken(_by_n(tx, issued.credential.n), issued.secret)


def _by_n(tx: Tx, n: int) -> BotToken:
    return _token_of(tx.all(f"{_SELECT} WHERE c.n = ?", n)[0])


def _token_of(row: tuple[Any, ...]) -> BotToken:
    bot_id, workspace_id, owner_id, created_by = row[_WIDTH:]
    return BotToken(credential_of(row[:_WIDTH]), bot_id, workspace_id, owner_id, created_by)
