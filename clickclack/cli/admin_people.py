"""`admin` commands about people and workspaces (contract chat 7.2; the two lists are additions)."""

import json

from clickclack.app import furnish
from clickclack.chat.furnishing import make_room_for
from clickclack.cli import lookups
from clickclack.cli.commands import AdminCommand, Asked, Said
from clickclack.cli.flags import FlagError
from clickclack.identity import bootstrap, identities, invitations, letters, magic_links, members, users, workspaces
from clickclack.identity.bootstrap import FirstOwner
from clickclack.identity.invitations import NewInvitation
from clickclack.identity.permissions import MEMBER, MODERATOR
from clickclack.identity.users import User
from clickclack.kernel.errors import Invalid, NotFound
from clickclack.kernel.transaction import Tx


def _bootstrap(tx: Tx, asked: Asked) -> Said:
    first = users.oldest(tx)
    if first is None:
        owner = FirstOwner(asked.text("name", "Owner"), asked.text("email"))
        first, _ = bootstrap.first_owner(tx, owner, furnish)
    return Said(first.id)


def _create_user(tx: Tx, asked: Asked) -> Said:
    user = identities.create_person(tx, asked.text("name", "Local User"), asked.text("email"))
    if asked.text("workspace"):
        members.join(tx, lookups.workspace(tx, asked), user.n, MEMBER)
    return Said(user.id)


def _list_users(tx: Tx, asked: Asked) -> Said:
    listed = identities.everybody(tx)
    return Said("\n".join(f"{one.id}\t{one.display_name}\t{one.email}\t{one.workspaces}" for one in listed))


def _list_workspaces(tx: Tx, asked: Asked) -> Said:
    listed = workspaces.all_workspaces(tx)
    return Said("\n".join(f"{one.id}\t{one.slug}\t{one.name}" for one in listed))


def _add_member(tx: Tx, asked: Asked) -> Said:
    asked.require("workspace", "created-by")
    roles = {"member": MEMBER, "moderator": MODERATOR}
    role = asked.text("role", "member")
    if role not in roles:
        raise Invalid(f"invalid workspace role {json.dumps(role)}")
    workspace = lookups.workspace(tx, asked)
    user = _found_user(tx, asked)
    added = members.add(tx, lookups.creator(tx, asked), workspace.id, user.n, roles[role])
    status = "added" if added else "already_member"
    return Said(f"workspace={workspace.id} user={user.id} role={role} status={status}")


def _found_user(tx: Tx, asked: Asked) -> User:
    email, user_id = asked.text("email"), asked.text("user")
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


def _create_magic_link(tx: Tx, asked: Asked) -> Said:
    asked.require("email")
    link = magic_links.create(tx, asked.text("email"), asked.text("name"))
    said = asked.links.sign_in(link.token)
    if not identities.users_by_email(tx, link.email):
        said += f"\nnobody has the address {link.email} yet: the link makes a new user"
    return Said(link.token, said)


def _create_invitation(tx: Tx, asked: Asked) -> Said:
    asked.require("workspace")
    first = users.oldest(tx)
    workspace = lookups.workspace(tx, asked)
    if first is None:
        raise NotFound("there is no user yet who could invite; run admin bootstrap first")
    days, uses = asked.number("days", invitations.DAYS), asked.number("max-uses", 1)
    new = NewInvitation(asked.text("role", "member"), asked.text("email"), days, uses)
    invitation, token = invitations.found(tx, lookups.acting(first), workspace, new)
    make_room_for(tx, workspace, invitation.role_n)
    said = asked.links.invite(token)
    if invitation.email and asked.settings.smtp_host:
        letters.send_invitation(tx, invitation)
        said += f"\nthe server sends a mail to {invitation.email}"
    return Said(token, said)


WORKSPACE = "the id or slug of a workspace"
PERSON = "an id, e-mail address or handle"

COMMANDS: dict[str, AdminCommand] = {
    "bootstrap": AdminCommand(
        "Makes the first user and the first workspace, when there is no user; prints the user's id.",
        _bootstrap,
        {"name": "the user's name (Owner)", "email": "the user's e-mail address"},
    ),
    "user create": AdminCommand(
        "Makes a user and prints the id.",
        _create_user,
        {
            "name": "the user's name (Local User)",
            "email": "the user's e-mail address",
            "workspace": f"{WORKSPACE} that the user joins as a member",
        },
    ),
    "user list": AdminCommand(
        "Prints a line for each person, divided by tabs: id, name, e-mail address, slugs of the workspaces.",
        _list_users,
        needs_data=True,
    ),
    "workspace list": AdminCommand(
        "Prints a line for each workspace, divided by tabs: id, slug, name.", _list_workspaces, needs_data=True
    ),
    "member add": AdminCommand(
        "Makes a user a member of a workspace.",
        _add_member,
        {
            "workspace": WORKSPACE,
            "created-by": f"who adds, a manager of the workspace: {PERSON}",
            "email": "who is added, by e-mail address",
            "user": "who is added, by id",
            "role": "member (as it is without this flag) or moderator",
        },
    ),
    "invite create": AdminCommand(
        "Makes an invitation by the first user; prints its token, and the link on standard error.",
        _create_invitation,
        {
            "workspace": WORKSPACE,
            "email": "the only e-mail address that may accept; it gets a mail when smtp_host is set",
            "role": "member (as it is without this flag), guest or moderator",
            "days": f"how long it is good (1 to {invitations.LONGEST_DAYS}, {invitations.DAYS} without this flag)",
            "max-uses": f"how many may accept (1 to {invitations.MOST_USES}, 1 without this flag)",
        },
    ),
    "magic-link create": AdminCommand(
        "Makes a link that signs in once within 15 minutes; prints its token, and the link on standard error.",
        _create_magic_link,
        {"email": "who is signed in, and made when new", "name": "the name of who is new"},
    ),
}
