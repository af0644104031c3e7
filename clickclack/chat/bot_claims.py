"""Claiming a setup code: what the bot's program is told to begin with (contract chat 4.13)."""

from dataclasses import replace

from clickclack.chat.access import PUBLIC
from clickclack.identity import bot_setup_codes
from clickclack.identity.bot_setup_codes import Claimed
from clickclack.kernel.transaction import Tx

GENERAL = "general"


def claim(tx: Tx, code: str) -> Claimed:
    """Exchanges a code for a token; without a `default_to` the bot begins in `general`, else in the oldest channel.

    Raises what `bot_setup_codes.claim` raises.
    """
    claimed = bot_setup_codes.claim(tx, code)
    if claimed.defaults.default_to:
        return claimed
    name = tx.value(
        "SELECT c.name FROM channels c WHERE c.workspace_n = ? AND c.kind = ? AND c.archived_at IS NULL"
        " ORDER BY c.name <> ?, c.n LIMIT 1",
        *(claimed.workspace.n, PUBLIC, GENERAL),
    )
    if name is None:
        return claimed
    return replace(claimed, defaults=replace(claimed.defaults, default_to=f"channel:{name}"))
