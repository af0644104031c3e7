"""`admin …`: what the server's owner does on its machine, beside a running server or without (contract chat 7.2)."""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import TypeVar

from clickclack.api.chat import render
from clickclack.app import furnish
from clickclack.cli.data import bring_up_to_date
from clickclack.cli.flags import FlagError, Parsed, parse
from clickclack.identity import bootstrap, bots, identities, magic_links, members, users, workspaces
from clickclack.identity.actors import Actor
from clickclack.identity.bootstrap import FirstOwner
from clickclack.identity.bots import NewBot
from clickclack.identity.permissions import MEMBER, MODERATOR
from clickclack.identity.users import ProfileFields, User
from clickclack.identity.workspace_records import Workspace
from clickclack.kernel import events, ids
from clickclack.kernel.clock import SystemClock, to_rfc3339
from clickclack.kernel.database import Database
from clickclack.kernel.errors import Invalid, NotFound
from clickclack.kernel.transaction import Tx
from clickclack.settings import Settings, load

T = TypeVar("T")
Command = Callable[[Tx, Parsed], str]

_WHERE = frozenset({"data", "db", "config"})


def run(arguments: Sequence[str]) -> None:
    """Runs `admin <subject> <verb> …` and prints its answer."""
    words = 1 if arguments and arguments[0] == "bootstrap" else 2
    name = " ".join(arguments[:words])
    if name not in _COMMANDS:
        raise Invalid(f"unknown admin command: {name or '(none)'}; there are {', '.join(_COMMANDS)}")
    command, texts, booleans = _COMMANDS[name]
    parsed = parse(arguments[words:], texts | _WHERE, booleans)
    given = {flag: parsed.values[flag] for flag in ("data", "db") if flag in parsed.values}
    settings = load(given, config=parsed.text("config"))
    bring_up_to_date(settings)
    print(asyncio.run(_in_database(settings, lambda tx: command(tx, parsed))))


async def _in_database(settings: Settings, unit: Callable[[Tx], T]) -> T:
    db = await Database.open(settings.database, SystemClock(), readers=1, visiting=True)

    def after_the_log(tx: Tx) -> T:
        ids.start_after(events.last_id(tx) or "")  # in the unit: a server may be writing beside this command
        return unit(tx)

    try:
        return await db.write(after_the_log)
    finally:
        await db.close()


def _required(parsed: Parsed, *names: str) -> None:
    for name in names:
        if not parsed.text(name).strip():
            raise FlagError(f"-{name} is required")


def _workspace(tx: Tx, parsed: Parsed) -> Workspace:
    workspace = workspaces.by_reference(tx, parsed.text("workspace"))
    if workspace is None:
        raise NotFound("workspace not found")
    return workspace


def _creator(tx: Tx, parsed: Parsed) -> Actor:
    user = users.by_id(tx, parsed.text("created-by"))
    return Actor(user.n, user.id, user.kind, "command")


def _bootstrap(tx: Tx, parsed: Parsed) -> str:
    first = users.oldest(tx)
    if first is None:
        owner = FirstOwner(parsed.text("name", "Owner"), parsed.text("email"))
        first, _ = bootstrap.first_owner(tx, owner, furnish)
    return first.id


def _create_user(tx: Tx, parsed: Parsed) -> str:
    user = identities.create_person(tx, parsed.text("name", "Local User"), parsed.text("email"))
    if parsed.text("workspace"):
        members.join(tx, _workspace(tx, parsed), user.n, MEMBER)
    return user.id


def _add_member(tx: Tx, parsed: Parsed) -> str:
    _required(parsed, "workspace", "created-by")
    roles = {"member": MEMBER, "moderator": MODERATOR}
    role = parsed.text("role", "member")
    if role not in roles:
        raise Invalid(f"invalid workspace role {json.dumps(role)}")
    workspace = _workspace(tx, parsed)
    user = _found_user(tx, parsed)
    added = members.add(tx, _creator(tx, parsed), workspace.id, user.n, roles[role])
    status = "added" if added else "already_member"
    return f"workspace={workspace.id} user={user.id} role={role} status={status}"


def _found_user(tx: Tx, parsed: Parsed) -> User:
    email, user_id = parsed.text("email"), parsed.text("user")
    if bool(email) == bool(user_id):
        raise FlagError("exactly one of -email and -user is required")
    if user_id:
        return users.by_id(tx, user_id)
    found = identities.users_by_email(tx, email)
    if len(found) > 1:
        raise Invalid(f"several users have the e-mail address {email}; name one with -user")
    if not found:
        raise NotFound("user not found")
    return found[0]


def _create_magic_link(tx: Tx, parsed: Parsed) -> str:
    _required(parsed, "email")
    return magic_links.create(tx, parsed.text("email"), parsed.text("name")).token


def _create_bot(tx: Tx, parsed: Parsed) -> str:
    _required(parsed, "workspace", "created-by", "name")
    workspace = _workspace(tx, parsed)
    owner = users.by_id(tx, parsed.text("owner")) if parsed.text("owner") else None
    profile = ProfileFields(parsed.text("name"), parsed.text("handle"), parsed.text("avatar-url"))
    asked = NewBot(profile, owner, parsed.text("token-name", "default"), [parsed.text("scopes", "bot:write")])
    bot, issued = bots.create(tx, _creator(tx, parsed), workspace, asked)
    if parsed.flag("plain"):
        return issued.secret
    token = {
        "id": issued.credential.id,
        "bot_user_id": bot.id,
        "workspace_id": workspace.id,
        "name": issued.credential.name,
        "scopes": list(issued.credential.scopes or ()),
        "created_at": to_rfc3339(issued.credential.created_at),
    }
    return json.dumps({"bot": render.user(bot), "bot_token": token, "token": issued.secret})


_COMMANDS: dict[str, tuple[Command, frozenset[str], frozenset[str]]] = {
    "bootstrap": (_bootstrap, frozenset({"name", "email"}), frozenset()),
    "user create": (_create_user, frozenset({"name", "email", "workspace"}), frozenset()),
    "member add": (
        _add_member,
        frozenset({"workspace", "created-by", "email", "user", "role"}),
        frozenset(),
    ),
    "magic-link create": (_create_magic_link, frozenset({"email", "name"}), frozenset()),
    "bot create": (
        _create_bot,
        frozenset({"workspace", "created-by", "name", "owner", "handle", "avatar-url", "token-name", "scopes"}),
        frozenset({"plain"}),
    ),
}
