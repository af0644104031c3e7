"""Live fan-out of committed events: receivers worked out once, frames made once, one write a socket and batch.

The hub reads the log as it grows and knows no rule of its own: `Audience` answers who may see an event.
Source: design section 5.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Protocol

from clickclack.kernel.event import Event, measured
from clickclack.kernel.loops import Loop

log = logging.getLogger(__name__)

YIELD_EVERY = 256
HELD = 5000
HELD_BYTES = 8 * 1024 * 1024
BACKLOG = 65_536
BACKLOG_BYTES = 64 * 1024 * 1024
BATCH_BYTES = 1024 * 1024
OVERFLOW = (1013, "realtime buffer overflow; reconnect with after_cursor to replay")
INTERRUPTED = (1013, "realtime replay interrupted; reconnect with after_cursor")

_is_fleeting = attrgetter("fleeting")

Renderer = Callable[[Event], bytes | None]
"""A surface's frame for an event, ready to be written; None when the surface has no word for it."""


class Audience(Protocol):
    """The areas' rule of who may see what, answered from memory.

    `prepare` is awaited before an event is delivered; it says whether the event changes who sees what in its stream.
    `forget_all` tells that events were dropped: what is known may be out of date, and nobody sees anything until it has
    been read again.
    """

    def may_see(self, user_n: int, event: Event) -> bool: ...

    async def prepare(self, event: Event) -> bool: ...

    def forget_all(self) -> None: ...


class Sink(Protocol):
    """Where frames go. No method waits or raises.

    `send` may close a reader who is too far behind; `offer` leaves the frames out when the reader is behind.
    """

    def send(self, frames: bytes) -> None: ...

    def offer(self, frames: bytes) -> None: ...

    def close(self, code: int, reason: str) -> None: ...


class _Run:
    """Neighbouring events of a batch with the same receivers, all fleeting or none: rendered once for each surface."""

    __slots__ = ("_frames", "events", "fleeting")

    def __init__(self, event: Event) -> None:
        self.events = [event]
        self.fleeting = event.fleeting
        self._frames: dict[Renderer, bytes] = {}

    def frames(self, render: Renderer) -> bytes:
        found = self._frames.get(render)
        if found is None:
            found = self._frames[render] = b"".join(frame for event in self.events if (frame := render(event)))
        return found


@dataclass(eq=False, slots=True)
class Subscription:
    """One open connection of one reader. Until `go_live` its events are held, behind a replay.

    `arrive` is set by the hub, which alone knows when what was held may be sent.
    `replayed` is the last event of the replay: the hub may come by with it later, and must not send it again.
    """

    stream: int
    user_n: int
    credential_n: int | None
    render: Renderer
    sink: Sink
    arrive: Callable[["Subscription"], None] | None = None
    live: bool = False
    replayed: int = 0
    held: list[Event] = field(default_factory=lambda: list[Event]())
    held_bytes: int = 0

    def go_live(self, after: int) -> None:
        """Asks the hub for what was held with a number above `after`, and for everything from now on at once."""
        self.replayed = after
        if self.arrive is not None:
            self.arrive(self)

    def hold(self, events: Sequence[Event]) -> None:
        """Keeps events until the replay is over; a replay that takes too long is told to start again.

        Fleeting ones are left out where half of the room is taken.
        """
        for event in events:
            if event.fleeting and (self.held_bytes > HELD_BYTES // 2 or len(self.held) > HELD // 2):
                continue
            self.held.append(event)
            self.held_bytes += event.size
        if len(self.held) > HELD or self.held_bytes > HELD_BYTES:
            self.drop_held()
            self.sink.close(*OVERFLOW)

    def drop_held(self) -> None:
        self.held, self.held_bytes = [], 0

    def send_new(self, events: Sequence[Event]) -> None:
        """Sends the events that no replay has sent."""
        new = [event for event in events if event.n == 0 or event.n > self.replayed]
        if any(event.n for event in new):
            self.replayed = 0  # events come in order: none that was replayed can follow
        for fleeting, together in groupby(new, key=_is_fleeting):
            self.write(b"".join(frame for event in together if (frame := self.render(event))), fleeting=fleeting)

    def write(self, frames: bytes, *, fleeting: bool) -> None:
        """Hands frames to the socket."""
        if frames and fleeting:
            self.sink.offer(frames)
        elif frames:
            self.sink.send(frames)


class Hub:
    """Owns the subscriptions and the one task that delivers. `publish` is called on the event loop, in commit order."""

    def __init__(self, audience: Audience) -> None:
        self._audience = audience
        self._streams: dict[int, dict[int, set[Subscription]]] = defaultdict(dict)
        self._targets: dict[int, dict[int | None, tuple[Subscription, ...]]] = defaultdict(dict)
        self._watchers: list[Callable[[Event], None]] = []
        self._pending: list[Event] = []
        self._pending_bytes = 0
        self._arrived: list[Subscription] = []
        self._wake = asyncio.Event()
        self._loop = Loop("hub", self._run)
        self._stopped: tuple[int, str] | None = None

    def watch(self, watcher: Callable[[Event], None]) -> None:
        """Shows every event to `watcher` before it is delivered, and what is dropped; fleeting ones may be left out."""
        self._watchers.append(watcher)

    def start(self) -> None:
        self._loop.start()

    async def stop(self, code: int = 1001, reason: str = "the server is stopping") -> None:
        """Closes every socket, also those that are still on their way, and ends the task."""
        self._stopped = code, reason
        self.close_where(lambda _: True, code, reason)
        await self._loop.stop()

    def subscribe(self, subscription: Subscription) -> None:
        """Adds a reader; closes it at once when the hub has stopped."""
        if self._stopped is not None:
            subscription.sink.close(*self._stopped)
        subscription.arrive = self._arrive
        self._streams[subscription.stream].setdefault(subscription.user_n, set()).add(subscription)
        self.forget(subscription.stream)

    def _arrive(self, subscription: Subscription) -> None:
        self._arrived.append(subscription)
        self._wake.set()

    def unsubscribe(self, subscription: Subscription) -> None:
        users = self._streams[subscription.stream]
        mine = users.get(subscription.user_n, set())
        mine.discard(subscription)
        if not mine:
            users.pop(subscription.user_n, None)
        self.forget(subscription.stream)

    def forget(self, stream: int) -> None:
        """Works the receivers of this stream's events out anew: a reader came, went or may see something else."""
        self._targets.pop(stream, None)

    def close_where(self, matches: Callable[[Subscription], bool], code: int, reason: str) -> None:
        """Closes the sockets that match; they are unsubscribed by their own handlers."""
        for users in self._streams.values():
            for subscription in [s for mine in users.values() for s in mine if matches(s)]:
                subscription.sink.close(code, reason)

    def publish(self, events: Sequence[Event]) -> None:
        """Queues events for delivery; never waits.

        A backlog over 65,536 events or 64 MiB is dropped and closes all sockets: they replay. Fleeting events are left
        out where a quarter of the room is taken.
        """
        new = [measured(event) for event in events]
        if self._pending_bytes > BACKLOG_BYTES // 4 or len(self._pending) > BACKLOG // 4:
            new = [event for event in new if not event.fleeting]
        self._pending.extend(new)
        self._pending_bytes += sum(event.size for event in new)
        if len(self._pending) > BACKLOG or self._pending_bytes > BACKLOG_BYTES:
            dropped, self._pending, self._pending_bytes = self._pending, [], 0
            self._show(dropped)
            self._give_up(OVERFLOW)
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._arrived or self._pending:
                arrived, self._arrived = self._arrived, []
                await self._deliver_or_give_up(arrived, self._next_batch())
                await asyncio.sleep(0)

    def _next_batch(self) -> list[Event]:
        """What waits, in order: all of it, or the first MiB; more would be written at once to sockets that stall."""
        size = count = 0
        for event in self._pending:
            size += event.size
            count += 1
            if size >= BATCH_BYTES:
                break
        batch = self._pending[:count]
        del self._pending[:count]
        self._pending_bytes -= size
        return batch

    async def _deliver_or_give_up(self, arrived: list[Subscription], batch: list[Event]) -> None:
        try:
            for subscription in arrived:
                self._send_held(subscription)
            if self._show(batch):
                await self._deliver(batch)
            else:
                self._give_up(INTERRUPTED)
        except Exception:
            log.exception("delivery of %d events failed; their readers are told to replay", len(batch))
            self._give_up(INTERRUPTED)

    def _send_held(self, subscription: Subscription) -> None:
        """Sends what the reader may still see; between batches, when the audience has heard of every event held."""
        held, subscription.live = subscription.held, True
        subscription.drop_held()
        subscription.send_new([event for event in held if self._audience.may_see(subscription.user_n, event)])

    def _show(self, events: Sequence[Event]) -> bool:
        """Shows the events to every watcher, and says whether all of them could take all of them."""
        taken = True
        for event in events:
            for watcher in self._watchers:
                try:
                    watcher(event)
                except Exception:
                    log.exception("a watcher failed at %s; all readers are told to replay", event.type)
                    taken = False
        return taken

    def _give_up(self, close: tuple[int, str]) -> None:
        """Closes all sockets, for events were dropped; one of them may have taken a right away."""
        self._audience.forget_all()
        self._targets.clear()
        self.close_where(lambda _: True, *close)

    async def _deliver(self, batch: list[Event]) -> None:
        plan: dict[Subscription, list[_Run]] = {}
        last: tuple[tuple[Subscription, ...], _Run] | None = None
        for event in batch:
            if await self._audience.prepare(event):
                self.forget(event.stream)
            targets = self._receivers(event)
            if last is not None and last[0] is targets and last[1].fleeting == event.fleeting:
                last[1].events.append(event)
                continue
            run = _Run(event)
            last = (targets, run)
            for subscription in targets:
                plan.setdefault(subscription, []).append(run)
        for count, (subscription, runs) in enumerate(plan.items(), 1):
            _hand_over(subscription, runs)
            if count % YIELD_EVERY == 0:
                await asyncio.sleep(0)

    def _receivers(self, event: Event) -> tuple[Subscription, ...]:
        users = self._streams.get(event.stream)
        if not users:
            return ()
        if event.recipients is not None:
            named = [n for n in event.recipients if n in users and self._audience.may_see(n, event)]
            return tuple(s for n in named for s in users[n])
        found = self._targets[event.stream].get(event.place)
        if found is None:
            found = tuple(s for n, mine in users.items() if self._audience.may_see(n, event) for s in mine)
            self._targets[event.stream][event.place] = found
        return found


def _hand_over(subscription: Subscription, runs: list[_Run]) -> None:
    if subscription.live and subscription.replayed:
        subscription.send_new([event for run in runs for event in run.events])
        return
    if subscription.live:
        for fleeting, together in groupby(runs, key=_is_fleeting):
            subscription.write(b"".join([run.frames(subscription.render) for run in together]), fleeting=fleeting)
        return
    for run in runs:
        subscription.hold(run.events)
