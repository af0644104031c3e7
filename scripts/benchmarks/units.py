"""Posts by units of work without HTTP: `units.py <callers> <seconds>` prints how many a second are on disk.

Two numbers: through the engine, with as many callers that wait for their own, and in a bare loop that runs and commits
as many at once with nobody waiting, which is the most there could be.
"""

import asyncio
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from clickclack.app import furnish, open_data
from clickclack.chat import posting
from clickclack.chat.drafts import Draft
from clickclack.identity import bootstrap
from clickclack.identity.actors import Actor
from clickclack.kernel import garbage
from clickclack.kernel.clock import SystemClock
from clickclack.kernel.connections import WRITER
from clickclack.kernel.database import Database
from clickclack.kernel.transaction import Tx
from clickclack.kernel.units import commit, run_brief_units
from clickclack.settings import Settings


def draft(number: int) -> Draft:
    return Draft(f"A message of the length that people write, number {number}, and not much more than that.")


async def through_engine(db: Database, actor: Actor, channel_id: str, callers: int, seconds: float) -> float:
    until = time.perf_counter() + seconds

    async def post() -> int:
        count = 0
        while time.perf_counter() < until:
            await db.write_brief(posting.post, actor, channel_id, draft(count))
            count += 1
        return count

    start = time.perf_counter()
    total = sum(await asyncio.gather(*(post() for _ in range(callers))))
    return total / (time.perf_counter() - start)


def in_a_bare_loop(path: Path, actor: Actor, channel_id: str, at_once: int, seconds: float) -> float:
    count, clock = 0, SystemClock()

    def post(tx: Tx) -> None:
        posting.post(tx, actor, channel_id, draft(count))

    with closing(sqlite3.connect(path, isolation_level=None, cached_statements=256)) as connection:
        for pragma in WRITER:
            connection.execute(pragma)
        start = time.perf_counter()
        while time.perf_counter() < start + seconds:
            run_brief_units(connection, [post] * at_once, clock)
            commit(connection)
            count += at_once
        return count / (time.perf_counter() - start)


async def main(callers: int, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        open_data(settings)
        garbage.tune()  # as `serve` does
        db = await Database.open(settings.database, SystemClock())
        user = await db.write(bootstrap.dev, furnish)
        actor = Actor(user.n, user.id, "human", "bearer")
        channel_id = await db.read(lambda tx: tx.value("SELECT id FROM channels"))
        engine = await through_engine(db, actor, channel_id, callers, seconds)
        await db.close()
        print(engine, in_a_bare_loop(settings.database, actor, channel_id, callers, seconds))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
