"""The first user and the default workspace: dev bootstrap, first-run set-up, command line (contract chat 2.11, 7.2)."""

from collections.abc import Callable
from dataclasses import dataclass

from clickclack.identity import identities, members, names, passwords, users, workspaces
from clickclack.identity.permissions import MEMBER, OWNER
from clickclack.identity.users import User
from clickclack.identity.workspace_records import Workspace
from clickclack.kernel.errors import Conflict
from clickclack.kernel.transaction import Tx

Furnish = Callable[[Tx, Workspace], None]
"""Puts into a new workspace what other areas keep there, such as its first channel."""

DEV_NAME = "Local Captain"
DEV_EMAIL = "local@clickclack.chat"


@dataclass(frozen=True, slots=True)
class FirstOwner:
    """Who sets a new server up: the password comes as its hash, or empty for none."""

    display_name: str
    email: str
    password_hash: str = ""
    workspace_name: str = ""


def dev(tx: Tx, furnish: Furnish) -> User:
    """The dev bootstrap: a first user when there is none, in the default workspace. Does nothing the second time."""
    user = users.oldest(tx)
    if user is None:
        user = users.create_human(tx, DEV_NAME, DEV_EMAIL)
        identities.link(tx, user.n, "local", DEV_EMAIL, DEV_EMAIL)
    join_default(tx, user, furnish)
    return user


def first_owner(tx: Tx, owner: FirstOwner, furnish: Furnish) -> tuple[User, Workspace]:
    """Makes the first user the owner of the default workspace; Conflict when anybody exists already."""
    if users.any_exists(tx):
        raise Conflict("this server is already set up")
    email = names.email_address(owner.email) if owner.email.strip() else ""
    user = users.create_human(tx, owner.display_name, email)
    if email:
        identities.link(tx, user.n, identities.PROVEN if owner.password_hash else "local", email, email)
    if owner.password_hash:
        passwords.set_hash(tx, user.n, owner.password_hash)
    return user, join_default(tx, user, furnish, owner.workspace_name)


def join_default(tx: Tx, user: User, furnish: Furnish, name: str = "") -> Workspace:
    """Makes the user a member of the default workspace, or the owner when it has to be made first."""
    workspace = workspaces.default_workspace(tx)
    if workspace is not None:
        members.join(tx, workspace, user.n, MEMBER)
        return workspace
    workspace = workspaces.found(tx, name.strip() or "ClickClack", workspaces.DEFAULT_SLUG)
    members.join(tx, workspace, user.n, OWNER)
    furnish(tx, workspace)
    return workspace
