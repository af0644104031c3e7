"""`admin events prune`: takes old events out of a workspace's log (contract chat 7.2).

Messages stay as they are; so does what event subscriptions have still to be told of. Events that only the server itself
reads go with the others, and do not count.
"""

import time

from clickclack.api.chat.events import PAYLOADS
from clickclack.chat import event_feed
from clickclack.cli import lookups
from clickclack.cli.admin_people import WORKSPACE
from clickclack.cli.commands import Asked, LongCommand, Said
from clickclack.cli.flags import FlagError
from clickclack.kernel.clock import DAY, from_rfc3339
from clickclack.kernel.database import Database
from clickclack.kernel.events import Pruning


async def _prune(db: Database, asked: Asked) -> Said:
    asked.require("workspace")
    before = _before(asked)
    keep = asked.number("keep-latest", 0) if asked.text("keep-latest") else None
    if before is None and keep is None:
        raise FlagError("one of -older-than-days, -before and -keep-latest is required")
    workspace = await db.read(lookups.workspace, asked)
    total = 0
    wanted = Pruning(workspace.n, PAYLOADS, before, keep)
    while (pruned := await db.write(event_feed.prune, wanted)).rows:
        total += pruned.told
    return Said(f"pruned {total} events")


def _before(asked: Asked) -> int | None:
    """The time that the flags name, in microseconds UTC; FlagError when they name two, or none that is one."""
    days, text = asked.text("older-than-days"), asked.text("before")
    if days and text:
        raise FlagError("-older-than-days and -before exclude each other")
    if days:
        return max(0, time.time_ns() // 1000 - asked.number("older-than-days", 0) * DAY)
    try:
        return from_rfc3339(text) if text else None
    except ValueError:
        raise FlagError(f'invalid value "{text}" for -before: a time such as 2026-01-31T00:00:00Z is wanted') from None


COMMANDS: dict[str, LongCommand] = {
    "events prune": LongCommand(
        "Takes events out of a workspace's log, oldest first; who is further behind must load anew. Messages stay.",
        _prune,
        {
            "workspace": WORKSPACE,
            "older-than-days": "prunes what is older than so many days",
            "before": "prunes what is older than a time, 2026-01-31T00:00:00Z",
            "keep-latest": "keeps so many of the newest events, whatever their age",
        },
    )
}
