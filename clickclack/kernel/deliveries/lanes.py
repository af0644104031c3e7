"""Whose turn it is: a lane for each endpoint, so that one that is slow or dead delays no other. Nothing here waits.

Lanes are of three kinds, each with its share of what may be under way: those that answer well, those of which nothing
is known yet, and those whose last answer was a failure or slow. A good lane has several deliveries under way, begun in
order; any other has one.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from clickclack.kernel.deliveries.endpoints import Endpoint
from clickclack.kernel.deliveries.queue import Delivery

GOOD, UNKNOWN, POOR = "good", "unknown", "poor"
LOW = 8
REMEMBERED = 10_000
"""Of how many endpoints that answer well this is kept in mind while they have nothing to do."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many deliveries may be under way: in all, of lanes that are not good, of poor ones, of one good lane."""

    at_once: int = 256
    not_good: int = 128
    poor: int = 48
    in_lane: int = 8


@dataclass(slots=True)
class Lane:
    """The deliveries of one endpoint that are in hand. `standing` is how its last answer was."""

    endpoint: Endpoint
    standing: str
    waiting: deque[Delivery] = field(default_factory=lambda: deque[Delivery]())
    active: int = 0
    more: bool = False
    listed: bool = False


class Lanes:
    """What is in hand: deliveries that wait for their turn, are under way, or whose outcome is not written yet."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._lanes: dict[int, Lane] = {}
        self._held: set[int] = set()
        self._good: set[int] = set()
        self._ready: dict[str, deque[Lane]] = {GOOD: deque(), UNKNOWN: deque(), POOR: deque()}
        self._active: dict[str, int] = {GOOD: 0, UNKNOWN: 0, POOR: 0}

    def __len__(self) -> int:
        return len(self._held)

    def full(self) -> list[int]:
        """The endpoints that need no more for now."""
        return [n for n, lane in self._lanes.items() if len(lane.waiting) + lane.active >= self._room(lane)]

    def _room(self, lane: Lane) -> int:
        return LOW + self._bounds.in_lane if lane.standing == GOOD else 1

    def endpoints(self) -> Collection[int]:
        """The endpoints with something in hand."""
        return self._lanes.keys()

    def take(self, due: Iterable[tuple[Endpoint, Delivery]], each: int, full: Collection[int] = ()) -> None:
        """Takes deliveries that are due, each endpoint's in their order; those in hand already are passed over.

        A lane that is not good takes one, however many there are: what it has in hand, others cannot have. An endpoint
        that gave `each` of them probably has more; of those that are `full` nothing was asked for.
        """
        counts: dict[int, int] = {}
        for endpoint, delivery in due:
            counts[endpoint.n] = counts.get(endpoint.n, 0) + 1
            if delivery.n in self._held:
                continue
            lane = self._lanes.get(endpoint.n)
            if lane is None:
                standing = POOR if endpoint.failures else GOOD if endpoint.n in self._good else UNKNOWN
                lane = self._lanes[endpoint.n] = Lane(endpoint, standing)
            if lane.standing != GOOD and len(lane.waiting) + lane.active >= self._room(lane):
                continue
            self._held.add(delivery.n)
            lane.waiting.append(delivery)
            self._list(lane)
        for n, lane in self._lanes.items():
            if n not in full:
                lane.more = counts.get(n, 0) >= each

    def refresh(self, open_ones: dict[int, Endpoint]) -> None:
        """Takes endpoints as they are now; what waits for one that is closed is dropped."""
        for n, lane in list(self._lanes.items()):
            if n in open_ones:
                lane.endpoint = open_ones[n]
            else:
                self._drop(lane)

    def _drop(self, lane: Lane) -> None:
        """Lets go of what waits here; it stays in the database."""
        self._held.difference_update(delivery.n for delivery in lane.waiting)
        lane.waiting.clear()
        self._forget(lane)

    def turns(self) -> Iterator[tuple[Endpoint, Delivery]]:
        """The deliveries to begin now, as many as there is room for; each counts as under way."""
        bounds, active = self._bounds, self._active
        for standing in (GOOD, UNKNOWN, POOR):
            ready = self._ready[standing]
            while ready and self._has_room(standing, bounds, active):
                lane = ready.popleft()
                lane.listed = False
                if lane.standing != standing or not self._may_begin(lane):
                    self._list(lane)
                    continue
                lane.active += 1
                active[standing] += 1
                delivery = lane.waiting.popleft()
                self._list(lane)
                yield lane.endpoint, delivery

    @staticmethod
    def _has_room(standing: str, bounds: Bounds, active: dict[str, int]) -> bool:
        if sum(active.values()) >= bounds.at_once:
            return False
        if standing == POOR and active[POOR] >= bounds.poor:
            return False
        return standing == GOOD or active[UNKNOWN] + active[POOR] < bounds.not_good

    def _may_begin(self, lane: Lane) -> bool:
        return bool(lane.waiting) and lane.active < (self._bounds.in_lane if lane.standing == GOOD else 1)

    def _list(self, lane: Lane) -> None:
        if not lane.listed and self._may_begin(lane):
            lane.listed = True
            self._ready[lane.standing].append(lane)

    def ended(self, delivery: Delivery, *, good: bool) -> bool:
        """Notes that a delivery is not under way any more; one that failed or was slow leaves its lane poor.

        Says whether the database may have more for the lane, which has little left.
        """
        lane = self._lanes[delivery.endpoint_n]
        lane.active -= 1
        look_again = not good or lane.standing != GOOD or (lane.more and len(lane.waiting) < LOW)
        self._remember(delivery.endpoint_n, good)
        self._recount(lane, GOOD if good else POOR)
        if not good:
            self._drop(lane)
        self._list(lane)
        return look_again

    def _remember(self, endpoint_n: int, good: bool) -> None:
        if not good:
            self._good.discard(endpoint_n)
        elif len(self._good) < REMEMBERED:
            self._good.add(endpoint_n)

    def _recount(self, lane: Lane, standing: str) -> None:
        """Moves the deliveries under way along with a lane that stands otherwise now."""
        self._active[lane.standing] -= lane.active + 1
        self._active[standing] += lane.active
        lane.standing = standing

    def written(self, delivery: Delivery) -> None:
        """Lets go of a delivery whose outcome is in the database."""
        self._held.discard(delivery.n)
        lane = self._lanes.get(delivery.endpoint_n)
        if lane is not None:
            self._forget(lane)

    def _forget(self, lane: Lane) -> None:
        """Forgets a lane with nothing in hand."""
        if not lane.active and not lane.waiting:
            self._lanes.pop(lane.endpoint.n, None)
