"""Whom a provider vouches for, and which person that is here (contract chat 2.6, 2.7, 2.8)."""

from dataclasses import dataclass

from clickclack.identity import address_proofs, identities, invitations, names, users
from clickclack.identity.users import ProfileFields, User
from clickclack.kernel.errors import Invalid
from clickclack.kernel.transaction import Tx


@dataclass(frozen=True, slots=True)
class ProviderAccount:
    """Somebody at a provider: `subject` is who one is there for ever, `email` is verified, or empty.

    Where the settings say which server the provider is, the subject names it, too: another has others of the same name.
    `login` is a short name there; it and the avatar may be empty.
    """

    provider: str
    subject: str
    email: str
    display_name: str
    avatar_url: str = ""
    login: str = ""


def person_of(tx: Tx, account: ProviderAccount) -> User:
    """The person known by this account, else the one with its e-mail address, else a new one.

    The person enters the workspaces that the address is invited to.
    """
    user = identities.by_subject(tx, account.provider, account.subject)
    if user is None:
        user = _known_by_email(tx, account) or users.create_human(
            tx, account.display_name, account.email, account.login
        )
        identities.link(tx, user.n, account.provider, account.subject, account.email)
    elif account.email:
        identities.set_email(tx, account.provider, account.subject, account.email)
    if account.email:
        invitations.accept_all_for(tx, user, account.email)
    return _with_avatar(tx, user, account.avatar_url)


def _known_by_email(tx: Tx, account: ProviderAccount) -> User | None:
    found = identities.users_by_email(tx, account.email) if account.email else []
    if not found:
        return None
    address_proofs.note_proof(tx, found[0].n, account.email)
    return found[0]


def _with_avatar(tx: Tx, user: User, avatar_url: str) -> User:
    """Gives the provider's picture to who has none of their own choice."""
    if not avatar_url or user.avatar_url not in ("", users.fallback_avatar(tx, user.n)):
        return user
    try:
        wanted = names.avatar_url(avatar_url)
    except Invalid:
        return user
    return users.update_profile(tx, user.n, ProfileFields(avatar_url=wanted))
