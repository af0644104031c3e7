"""Readers of a hub, and an audience that tests can change."""

import asyncio

from clickclack.kernel.errors import Unavailable
from clickclack.kernel.events import Event
from clickclack.kernel.hub import Hub, Subscription


class Everybody:
    """An audience in which a few readers are shut out of a few places."""

    def __init__(self) -> None:
        self.hidden: set[tuple[int, int | None]] = set()
        self.asked = 0
        self.renewing: str | None = None
        self.unreadable: str | None = None
        self.forgotten = 0

    def may_see(self, user_n: int, event: Event) -> bool:
        self.asked += 1
        return (user_n, event.place) not in self.hidden

    async def prepare(self, event: Event) -> bool:
        if event.type == self.unreadable:
            raise Unavailable("the server is busy, try again")
        return event.type == self.renewing

    def forget_all(self) -> None:
        self.forgotten += 1


class Recorder:
    """A sink that keeps what it gets."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.offered: list[bytes] = []
        self.closed: tuple[int, str] | None = None

    def send(self, frames: bytes) -> None:
        self.writes.append(frames)

    def offer(self, frames: bytes) -> None:
        self.offered.append(frames)

    def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)

    @property
    def frames(self) -> list[str]:
        return b"".join(self.writes).decode().split()


def render(event: Event) -> bytes | None:
    return None if event.type == "unspoken" else f"{event.type} ".encode()


def told(number: int, *, place: int | None = None, recipients: tuple[int, ...] | None = None) -> Event:
    return Event(number, f"evt_{number}", f"e{number}", 1, place, recipients, {}, 0)


def reader(hub: Hub, user_n: int, *, stream: int = 1, live: bool = True) -> tuple[Subscription, Recorder]:
    sink = Recorder()
    subscription = Subscription(stream, user_n, None, render, sink)
    hub.subscribe(subscription)
    if live:
        subscription.go_live(0)
    return subscription, sink


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def heavy(number: int, size: int, n: int = 0) -> Event:
    return Event(n, f"evt_{number}", f"e{number}", 1, None, None, {"text": "x" * size}, 0)
