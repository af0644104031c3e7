"""The waiting room: guests may write three messages a day in the channel `guest` (contract chat 6.10)."""

from clickclack.chat.access import GUEST_CHANNEL, Place
from clickclack.identity.permissions import GUEST
from clickclack.kernel.clock import DAY
from clickclack.kernel.errors import TooMany
from clickclack.kernel.transaction import Tx, marks

DAILY_POSTS = 3
PRUNED_AT_ONCE = 1000


def spend_budget(tx: Tx, place: Place) -> None:
    """Counts a message in the guest channel, whoever writes it; TooMany when a guest has none left for now."""
    if place.channel_name != GUEST_CHANNEL or place.is_direct:
        return
    require_budget(tx, place)
    sql = "INSERT INTO guest_posts (channel_n, user_n, created_at) VALUES (?, ?, ?)"
    tx.run(sql, place.channel_n, place.reader.n, tx.now)


def require_budget(tx: Tx, place: Place) -> None:
    """Raises TooMany when the guest has spent the day's messages; nothing for others."""
    if place.standing.role_n != GUEST:
        return
    if posts_of(tx, place.workspace_n, [place.reader.n]).get(place.reader.n, 0) >= DAILY_POSTS:
        raise TooMany("waiting room post limit reached")


def posts_of(tx: Tx, workspace_n: int, user_ns: list[int]) -> dict[int, int]:
    """How many messages each of these users has written in the workspace's guest channel in the last 24 hours."""
    rows = tx.all(
        "SELECT p.user_n, COUNT(*) FROM channels c JOIN guest_posts p ON p.channel_n = c.n"
        f" WHERE c.workspace_n = ? AND c.name = ? AND p.user_n IN ({marks(user_ns)}) AND p.created_at > ?"
        " GROUP BY p.user_n",
        *(workspace_n, GUEST_CHANNEL, *user_ns, tx.now - DAY),
    )
    return dict(rows)


def prune(tx: Tx) -> int:
    """Forgets up to 1000 messages' times that no budget counts any more, and says how many."""
    return tx.run(
        "DELETE FROM guest_posts WHERE n IN (SELECT n FROM guest_posts WHERE created_at <= ? LIMIT ?)",
        tx.now - DAY,
        PRUNED_AT_ONCE,
    )
