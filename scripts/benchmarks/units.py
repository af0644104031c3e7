"""Posts by units of work without HTTP: `units.py <callers> <seconds>` prints how many a second are on disk."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from clickclack.app import furnish, open_data
from clickclack.chat import posting
from clickclack.chat.drafts import Draft
from clickclack.identity import bootstrap
from clickclack.identity.actors import Actor
from clickclack.kernel import garbage
from clickclack.kernel.clock import SystemClock
from clickclack.kernel.database import Database
from clickclack.settings import Settings


async def main(callers: int, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        open_data(settings)
        garbage.tune()  # as `serve` does
        db = await Database.open(settings.database, SystemClock())
        user = await db.write(bootstrap.dev, furnish)
        actor = Actor(user.n, user.id, "human", "bearer")
        channel_id = await db.read(lambda tx: tx.value("SELECT id FROM channels"))
        until = time.perf_counter() + seconds

        async def post() -> int:
            count = 0
            while time.perf_counter() < until:
                draft = Draft(
                    f"A message of the length that people write, number {count}, and not much more than that."
                )
                await db.write_brief(posting.post, actor, channel_id, draft)
                count += 1
            return count

        start = time.perf_counter()
        total = sum(await asyncio.gather(*(post() for _ in range(callers))))
        print(total / (time.perf_counter() - start))
        await db.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
