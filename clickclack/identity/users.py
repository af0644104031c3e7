"""Users, human and bot: create, find, change the profile (contract chat 3.2, 4.1)."""

import secrets
from dataclasses import dataclass
from typing import Any, Literal

from clickclack.identity import names
from clickclack.kernel.errors import Invalid, NotFound
from clickclack.kernel.ids import new_id
from clickclack.kernel.transaction import Tx


@dataclass(frozen=True, slots=True)
class User:
    """A person or a bot. `owner_id` is the person a bot belongs to; `handle` and `avatar_url` may be empty.

    A deleted bot has a `deleted_at` and, instead of its handle, a `former_handle`.
    """

    n: int
    id: str
    kind: Literal["human", "bot"]
    owner_id: str | None
    display_name: str
    handle: str
    avatar_url: str
    created_at: int
    former_handle: str = ""
    deleted_at: int | None = None


@dataclass(frozen=True, slots=True)
class ProfileFields:
    """What a person may change of the profile; None leaves a field as it is."""

    display_name: str | None = None
    handle: str | None = None
    avatar_url: str | None = None


FEW = 9
USER_COLUMNS = (
    *("n", "id", "kind", "owner_id", "display_name", "handle", "avatar_url", "created_at"),
    *("former_handle", "deleted_at"),
)
"""Columns that make a User, in its order, to be selected from `users`."""

_SELECT = f"SELECT {', '.join(USER_COLUMNS)} FROM users"

UPLOADS = "/api/uploads/"

_BY_HANDLE = "SELECT 1 FROM users WHERE handle = ? AND handle <> '' AND n <> ?"


def user_of(row: tuple[Any, ...]) -> User:
    """A row of USER_COLUMNS as a record."""
    return User(*row)


def by_n(tx: Tx, n: int) -> User:
    """The user in row `n`; NotFound when there is none."""
    row = tx.one(f"{_SELECT} WHERE n = ?", n)
    if row is None:
        raise NotFound("user not found")
    return user_of(row)


def by_id(tx: Tx, user_id: str) -> User:
    """The user with this id; NotFound when there is none."""
    row = tx.one(f"{_SELECT} WHERE id = ?", user_id)
    if row is None:
        raise NotFound("user not found")
    return user_of(row)


def by_handle(tx: Tx, handle: str) -> User:
    """The user with this handle, with or without its @; NotFound when there is none."""
    row = tx.one(f"{_SELECT} WHERE handle = ? AND handle <> ''", handle.strip().lower().removeprefix("@"))
    if row is None:
        raise NotFound("user not found")
    return user_of(row)


def oldest(tx: Tx) -> User | None:
    """The first user there was, or None."""
    row = tx.one(f"{_SELECT} ORDER BY created_at, n LIMIT 1")
    return None if row is None else user_of(row)


def any_exists(tx: Tx) -> bool:
    """Whether the server has been set up."""
    return tx.value("SELECT 1 FROM users LIMIT 1") is not None


def create_human(tx: Tx, display_name: str, email: str = "", like: str = "") -> User:
    """A new person, whose handle is made of `like` or else of the name; with an e-mail address the avatar is its
    gravatar.
    """
    handle = free_handle_like(tx, like or display_name)
    return _insert(tx, ("human", None), display_name, handle, names.gravatar(email) if email else "")


def create_bot(tx: Tx, profile: ProfileFields, owner_id: str | None) -> User:
    """A new bot, of a person or of the workspace itself; it gets a handle made of its name, unless one is given.

    The empty handle is none: nobody can mention the bot.
    """
    if profile.handle is None:
        handle = free_handle_like(tx, profile.display_name or "")
    else:
        handle = names.handle(profile.handle)
        _refuse_taken(tx, handle, 0)
    avatar = names.avatar_url(profile.avatar_url or "")
    return _insert(tx, ("bot", owner_id), profile.display_name or "", handle, avatar)


def _insert(tx: Tx, nature: tuple[str, str | None], display_name: str, handle: str, avatar: str) -> User:
    n = tx.insert(
        "INSERT INTO users (id, kind, owner_id, display_name, handle, avatar_url, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        new_id("usr"),
        *nature,
        names.display_name(display_name),
        handle,
        avatar,
        tx.now,
    )
    return by_n(tx, n)


def update_profile(tx: Tx, user_n: int, fields: ProfileFields) -> User:
    """Changes the fields that are given, and the names that order member directories; no event.

    Whose an uploaded avatar is, `chat.pictures` asks.
    """
    user = by_n(tx, user_n)
    name = user.display_name if fields.display_name is None else names.display_name(fields.display_name)
    handle = user.handle if fields.handle is None else names.handle(fields.handle)
    avatar = user.avatar_url if fields.avatar_url is None else names.avatar_url(fields.avatar_url, own_path=UPLOADS)
    if not avatar:
        avatar = fallback_avatar(tx, user_n)
    _refuse_taken(tx, handle, user_n)
    tx.run("UPDATE users SET display_name = ?, handle = ?, avatar_url = ? WHERE n = ?", name, handle, avatar, user_n)
    changed = by_n(tx, user_n)
    tx.run("UPDATE memberships SET sort_name = ?, sort_handle = ? WHERE user_n = ?", *sort_keys(changed), user_n)
    return changed


def free_handle_like(tx: Tx, name: str) -> str:
    """A handle made of a name that nobody has, with -2, -3 and so on behind it where needed, after -9 by chance.

    Empty when nothing is left of the name.
    """
    base = names.handle_of(name)
    handle, number = base, 1
    while tx.value(_BY_HANDLE, handle, 0):
        number = number + 1 if number < FEW else secrets.randbelow(1_000_000)
        end = f"-{number}"
        handle = base[: names.HANDLE_LENGTH - len(end)].rstrip("-") + end
    return handle


def entomb(tx: Tx, user_n: int, deleter_n: int) -> User:
    """Notes that a user is deleted, by whom, and frees the handle; the row stays for what refers to it."""
    sql = "UPDATE users SET former_handle = handle, handle = '', deleted_at = ?, deleted_by_n = ? WHERE n = ?"
    tx.run(sql, tx.now, deleter_n, user_n)
    return by_n(tx, user_n)


def fallback_avatar(tx: Tx, user_n: int) -> str:
    """The gravatar of a person's e-mail address; empty without one, and for bots."""
    email = tx.value("SELECT email FROM identities WHERE user_n = ? AND email <> '' ORDER BY n LIMIT 1", user_n)
    return names.gravatar(email) if email else ""


def sort_keys(user: User) -> tuple[str, str]:
    """The two texts that order a member directory (contract chat 4.5)."""
    return (user.display_name or user.handle or user.id).lower(), (user.handle or user.id).lower()


def _refuse_taken(tx: Tx, handle: str, owner_n: int) -> None:
    if handle and tx.value(_BY_HANDLE, handle, owner_n):
        raise Invalid("handle is already taken")
