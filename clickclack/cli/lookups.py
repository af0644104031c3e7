"""Finding what a flag names: a workspace by id or slug, a person by id, e-mail address or handle."""

from clickclack.cli.commands import Asked
from clickclack.identity import identities, users, workspaces
from clickclack.identity.actors import Actor
from clickclack.identity.users import User
from clickclack.identity.workspace_records import Workspace
from clickclack.kernel.errors import Invalid, NotFound
from clickclack.kernel.transaction import Tx

NAMED = 20


def workspace(tx: Tx, asked: Asked) -> Workspace:
    """The workspace of `-workspace`; NotFound, which names those that exist."""
    wanted = asked.text("workspace")
    found = workspaces.by_reference(tx, wanted)
    if found is None:
        slugs = [one.slug for one in workspaces.all_workspaces(tx)]
        known = ", ".join(slugs[:NAMED]) + (", …" if len(slugs) > NAMED else "")
        raise NotFound(f"workspace {wanted} not found; there are: {known}" if slugs else "there is no workspace yet")
    return found


def person(tx: Tx, reference: str) -> User:
    """Who has this id, e-mail address or handle; Invalid when several have the address."""
    name = reference.strip()
    if name.startswith("usr_"):
        return users.by_id(tx, name)
    if "@" not in name.removeprefix("@"):
        return users.by_handle(tx, name)
    found = identities.users_by_email(tx, name)
    if len(found) > 1:
        raise Invalid(f"several users have the e-mail address {name}; name one by id")
    if not found:
        raise NotFound("user not found")
    return found[0]


def creator(tx: Tx, asked: Asked) -> Actor:
    """For whom the command acts: the person of `-created-by`."""
    return acting(person(tx, asked.text("created-by")))


def acting(user: User) -> Actor:
    """A person for whom a command acts."""
    return Actor(user.n, user.id, user.kind, "command")
