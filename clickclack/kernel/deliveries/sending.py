"""The calls that deliveries make, and how they end. Who makes them knows no database, no secret and no kind."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from clickclack.kernel.allow_list import AllowList
from clickclack.kernel.outbound import Outbound
from clickclack.kernel.outbound_failures import Failure

log = logging.getLogger(__name__)

RESPONSE = 4096
"""Characters of an answer that are kept: whoever is told of much must not be able to fill the disk with answers."""


@dataclass(frozen=True, slots=True)
class Call:
    """A signed POST of JSON, for the delivery `n`. `only` is the allow-list that narrows where it may go."""

    n: int
    url: str
    headers: Mapping[str, str]
    body: str
    only: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Ending:
    """How the call for the delivery `n` ended after so many seconds: with an answer, or with an error to be shown."""

    n: int
    status: int = 0
    response: str = ""
    error: str = ""
    seconds: float = 0.0


class Sender(Protocol):
    """Makes calls while it is running, as many at once as it is given, and tells `ended` how they end.

    What is under way when the block ends is cancelled, and not told of.
    """

    def running(self, ended: Callable[[Sequence[Ending]], None]) -> AbstractAsyncContextManager[None]: ...

    def begin(self, calls: Sequence[Call]) -> None:
        """Begins these calls and returns at once."""
        ...


class LocalSender:
    """Makes the calls in this process."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = self._kept = outbound
        self._ended: Callable[[Sequence[Ending]], None] = lambda _: None
        self._tasks: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def running(self, ended: Callable[[Sequence[Ending]], None]) -> AsyncGenerator[None]:
        self._ended = ended
        async with self._outbound.keeping() as self._kept:
            try:
                yield
            finally:
                for task in self._tasks:
                    task.cancel()
                if self._tasks:
                    await asyncio.wait(list(self._tasks))

    def begin(self, calls: Sequence[Call]) -> None:
        for call in calls:
            task = asyncio.create_task(self._make(call), name="delivery")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _make(self, call: Call) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        status, response, error = 0, "", ""
        try:
            only = None if call.only is None else AllowList.of(call.only)
            body = call.body.encode()
            answer = await self._kept.request("POST", call.url, headers=call.headers, body=body, only=only)
            status, response = answer.status, _readable(answer.body)
        except Failure as failure:
            error = failure.text
        except Exception as unforeseen:
            log.exception("delivery %d failed in a way that was not foreseen", call.n)
            error = f"the delivery could not be sent: {type(unforeseen).__name__}"
        self._ended([Ending(call.n, status, response, error, loop.time() - begun)])


def _readable(body: bytes) -> str:
    """What of an answer is kept, as text; what is none is shown as such."""
    return body.decode(errors="replace").replace("\0", "\ufffd")[:RESPONSE]
