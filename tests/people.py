"""Who and what is there before each test: two workspaces, and one caller of every kind."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from clickclack.app import open_data
from clickclack.chat import channels
from clickclack.chat.channels import ChannelFields
from clickclack.identity import bots, credentials, identities, members, users, workspaces
from clickclack.identity.actors import Actor
from clickclack.identity.bot_tokens import TokenWish
from clickclack.identity.bots import NewBot
from clickclack.identity.permissions import ADMIN, GUEST, MEMBER, MODERATOR, OWNER
from clickclack.identity.users import ProfileFields
from clickclack.identity.workspace_records import Workspace
from clickclack.kernel.transaction import Tx
from clickclack.settings import Settings
from tests.clock import FakeClock

ROLES = {"owner": OWNER, "admin": ADMIN, "moderator": MODERATOR, "member": MEMBER, "guest": GUEST}
SCOPES = {
    "bot_read": "bot:read",
    "bot_write": "bot:write",
    "bot_admin": "bot:admin",
    "bot_active": "bot:write,agent_activity:write",
}


@dataclass(frozen=True, slots=True)
class Person:
    """A user and the secret of a session or bot token; the handle is the person's name here."""

    n: int
    id: str
    token: str


@dataclass(frozen=True, slots=True)
class Cast:
    """The ids of the first workspace, the ids of the other one, and everybody by name.

    Of the first workspace are people named after their roles, another member called `browser`, and four bots.
    `outsider` owns the other workspace, `bot_foreign` is its bot, `stray` is a person without any membership.
    """

    workspace: str
    workspace_route: str
    general: str
    random: str
    guest: str
    other_workspace: str
    other_channel: str
    people: dict[str, Person]


def make_database(data: Path) -> Cast:
    """A new data directory with the cast in its database."""
    settings = Settings(data=data)
    open_data(settings)
    connection = sqlite3.connect(settings.database, isolation_level=None)
    try:
        connection.execute("BEGIN")
        tx = Tx(connection, FakeClock().now())
        cast = _cast(tx)
        tx.run("DELETE FROM audit_entries")  # a test finds its own traces alone
        connection.execute("COMMIT")
    finally:
        connection.close()
    return cast


def person(tx: Tx, name: str, workspace: Workspace | None = None, role_n: int = MEMBER) -> Person:
    """A human with a session, an e-mail address and, when a workspace is given, a membership."""
    email = f"{name}@example.org"
    user = users.create_human(tx, name.title(), email)
    identities.link(tx, user.n, "local", email, email)
    users.update_profile(tx, user.n, ProfileFields(handle=name))
    if workspace is not None:
        members.join(tx, workspace, user.n, role_n)
    return Person(user.n, user.id, credentials.start_session(tx, user.n, f"{name}'s laptop").secret)


def human(person: Person) -> Actor:
    """A person who acts."""
    return Actor(person.n, person.id, "human", "bearer")


def bot(tx: Tx, name: str, workspace: Workspace, scopes: str, by: Person) -> Person:
    """A service bot with one token."""
    profile = ProfileFields(display_name=name.title(), handle=name)
    user, issued = bots.create(tx, human(by), workspace, NewBot(profile, token=TokenWish(scopes=[scopes])))
    return Person(user.n, user.id, issued.secret)


def channel(tx: Tx, workspace: Workspace, name: str) -> str:
    """A channel, the reserved name `guest` too."""
    made = channels.found_channel(tx, workspace.n, ChannelFields(name=f"new {name}"))
    tx.run("UPDATE channels SET name = ? WHERE n = ?", name, made.n)
    return made.id


def _cast(tx: Tx) -> Cast:
    workspace = workspaces.found(tx, "Acme", "acme")
    other = workspaces.found(tx, "Other", "other")
    people = {name: person(tx, name, workspace, role_n) for name, role_n in ROLES.items()}
    people |= {name: bot(tx, name, workspace, scopes, people["owner"]) for name, scopes in SCOPES.items()}
    people["browser"] = person(tx, "browser", workspace)
    people["outsider"] = person(tx, "outsider", other, OWNER)
    people["bot_foreign"] = bot(tx, "bot_foreign", other, "bot:admin", people["outsider"])
    people["stray"] = person(tx, "stray")
    return Cast(
        workspace.id,
        workspace.route_id,
        channel(tx, workspace, "general"),
        channel(tx, workspace, "random"),
        channel(tx, workspace, "guest"),
        other.id,
        channel(tx, other, "general"),
        people,
    )
