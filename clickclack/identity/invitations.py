"""Invitations into a workspace: a token, for one address or for whoever has it (an addition to contract chat 7.2).

A token that is unknown, expired, used up or revoked is all the same to who shows it. An invitation counts as revoked
while whoever made it, blocked or demoted since, may not make it any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clickclack.identity import audit, identities, members, names, passwords, users
from clickclack.identity.access import workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import GUEST, MEMBER, MODERATOR, Permission
from clickclack.identity.standing import STANDING_COLUMNS, STANDING_JOIN, standing_of
from clickclack.identity.users import User
from clickclack.identity.workspace_records import WORKSPACE_COLUMNS, Workspace
from clickclack.identity.workspaces import WorkspaceRole
from clickclack.kernel.clock import DAY
from clickclack.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from clickclack.kernel.ids import new_id
from clickclack.kernel.secrets import new_secret, secret_hash
from clickclack.kernel.transaction import Tx

DAYS = 7
LONGEST_DAYS = 90
MOST_USES = 1000
LISTED = 200
ROLES = {"guest": GUEST, "member": MEMBER, "moderator": MODERATOR}
REFUSED = "workspace manager permission required"
GONE = "invitation not found"


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """What somebody is invited to: `email` may be empty, then whoever has the token may use it `max_uses` times."""

    role: str = "member"
    email: str = ""
    days: int = DAYS
    max_uses: int = 1


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation as it is stored, with its workspace; `creator_n` is None when that person is gone.

    `is_granted` says whether its maker may invite such members now.
    """

    n: int
    id: str
    workspace: Workspace
    email: str
    role_n: int
    max_uses: int
    uses: int
    creator_n: int | None
    created_at: int
    expires_at: int
    revoked_at: int | None
    is_granted: bool

    def state(self, now: int) -> str:
        """`open`, `revoked`, `used` or `expired`."""
        if self.revoked_at is not None or not self.is_granted:
            return "revoked"
        if self.uses >= self.max_uses:
            return "used"
        return "expired" if self.expires_at <= now else "open"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who comes without an account: the password as its hash."""

    display_name: str
    email: str
    password_hash: str


_SELECT = (
    f"SELECT {STANDING_COLUMNS}, i.n, i.id, i.email, i.role_n, i.max_uses, i.uses, i.created_by_n, i.created_at,"
    f" i.expires_at, i.revoked_at, {WORKSPACE_COLUMNS} FROM invitations i JOIN workspaces w ON w.n = i.workspace_n"
    f" LEFT JOIN memberships m ON m.workspace_n = i.workspace_n AND m.user_n = i.created_by_n {STANDING_JOIN}"
)
_LIVING = "w.deleted_at IS NULL"


def _invitation_of(tx: Tx, row: tuple[Any, ...]) -> Invitation:
    maker, (n, identifier, email, role_n, *rest), workspace = row[:3], row[3:13], Workspace(*row[13:])
    granted = frozenset[Permission]() if maker[0] is None else standing_of(tx, *maker).permissions
    return Invitation(n, identifier, workspace, email, role_n, *rest, is_granted=_needed(role_n) <= granted)


def _needed(role_n: int) -> frozenset[Permission]:
    """What somebody must be allowed who invites such members."""
    more = {Permission.MEMBERS_PROMOTE} if role_n == MODERATOR else set[Permission]()
    return frozenset({Permission.MEMBERS_ADD} | more)


def create(tx: Tx, actor: Actor, workspace_id: str, new: NewInvitation) -> tuple[Invitation, str]:
    """An invitation and its token, which is shown this once; Forbidden for who may not add such members."""
    membership = workspace_of(tx, actor, workspace_id)
    for permission in sorted(_needed(ROLES.get(new.role, MEMBER))):
        membership.require(permission, REFUSED)
    return found(tx, actor, membership.workspace, new)


def found(tx: Tx, actor: Actor, workspace: Workspace, new: NewInvitation) -> tuple[Invitation, str]:
    """Writes an invitation without asking whether the actor may; Invalid for what does not fit.

    One that a command makes is the workspace's owner's.
    """
    if new.role not in ROLES:
        raise Invalid("role must be one of guest, member, moderator")
    if not 1 <= new.days <= LONGEST_DAYS:
        raise Invalid(f"an invitation is good for 1 to {LONGEST_DAYS} days")
    email = names.email_address(new.email) if new.email.strip() else ""
    if not 1 <= new.max_uses <= (1 if email else MOST_USES):
        raise Invalid(f"an invitation has 1 to {MOST_USES} uses, and 1 for an e-mail address")
    maker_n = members.owner_of(tx, workspace) if actor.via == "command" else actor.user_n
    identifier, token = new_id("inv"), new_secret("tok")
    tx.run(
        "INSERT INTO invitations (id, workspace_n, token_hash, email, role_n, max_uses, created_by_n, created_at,"
        " expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(identifier, workspace.n, secret_hash(token), email, ROLES[new.role], new.max_uses),
        *(maker_n, tx.now, tx.now + new.days * DAY),
    )
    facts = {"role": new.role, "email": email}
    audit.record(tx, actor, "invitation.created", (workspace.n, "invitation", identifier), facts)
    return _by_id(tx, identifier), token


def list_invitations(tx: Tx, actor: Actor, workspace_id: str) -> list[Invitation]:
    """The last 200 invitations of the workspace, newest first, whatever became of them."""
    membership = workspace_of(tx, actor, workspace_id)
    membership.require(Permission.MEMBERS_ADD, REFUSED)
    rows = tx.all(f"{_SELECT} WHERE i.workspace_n = ? ORDER BY i.n DESC LIMIT ?", membership.workspace.n, LISTED)
    return [_invitation_of(tx, row) for row in rows]


def revoke(tx: Tx, actor: Actor, invitation_id: str) -> None:
    """Takes an invitation back; nothing the second time. NotFound for who is not in its workspace."""
    try:
        invitation = _by_id(tx, invitation_id)
        membership = workspace_of(tx, actor, invitation.workspace.id)
    except NotFound:
        raise NotFound(GONE) from None
    membership.require(Permission.MEMBERS_ADD, REFUSED)
    if tx.run("UPDATE invitations SET revoked_at = ? WHERE n = ? AND revoked_at IS NULL", tx.now, invitation.n):
        target = (invitation.workspace.n, "invitation", invitation.id)
        audit.record(tx, actor, "invitation.revoked", target, {})


def by_token(tx: Tx, token: str) -> Invitation:
    """The invitation that this token opens now; NotFound when there is none."""
    digest = secret_hash(token)
    row = tx.one(f"{_SELECT} WHERE (i.token_hash = ? OR i.mailed_hash = ?) AND {_LIVING}", digest, digest)
    invitation = None if row is None else _invitation_of(tx, row)
    if invitation is None or invitation.state(tx.now) != "open":
        raise NotFound(GONE)
    return invitation


def inviter(tx: Tx, invitation: Invitation) -> str:
    """The name of who made the invitation; empty when that person is gone."""
    return tx.value("SELECT display_name FROM users WHERE n = ?", invitation.creator_n) or ""


def mail_token(tx: Tx, invitation_id: str) -> tuple[Invitation, str] | None:
    """A further token of an invitation, for a mail, instead of that of the mail before; None when it is not open."""
    try:
        invitation = _by_id(tx, invitation_id)
    except NotFound:
        return None
    if invitation.state(tx.now) != "open":
        return None
    token = new_secret("tok")
    tx.run("UPDATE invitations SET mailed_hash = ? WHERE n = ?", secret_hash(token), invitation.n)
    return invitation, token


def accept(tx: Tx, actor: Actor, token: str) -> WorkspaceRole:
    """Makes the actor a member; who is one already stays as before and uses nothing up.

    Returns the workspace with the actor's role in it. Forbidden for an invitation that is bound to another address.
    """
    invitation = by_token(tx, token)
    if invitation.email and not identities.has_email(tx, actor.user_n, invitation.email):
        raise Forbidden("this invitation is for another e-mail address")
    _admit(tx, actor, invitation)
    role_n = members.role_of(tx, invitation.workspace, actor.user_n)
    return WorkspaceRole(invitation.workspace, invitation.role_n if role_n is None else role_n)


def accept_as_newcomer(tx: Tx, token: str, newcomer: Newcomer) -> tuple[User, Invitation]:
    """Makes a person with a password, and a member; Conflict when somebody has the e-mail address already.

    The address is proven by the token of the mail alone: the other one whoever made the invitation has, too.
    """
    invitation = by_token(tx, token)
    email = names.email_address(newcomer.email)
    if invitation.email not in ("", email):
        raise Forbidden("this invitation is for another e-mail address")
    if identities.users_by_email(tx, email):
        raise Conflict("there is an account with this e-mail address already; sign in, then accept")
    user = users.create_human(tx, newcomer.display_name, email)
    provider = identities.PROVEN if _was_mailed(tx, invitation, token) else identities.CLAIMED
    identities.link(tx, user.n, provider, email, email)
    passwords.set_hash(tx, user.n, newcomer.password_hash)
    _admit(tx, Actor(user.n, user.id, "human", "bearer"), invitation)
    return user, invitation


def _was_mailed(tx: Tx, invitation: Invitation, token: str) -> bool:
    """Whether this is the token that was sent to the invitation's address."""
    sql = "SELECT 1 FROM invitations WHERE n = ? AND mailed_hash = ?"
    return tx.value(sql, invitation.n, secret_hash(token)) is not None


def accept_all_for(tx: Tx, user: User, email: str) -> None:
    """Accepts what is open for an e-mail address, for the person who has just proven to have it."""
    actor = Actor(user.n, user.id, "human", "bearer")
    for invitation in _open_for(tx, email):
        _admit(tx, actor, invitation)


def any_for(tx: Tx, email: str) -> bool:
    """Whether an open invitation is bound to this e-mail address."""
    return bool(_open_for(tx, email))


def _open_for(tx: Tx, email: str) -> Sequence[Invitation]:
    rows = tx.all(f"{_SELECT} WHERE i.email = ? AND i.email <> '' AND {_LIVING} ORDER BY i.n", email)
    return [found for row in rows if (found := _invitation_of(tx, row)).state(tx.now) == "open"]


def _admit(tx: Tx, actor: Actor, invitation: Invitation) -> None:
    if not members.join(tx, invitation.workspace, actor.user_n, invitation.role_n):
        return
    tx.run("UPDATE invitations SET uses = uses + 1 WHERE n = ?", invitation.n)
    target = (invitation.workspace.n, "invitation", invitation.id)
    audit.record(tx, actor, "invitation.accepted", target, {"user_id": actor.user_id})


def _by_id(tx: Tx, invitation_id: str) -> Invitation:
    row = tx.one(f"{_SELECT} WHERE i.id = ? AND {_LIVING}", invitation_id)
    if row is None:
        raise NotFound(GONE)
    return _invitation_of(tx, row)
