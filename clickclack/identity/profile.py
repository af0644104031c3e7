"""One's own profile with one's own settings: read and changed as a whole (contract chat 3.2)."""

from collections.abc import Mapping
from dataclasses import dataclass

from clickclack.identity import preferences, users
from clickclack.identity.actors import Actor
from clickclack.identity.preferences import NotificationSettings
from clickclack.identity.users import ProfileFields, User
from clickclack.kernel.transaction import Tx


@dataclass(frozen=True, slots=True)
class Profile:
    """Who one is.

    `notifications` are None for a narrowed credential, for their key is a secret, and in a request that Access has
    signed in. `appearance` is None before anything was saved.
    """

    user: User
    notifications: NotificationSettings | None
    appearance: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """What to change: None leaves a field, the notifications, the appearance as they are."""

    fields: ProfileFields | None = None
    notifications: NotificationSettings | None = None
    appearance: Mapping[str, str] | None = None


def own(tx: Tx, actor: Actor) -> Profile:
    """The actor's profile."""
    shown = actor.scopes is None and actor.via != "access"
    notifications = preferences.notification_settings(tx, actor.user_n) if shown else None
    return Profile(users.by_n(tx, actor.user_n), notifications, preferences.appearance(tx, actor.user_n))


def change(tx: Tx, actor: Actor, wanted: ProfileChange) -> Profile:
    """Changes what is given, all of it or nothing; no event. Invalid for a value that does not fit."""
    if wanted.fields not in (None, ProfileFields()):
        users.update_profile(tx, actor.user_n, wanted.fields)
    if wanted.notifications is not None:
        preferences.set_notification_settings(tx, actor.user_n, wanted.notifications)
    if wanted.appearance is not None:
        preferences.set_appearance(tx, actor.user_n, wanted.appearance)
    return own(tx, actor)
