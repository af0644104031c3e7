"""Sending deliveries: many endpoints at once, each in its own lane, outcomes written in batches.

Nothing is written when a try begins: a server that is killed meanwhile tries it again, with the same id.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from clickclack.kernel.allow_list import AllowList
from clickclack.kernel.clock import SECOND
from clickclack.kernel.database import Database
from clickclack.kernel.deliveries import endpoints, outcomes, queue
from clickclack.kernel.deliveries.endpoints import PURPOSE, Endpoint
from clickclack.kernel.deliveries.lanes import Bounds, Lanes
from clickclack.kernel.deliveries.outcomes import Attempt
from clickclack.kernel.deliveries.pace import Pace
from clickclack.kernel.deliveries.queue import Delivery, Portion
from clickclack.kernel.deliveries.sending import Call, Ending, Sender
from clickclack.kernel.errors import Problem
from clickclack.kernel.loops import Loop
from clickclack.kernel.seal import Seal, SealBroken
from clickclack.kernel.transaction import Tx

log = logging.getLogger(__name__)

T = TypeVar("T")

PORTION = Portion(each=64, most=4096)
IN_HAND = 8192
UNWRITTEN = 1024
WRITTEN_AT_ONCE = 32
"""Few enough for a brief unit, which takes a tenth of the time that its statements take on another thread."""
SLOW = 1.0
"""Seconds after which an answer counts as slow."""
PAUSE = 0.02
LONGEST_SLEEP = 5.0
"""Seconds after which the wall clock is looked at again, for it may have been set, or the machine been asleep."""
AGAIN = 1.0
LAST_WRITE = 2.0
"""Seconds that the end of the server waits for what has ended to be written."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How endpoints of a kind are spoken to: the headers of a delivery, signed with a secret at a time in microseconds.

    `failure` is the text for an answer that is no success.
    """

    sign: Callable[[Delivery, str, int], Mapping[str, str]]
    failure: str


@dataclass(frozen=True, slots=True)
class _UnderWay:
    delivery: Delivery
    kind: str
    started_at: int


class DeliveryRunner:
    """Has what is due sent while it is `running`; `count` hears outcomes by batch: done, failed, dead, gone."""

    def __init__(
        self,
        db: Database,
        sender: Sender,
        seal: Seal,
        kinds: Mapping[str, Kind],
        count: Callable[[Counter[str]], None] = lambda _: None,
    ) -> None:
        self._db = db
        self._sender = sender
        self._seal = seal
        self._kinds = kinds
        self._count = count
        self._lanes = Lanes(Bounds())
        self._allowed: dict[str, AllowList] = {}
        self._wake = asyncio.Event()
        self._ended = asyncio.Event()
        self._unwritten: list[Attempt] = []
        self._filling = False
        self._late: list[Delivery] = []
        self._look_again = False
        self._changes = 0
        self._looked = 0
        self._stopping = False
        self._written = asyncio.Event()
        self._written.set()
        self._under_way: dict[int, _UnderWay] = {}
        self._pace = Pace(self._begin)

    def wake(self) -> None:
        """Looks for due deliveries at once."""
        self._wake.set()

    def _change(self) -> None:
        """Begins nothing more before the endpoints were looked at anew: one may be closed, or have another secret."""
        self._changes += 1
        self.wake()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Sends while the block runs; what is under way at its end is cancelled, and sent again by the next start."""
        self._db.on_work |= {endpoints.WORK: self.wake, endpoints.CHANGE: self._change}
        async with Loop("delivery outcomes", self._write).running():
            try:
                async with self._sender.running(self._note), Loop("deliveries", self._run).running():
                    try:
                        yield
                    finally:
                        self._stop()
            finally:
                await self._last_write()

    def _stop(self) -> None:
        """Begins nothing more."""
        self._stopping = True
        self._pace.stop()

    async def _last_write(self) -> None:
        """Waits, but not for long, until what has ended is written."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_WRITE):
                await self._written.wait()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            due = await self._fill()
            self._pace.go()
            wait = LONGEST_SLEEP if due is None else (due - self._db.clock.now()) / SECOND
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(PAUSE, min(wait, LONGEST_SLEEP))):
                    await self._wake.wait()
            await asyncio.sleep(PAUSE)

    async def _fill(self) -> int | None:
        """Takes what is due in hand, as much as there is room for, and says when the next delivery is due."""
        self._filling, changes = True, self._changes
        try:
            full, known = self._lanes.full(), list(self._lanes.endpoints())
            portion = Portion(PORTION.each, max(0, min(PORTION.most, IN_HAND - len(self._lanes))))
            found = await _surely("deliveries", lambda: self._db.read(_look, full, known, portion))
        finally:
            self._filling = False
        self._allowed = found.allowed
        self._lanes.refresh(found.open_ones)
        self._looked = changes
        self._lanes.take(found.due, portion.each, set(full))
        self._let_go(self._late)
        self._late = []
        if len(found.due) >= portion.most > 0:
            self.wake()  # there may be more than one look gives
        return found.next_due

    def _let_go(self, written: list[Delivery]) -> None:
        for delivery in written:
            self._lanes.written(delivery)

    def _begin(self, most: int) -> int:
        """Begins deliveries whose turn it is, at most so many, and says how many."""
        if self._stopping or self._looked < self._changes or len(self._unwritten) >= UNWRITTEN:
            return 0
        begun = list(islice(self._lanes.turns(), most))
        calls: list[Call] = []
        failed: list[Ending] = []
        for endpoint, delivery in begun:
            self._under_way[delivery.n] = _UnderWay(delivery, endpoint.kind, self._db.clock.now())
            try:
                calls.append(self._call(endpoint, delivery))
            except SealBroken as broken:
                failed.append(Ending(delivery.n, error=str(broken)))
            except Exception as unforeseen:
                log.exception("delivery %s failed in a way that was not foreseen", delivery.id)
                failed.append(Ending(delivery.n, error=f"the delivery could not be made: {type(unforeseen).__name__}"))
        if calls:
            self._sender.begin(calls)
        if failed:
            asyncio.get_running_loop().call_soon(self._note, failed)
        return len(begun)

    def _call(self, endpoint: Endpoint, delivery: Delivery) -> Call:
        secret = self._seal.open(endpoint.secret, PURPOSE)
        signed = self._kinds[endpoint.kind].sign(delivery, secret, self._db.clock.now())
        headers = {"Content-Type": "application/json", **signed}
        only = self._allowed.get(endpoint.scope)
        return Call(delivery.n, endpoint.url, headers, delivery.body, None if only is None else only.entries())

    def _note(self, endings: Sequence[Ending]) -> None:
        """Hears how calls ended; each is written soon."""
        for ending in endings:
            self._note_one(self._under_way.pop(ending.n), ending)
        self._pace.go()

    def _note_one(self, under_way: _UnderWay, ending: Ending) -> None:
        error = ending.error or _fault(ending.status, self._kinds[under_way.kind].failure)
        self._look_again |= self._lanes.ended(under_way.delivery, good=not error and ending.seconds < SLOW)
        times = (under_way.started_at, self._db.clock.now())
        attempt = Attempt(under_way.delivery, *times, ending.status, ending.response, error)
        self._unwritten.append(attempt)
        self._written.clear()
        self._ended.set()

    async def _write(self) -> None:
        clock, last = self._db.clock, 0.0
        while True:
            await self._ended.wait()
            await asyncio.sleep(max(0.0, last + PAUSE - clock.monotonic()))  # with much to write, some more may end
            self._ended.clear()
            while self._unwritten:
                await self._write_some()
            self._written.set()
            last = clock.monotonic()

    async def _write_some(self) -> None:
        batch = self._unwritten[:WRITTEN_AT_ONCE]
        settled = await _surely("delivery outcomes", lambda: self._db.write_brief(outcomes.settle, batch))
        self._count(settled)
        del self._unwritten[: len(batch)]
        written = [attempt.delivery for attempt in batch]
        if self._filling:  # what is being read may be older than this write
            self._late += written
        else:
            self._let_go(written)
        look_again, self._look_again = self._look_again, False
        if look_again or self._filling:
            self.wake()
        self._pace.go()


async def _surely(name: str, do: Callable[[], Awaitable[T]]) -> T:
    """Does it, again and again while the database cannot."""
    while True:
        try:
            return await do()
        except Problem as problem:
            log.warning("%s wait for the database: %s", name, problem.text)
        except Exception:
            log.exception("%s cannot use the database, trying again", name)
        await asyncio.sleep(AGAIN)


def _fault(status: int, failure: str) -> str:
    """Empty for a success."""
    if 200 <= status < 300:
        return ""
    return f"{failure}: redirects are not followed" if 300 <= status < 400 else failure


@dataclass(frozen=True, slots=True)
class _Found:
    due: list[tuple[Endpoint, Delivery]]
    open_ones: dict[int, Endpoint]
    allowed: dict[str, AllowList]
    next_due: int | None


def _look(tx: Tx, full: list[int], known: list[int], portion: Portion) -> _Found:
    due = queue.due(tx, full, portion)
    open_ones = endpoints.open_ones(tx, known)
    scopes = {endpoint.scope for endpoint in (*open_ones.values(), *(endpoint for endpoint, _ in due))}
    return _Found(due, open_ones, endpoints.allow_lists(tx, scopes), queue.next_due(tx))
