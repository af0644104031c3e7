"""Magic links: a token that signs in once, for 15 minutes (contract chat 2.5)."""

from dataclasses import dataclass

from clickclack.identity import address_proofs, identities, invitations, names
from clickclack.identity.users import User
from clickclack.kernel.clock import DAY, MINUTE
from clickclack.kernel.errors import Invalid
from clickclack.kernel.ids import new_id
from clickclack.kernel.secrets import new_secret, secret_hash
from clickclack.kernel.transaction import Tx

LIFE = 15 * MINUTE
REMEMBERED = DAY
PRUNED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class MagicLink:
    """A link for an e-mail address; `token` is shown this once."""

    id: str
    email: str
    display_name: str
    created_at: int
    expires_at: int
    token: str


def create(tx: Tx, email: str, display_name: str) -> MagicLink:
    """A new link; the name is for a person who is not known yet."""
    address = names.email_address(email)
    name = names.display_name(display_name) if display_name.strip() else ""
    token = new_secret("mgt")
    link = MagicLink(new_id("mln"), address, name, tx.now, tx.now + LIFE, token)
    tx.run(
        "INSERT INTO magic_links (id, token_hash, email, display_name, created_at, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        link.id,
        secret_hash(token),
        link.email,
        link.display_name,
        link.created_at,
        link.expires_at,
    )
    return link


def consume(tx: Tx, token: str) -> User:
    """Uses a link up and returns its person, who is made when new; Invalid when it is unknown, used or expired.

    The person enters the workspaces that the address is invited to.
    """
    row = tx.one(
        "SELECT n, email, display_name, expires_at, used_at FROM magic_links WHERE token_hash = ?", secret_hash(token)
    )
    if row is None:
        raise Invalid("magic link is not valid")
    n, email, display_name, expires_at, used_at = row
    if used_at is not None:
        raise Invalid("magic link already used")
    if expires_at <= tx.now:
        raise Invalid("magic link expired")
    tx.run("UPDATE magic_links SET used_at = ? WHERE n = ?", tx.now, n)
    user = identities.person_with_email(tx, "magic", email, display_name or names.name_of_address(email))
    address_proofs.note_proof(tx, user.n, email)
    invitations.accept_all_for(tx, user, email)
    return user


def prune(tx: Tx) -> int:
    """Forgets up to 1000 links that ended a day ago or longer, and says how many; until then they are told apart."""
    return tx.run(
        "DELETE FROM magic_links WHERE n IN"
        " (SELECT n FROM magic_links WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)",
        tx.now - REMEMBERED,
        PRUNED_AT_ONCE,
    )
