"""How fast deliveries begin."""

import asyncio
import time

from clickclack.kernel.deliveries.pace import AT_ONCE, Pace


class Work:
    """Deliveries that wait, and other work of the same loop that takes 5 ms a round until it is over."""

    def __init__(self, waiting: int) -> None:
        self.waiting = waiting
        self.rounds: list[int] = []
        self.all_begun = asyncio.Event()
        self.quiet = asyncio.Event()

    def begin(self, most: int) -> int:
        count = min(most, self.waiting)
        self.waiting -= count
        self.rounds.append(count)
        if self.waiting == 0:
            self.all_begun.set()
        return count

    def keep_busy(self, rounds: int) -> None:
        time.sleep(0.005)
        if rounds == 1:
            self.quiet.set()
        else:
            asyncio.get_running_loop().call_soon(self.keep_busy, rounds - 1)


async def test_all_begin_a_few_in_a_round_of_the_loop():
    work = Work(5 * AT_ONCE)
    Pace(work.begin).go()
    assert work.rounds == [AT_ONCE], "the others come after what else is due"
    async with asyncio.timeout(5):
        await work.all_begun.wait()
    assert work.rounds == [AT_ONCE] * 5


async def test_while_the_loop_is_busy_the_rest_of_its_work_has_every_other_round():
    work = Work(1000)
    asyncio.get_running_loop().call_soon(work.keep_busy, 20)
    Pace(work.begin).go()
    async with asyncio.timeout(5):
        await work.quiet.wait()
    assert len(work.rounds) <= 11


async def test_nothing_begins_after_the_end():
    work = Work(100)
    pace = Pace(work.begin)
    pace.go()
    pace.stop()
    for _ in range(5):
        await asyncio.sleep(0)
    assert work.rounds == [AT_ONCE]
