"""Sign-in methods of a person: a provider and who one is there (contract chat 2.5, 8)."""

from collections import defaultdict
from dataclasses import dataclass

from clickclack.identity import names, users
from clickclack.identity.users import User
from clickclack.kernel.errors import Invalid
from clickclack.kernel.ids import new_id
from clickclack.kernel.transaction import Tx

CLAIMED = "claimed"
PROVEN = "password"
"""The providers of an address that a person signs in to with a password: claimed at first, then proven."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A person in a list: the first e-mail address and the slugs of the workspaces, divided by commas; or empty."""

    id: str
    display_name: str
    email: str
    workspaces: str


def everybody(tx: Tx) -> list[Listed]:
    """Every person by age, for the command line: two queries however many they are."""
    slugs: defaultdict[int, list[str]] = defaultdict(list)
    sql = "SELECT m.user_n, w.slug FROM memberships m JOIN workspaces w ON w.n = m.workspace_n ORDER BY w.n"
    for user_n, slug in tx.all(sql):
        slugs[user_n].append(slug)
    rows = tx.all(
        "SELECT u.id, u.display_name,"
        " COALESCE((SELECT i.email FROM identities i WHERE i.user_n = u.n AND i.email <> '' ORDER BY i.n LIMIT 1), ''),"
        " u.n"
        " FROM users u WHERE u.kind = 'human' ORDER BY u.created_at, u.n"
    )
    return [Listed(identifier, name, email, ",".join(slugs[n])) for identifier, name, email, n in rows]


def link(tx: Tx, user_n: int, provider: str, subject: str, email: str) -> None:
    """Adds a sign-in method; sqlite3.IntegrityError when the provider's subject is somebody's already."""
    tx.run(
        "INSERT INTO identities (id, user_n, provider, subject, email, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        new_id("idn"),
        user_n,
        provider,
        subject,
        email,
        tx.now,
    )


def by_subject(tx: Tx, provider: str, subject: str) -> User | None:
    """Who is known by this subject of the provider, or None."""
    n = tx.value("SELECT user_n FROM identities WHERE provider = ? AND subject = ?", provider, subject)
    return None if n is None else users.by_n(tx, n)


def set_email(tx: Tx, provider: str, subject: str, email: str) -> None:
    """Notes that somebody has another e-mail address at the provider now."""
    sql = "UPDATE identities SET email = ? WHERE provider = ? AND subject = ? AND email <> ?"
    tx.run(sql, email, provider, subject, email)


def has_email(tx: Tx, user_n: int, email: str) -> bool:
    """Whether the person has this e-mail address, in its normal form, at any provider."""
    return tx.value("SELECT 1 FROM identities WHERE user_n = ? AND email = ? LIMIT 1", user_n, email) is not None


def users_by_email(tx: Tx, email: str) -> list[User]:
    """Everybody with this e-mail address, in any case, at any provider: the oldest first, who only claims it last."""
    sql = (
        "SELECT user_n FROM identities WHERE email = ? AND email <> ''"
        " GROUP BY user_n ORDER BY MIN(CASE WHEN provider = ? THEN 1 ELSE 0 END), user_n"
    )
    rows = tx.all(sql, email.strip().lower(), CLAIMED)
    return [users.by_n(tx, n) for (n,) in rows]


def create_person(tx: Tx, display_name: str, email: str) -> User:
    """A new person, with an e-mail address unless it is empty; Invalid when somebody has that address already."""
    address = names.email_address(email) if email.strip() else ""
    if address and users_by_email(tx, address):
        raise Invalid(f"there is a user with the e-mail address {address} already")
    user = users.create_human(tx, display_name, address)
    if address:
        link(tx, user.n, "local", address, address)
    return user


def person_with_email(tx: Tx, provider: str, email: str, display_name: str) -> User:
    """The person with this e-mail address, or a new one known to `provider` by it."""
    found = users_by_email(tx, email)
    if found:
        return found[0]
    user = users.create_human(tx, display_name, email)
    link(tx, user.n, provider, email, email)
    return user
