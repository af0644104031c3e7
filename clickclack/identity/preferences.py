"""A person's own settings: appearance and notifications (contract chat 3.2, 4.2)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from clickclack.kernel.errors import Invalid
from clickclack.kernel.transaction import Tx, marks

APPEARANCE: dict[str, tuple[str, tuple[str, ...]]] = {
    "color_mode": ("system", ("light", "dark")),
    "board_theme": ("signal", ("ember", "moss", "iris")),
    "message_layout": ("standard", ("outlined",)),
    "density": ("comfortable", ("compact",)),
}
"""Each field's default, which is stored as the empty text, and its other values."""

_KEY = re.compile(r"[A-Za-z0-9]{30}")


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """Whether and to whom Pushover notifications go."""

    pushover_enabled: bool = False
    pushover_user_key: str = ""


def appearance(tx: Tx, user_n: int) -> dict[str, str] | None:
    """The fields that differ from their defaults; None before anything was saved."""
    fields = tuple(APPEARANCE)
    row = tx.one(f"SELECT {', '.join(fields)} FROM appearance_preferences WHERE user_n = ?", user_n)
    return None if row is None else {name: value for name, value in zip(fields, row, strict=True) if value}


def set_appearance(tx: Tx, user_n: int, given: Mapping[str, str]) -> None:
    """Changes the fields that are given; Invalid for a value that the field does not have."""
    stored = {name: _stored(name, value) for name, value in given.items()}
    if not stored:
        return
    columns = ", ".join(stored)
    updates = ", ".join(f"{name} = excluded.{name}" for name in stored)
    tx.run(
        f"INSERT INTO appearance_preferences (user_n, {columns}) VALUES (?, {marks(stored)})"
        f" ON CONFLICT (user_n) DO UPDATE SET {updates}",
        user_n,
        *stored.values(),
    )


def _stored(name: str, value: str) -> str:
    default, others = APPEARANCE[name]
    if value in ("", default):
        return ""
    if value not in others:
        raise Invalid(f"{name} is invalid")
    return value


def notification_settings(tx: Tx, user_n: int) -> NotificationSettings:
    """The person's notification settings, or the defaults."""
    row = tx.one("SELECT pushover_enabled, pushover_user_key FROM notification_settings WHERE user_n = ?", user_n)
    return NotificationSettings() if row is None else NotificationSettings(bool(row[0]), row[1])


def set_notification_settings(tx: Tx, user_n: int, settings: NotificationSettings) -> None:
    """Replaces both fields; Invalid for a key that is none, or for enabling without one."""
    key = settings.pushover_user_key.strip()
    if settings.pushover_enabled and not key:
        raise Invalid("pushover_user_key is required when pushover notifications are enabled")
    if key and not _KEY.fullmatch(key):
        raise Invalid("pushover_user_key must be 30 alphanumeric characters")
    tx.run(
        "INSERT INTO notification_settings (user_n, pushover_enabled, pushover_user_key) VALUES (?, ?, ?)"
        " ON CONFLICT (user_n) DO UPDATE SET pushover_enabled = excluded.pushover_enabled,"
        " pushover_user_key = excluded.pushover_user_key",
        user_n,
        int(settings.pushover_enabled),
        key,
    )
