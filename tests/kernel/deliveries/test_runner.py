"""Deliveries: at least once, with one id, retried, given up, and no endpoint in the way of another."""

import asyncio
import contextlib
import socket
import threading
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from clickclack.kernel.clock import SECOND
from clickclack.kernel.database import Database
from clickclack.kernel.deliveries import endpoints, history, outcomes, queue, runner
from clickclack.kernel.deliveries.endpoints import WORK, NewEndpoint
from clickclack.kernel.deliveries.lanes import Bounds
from clickclack.kernel.deliveries.outcomes import Attempt
from clickclack.kernel.deliveries.queue import Delivery, NewDelivery, Portion
from clickclack.kernel.deliveries.runner import DeliveryRunner, Kind
from clickclack.kernel.deliveries.sending import LocalSender
from clickclack.kernel.outbound import Outbound
from clickclack.kernel.seal import Seal
from clickclack.kernel.transaction import Tx
from tests.clock import FakeClock
from tests.kernel.raw_servers import Speak, saying, serving

SEAL = Seal(b"k" * 32)
HOUR = 3600.0


def sign(delivery: Delivery, secret: str, now: int) -> Mapping[str, str]:
    return {"X-Id": delivery.id, "X-Secret": secret, "X-Time": str(now // SECOND)}


KINDS = {"test": Kind(sign, "the callback failed")}


@dataclass
class Receiver:
    """A server that keeps what it is sent and answers with `statuses`, then with 200; `hold` delays each answer."""

    url: str = ""
    got: list[tuple[str, bytes]] = field(default_factory=lambda: list[tuple[str, bytes]]())
    statuses: list[int] = field(default_factory=lambda: list[int]())
    secrets: list[str] = field(default_factory=lambda: list[str]())
    hold: float = 0.0

    async def handle(self, request: web.Request) -> web.Response:
        self.got.append((request.headers["X-Id"], await request.read()))
        self.secrets.append(request.headers["X-Secret"])
        await asyncio.sleep(self.hold)
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200, text="noted")

    @property
    def bodies(self) -> list[bytes]:
        return [body for _, body in self.got]


@contextlib.asynccontextmanager
async def receiving() -> AsyncGenerator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/", receiver.handle)
    async with TestServer(app) as server:
        receiver.url = str(server.make_url("/"))
        yield receiver


async def endpoint(db: Database, url: str, scope: str = "") -> int:
    n, _ = await db.write(endpoints.create, SEAL, NewEndpoint("test", scope, url, "ccs"))
    return n


async def tell(db: Database, n: int, *bodies: str) -> None:
    await db.write(queue.add, [NewDelivery(n, f"evt_{body}", "thing.made", body) for body in bodies])


@contextlib.asynccontextmanager
async def running(db: Database) -> AsyncGenerator[Counter[str]]:
    counted: Counter[str] = Counter()
    sender = DeliveryRunner(db, LocalSender(Outbound(allow_loopback=True)), SEAL, KINDS, counted.update)
    async with sender.running():
        yield counted


async def until(holds: Callable[[], bool | Awaitable[bool]], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while True:
            found = holds()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.005)


async def rows(db: Database, columns: str) -> list[tuple[Any, ...]]:
    return await db.read(Tx.all, f"SELECT {columns} FROM deliveries ORDER BY n")


async def errors(db: Database) -> list[str]:
    return [e for (e,) in await db.read(Tx.all, "SELECT error FROM delivery_attempts ORDER BY n")]


async def test_an_endpoint_is_told_in_order_once_and_what_it_said_is_kept(db: Database):
    async with receiving() as receiver, running(db) as counted:
        n = await endpoint(db, receiver.url)
        for start in range(0, 60, 20):
            await tell(db, n, *(str(number) for number in range(start, start + 20)))
        await until(lambda: counted["done"] == 60)
    assert sorted(receiver.bodies, key=int) == [b"%d" % number for number in range(60)]
    assert {identifier for identifier, _ in receiver.got} == {row[0] for row in await rows(db, "id")}
    page = await db.read(history.attempts, n, "", 2)
    assert page is not None
    assert [(a.attempt, a.status, a.response, a.error) for a in page.rows] == [(1, 200, "noted", "")] * 2
    assert await db.read(Tx.value, "SELECT pending FROM delivery_endpoints") == 0


async def test_a_failure_is_tried_again_later_with_the_same_id(db: Database, clock: FakeClock):
    async with receiving() as receiver, running(db) as counted:
        receiver.statuses = [500, 302]
        await tell(db, await endpoint(db, receiver.url), "1")
        await until(lambda: counted["failed"] == 1)
        assert len(receiver.got) == 1
        for count in (2, 3):
            clock.advance(30)
            db.on_work[WORK]()
            await until(lambda count=count: sum(counted.values()) == count)
    assert len(receiver.got) == 3
    assert len(set(receiver.got)) == 1
    assert await errors(db) == ["the callback failed", "the callback failed: redirects are not followed", ""]
    assert await rows(db, "state, attempts, last_error") == [("done", 3, "")]


async def test_what_fails_again_and_again_is_dead_and_can_be_queued_again(db: Database, clock: FakeClock):
    async with receiving() as receiver, running(db) as counted:
        receiver.statuses = [500] * outcomes.RETRIES.attempts
        n = await endpoint(db, receiver.url)
        await tell(db, n, "1")
        while not counted["dead"]:
            before = sum(counted.values())
            clock.advance(4 * HOUR)
            db.on_work[WORK]()
            await until(lambda before=before: sum(counted.values()) > before)
        page = await db.read(history.dead_letters, n, "", 10)
        assert page is not None
        assert [(d.attempts, d.error) for d in page.rows] == [(16, "the callback failed")]
        assert await db.write(outcomes.queue_again, n, await db.read(history.dead_since, n, 0, 10)) == 1
        await until(lambda: counted["done"] == 1)
    assert len({identifier for identifier, _ in receiver.got}) == 1
    assert await rows(db, "state, attempts") == [("done", 17)]


async def test_the_circuit_opens_after_failures_in_a_row_and_one_probe_closes_it(db: Database, clock: FakeClock):
    async with receiving() as receiver, running(db) as counted:
        receiver.statuses = [500] * 6
        n = await endpoint(db, receiver.url)
        await tell(db, n, *map(str, range(40)))
        opened = "SELECT open_until FROM delivery_endpoints"
        await until(lambda: _greater(db, opened, clock.now()))
        tried = len(receiver.got)
        assert tried <= 6, "an endpoint that fails is tried one by one"
        db.on_work[WORK]()
        await asyncio.sleep(0.1)
        assert len(receiver.got) == tried
        clock.advance(31)
        db.on_work[WORK]()
        await until(lambda: sum(counted.values()) > tried)
        clock.advance(4 * HOUR)
        db.on_work[WORK]()
        await until(lambda: counted["done"] == 40)
    assert await db.read(Tx.one, "SELECT failures, open_until, pending FROM delivery_endpoints") == (0, 0, 0)


async def _greater(db: Database, sql: str, than: int) -> bool:
    return await db.read(Tx.value, sql) > than


async def test_dead_and_slow_endpoints_do_not_delay_the_others(db: Database):
    async with contextlib.AsyncExitStack() as stack:
        silent = [await stack.enter_async_context(receiving()) for _ in range(10)]
        for receiver in silent:
            receiver.hold = 60
        healthy = [await stack.enter_async_context(receiving()) for _ in range(8)]
        ns = [await endpoint(db, receiver.url) for receiver in (*silent, *healthy)]
        counted = await stack.enter_async_context(running(db))
        for number in range(5):
            await db.write(queue.add, [NewDelivery(n, "evt_0", "thing.made", str(number)) for n in ns])
        await until(lambda: counted["done"] == 40)
        assert counted["failed"] == 0, "the others were told before a silent endpoint's time was over"
        for receiver in silent:
            receiver.hold = 0  # its handlers end with the server


async def test_names_that_nobody_answers_for_do_not_delay_the_others(db: Database, monkeypatch: pytest.MonkeyPatch):
    over, found = threading.Event(), socket.getaddrinfo

    def look_up(host: str, *more: Any, **named: Any) -> Any:
        if host.startswith("dead"):
            over.wait(10)
            raise socket.gaierror
        return found(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    async with receiving() as receiver:
        urls = [f"http://dead{number}.example/" for number in range(100)]
        for url in (*urls, receiver.url.replace("127.0.0.1", "localhost")):
            await tell(db, await endpoint(db, url), "1")
        try:
            async with running(db) as counted:
                await until(lambda: counted["done"] == 1, 2.5)
        finally:
            over.set()


async def test_endpoints_that_one_look_leaves_out_have_the_next(db: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runner, "PORTION", Portion(each=64, most=2))
    async with receiving() as silent, receiving() as healthy:
        silent.hold = 60
        for url in (silent.url, silent.url, silent.url, healthy.url):
            await tell(db, await endpoint(db, url), *map(str, range(3)))
        async with running(db) as counted:
            await until(lambda: counted["done"] == 3, 2.5)
        silent.hold = 0


async def endless(_: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"x" * 10_000)
        await writer.drain()


async def drip(_: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: x\r\n")
        await writer.drain()
        await asyncio.sleep(0.1)


@pytest.mark.parametrize(
    ("speak", "text"),
    [
        (endless, "the answer is larger than 65536 bytes"),
        (drip, "no answer within 3 s"),
        (saying(b"SSH-2.0-OpenSSH\r\n"), "the connection broke or the answer is no HTTP"),
        (saying(b"HTTP/1.1 307 There\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"), "not followed"),
    ],
)
async def test_a_hostile_endpoint_leaves_a_readable_error(db: Database, speak: Speak, text: str):
    async with serving(speak) as (url, _), running(db) as counted:
        await tell(db, await endpoint(db, url), "1")
        await until(lambda: counted["failed"] == 1)
    assert text in (await errors(db))[0]


async def test_an_address_inside_is_refused_and_nothing_is_dialled(db: Database):
    async with running(db) as counted:
        await tell(db, await endpoint(db, "http://10.0.0.1:9/"), "1")
        await until(lambda: counted["failed"] == 1)
    assert await errors(db) == ["callback host resolves to a non-public address"]


async def test_an_allow_list_keeps_the_calls_of_its_scope_to_what_it_names(db: Database):
    async with receiving() as receiver, running(db) as counted:
        for scope, entries in (("by name", ["*.example.org"]), ("by network", ["127.0.0.0/8"])):
            await db.write(endpoints.allow, scope, entries)
            await tell(db, await endpoint(db, receiver.url, scope), scope)
        await until(lambda: sum(counted.values()) == 2)
    assert receiver.bodies == [b"by network"]
    assert sorted(await errors(db)) == ["", "callback host is not on the allow-list"]


async def test_a_closed_endpoint_is_told_nothing_more_and_a_new_secret_counts_at_once(db: Database):
    async with receiving() as receiver, running(db) as counted:
        n = await endpoint(db, receiver.url)
        secret = await db.write(endpoints.rotate, SEAL, n, "ccs")
        await tell(db, n, "1")
        await until(lambda: counted["done"] == 1)
        await db.write(endpoints.close, [n])
        await tell(db, n, "2")
        await asyncio.sleep(0.1)
    assert receiver.bodies == [b"1"]
    assert receiver.secrets == [secret]


async def test_once_an_endpoint_is_closed_nothing_that_waits_in_memory_is_begun(
    db: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(runner, "PAUSE", 0.5)
    async with receiving() as receiver, running(db):
        receiver.hold = 0.02
        n = await endpoint(db, receiver.url)
        await tell(db, n, *map(str, range(60)))
        await until(lambda: len(receiver.got) > 1)
        await db.write(endpoints.close, [n])
        begun = len(receiver.got)
        await asyncio.sleep(0.3)
    assert len(receiver.got) <= begun + Bounds().in_lane, "only what was under way"


async def test_an_endpoint_with_much_to_tell_does_not_wait_for_the_clock(db: Database):
    async with receiving() as receiver, running(db) as counted:
        n = await endpoint(db, receiver.url)
        await tell(db, n, *map(str, range(200)))
        await until(lambda: counted["done"] == 200, 4)


async def test_a_secret_of_another_key_is_an_error_that_says_what_to_do(db: Database):
    async with receiving() as receiver, running(db) as counted:
        other = await db.write(endpoints.create, Seal(b"o" * 32), NewEndpoint("test", "", receiver.url, "ccs"))
        await tell(db, other[0], "1")
        await until(lambda: counted["failed"] == 1)
    assert await errors(db) == ["the signing secret cannot be opened with the server's key; rotate it"]


async def test_what_waits_too_long_is_dead_and_what_ended_long_ago_is_forgotten(db: Database, clock: FakeClock):
    n = await endpoint(db, "http://127.0.0.1:9/")
    await tell(db, n, "1", "2")
    clock.advance(3 * 24 * HOUR)
    assert await db.write(outcomes.expire) == 2
    assert await rows(db, "state, last_error") == [("dead", "not delivered within three days")] * 2
    assert await db.read(Tx.value, "SELECT pending FROM delivery_endpoints") == 0
    assert await db.write(outcomes.prune) == 0
    clock.advance(30 * 24 * HOUR)
    assert await db.write(outcomes.prune) == 2
    assert await rows(db, "n") == []


async def test_a_queue_that_is_full_makes_dead_letters(db: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queue, "QUEUE", 2)
    n = await endpoint(db, "http://127.0.0.1:9/")
    await tell(db, n, "1")
    await tell(db, n, "2", "3")
    assert [state for (state,) in await rows(db, "state")] == ["pending", "pending", "dead"]
    assert await db.read(Tx.value, "SELECT pending FROM delivery_endpoints") == 2
    dead = await db.read(history.dead_since, n, 0, 10)
    assert await db.write(outcomes.queue_again, n, dead) == 0, "nor is there room for what was given up"
    monkeypatch.setattr(queue, "QUEUE", 3)
    assert await db.write(outcomes.queue_again, n, dead) == 1
    assert await db.read(Tx.value, "SELECT pending FROM delivery_endpoints") == 3


async def test_a_server_that_ended_during_a_try_tries_again_with_the_same_id(db: Database):
    async with receiving() as receiver:
        receiver.hold = 60
        async with running(db):
            await tell(db, await endpoint(db, receiver.url), "1")
            await until(lambda: len(receiver.got) == 1)
        receiver.hold = 0
        async with running(db) as counted:
            await until(lambda: counted["done"] == 1)
    assert len(receiver.got) == 2
    assert len(set(receiver.got)) == 1


async def test_what_cannot_be_made_is_an_error_and_does_not_hold_up_the_rest(
    db: Database, caplog: pytest.LogCaptureFixture
):
    def unsteady(delivery: Delivery, secret: str, now: int) -> Mapping[str, str]:
        if delivery.body == "1":
            raise LookupError("on purpose")
        return sign(delivery, secret, now)

    counted: Counter[str] = Counter()
    kinds = {"test": Kind(unsteady, "the callback failed")}
    sender = DeliveryRunner(db, LocalSender(Outbound(allow_loopback=True)), SEAL, kinds, counted.update)
    async with receiving() as receiver, sender.running():
        for body in ("1", "2"):
            await tell(db, await endpoint(db, receiver.url), body)
        await until(lambda: counted["done"] == 1 and counted["failed"] == 1)
    assert "the delivery could not be made: LookupError" in await errors(db)
    assert "on purpose" in caplog.text


@pytest.mark.parametrize(("ends", "failures"), [(("", "no"), 1), (("no", ""), 0), (("no", "no"), 3), (("", ""), 0)])
async def test_failures_in_a_row_are_counted_in_the_order_of_a_batch(
    db: Database, ends: tuple[str, str], failures: int
):
    await tell(db, await endpoint(db, "http://127.0.0.1:9/"), "1", "2")
    due = await db.read(queue.due, [], Portion(each=2, most=2))
    await db.write(Tx.run, "UPDATE delivery_endpoints SET failures = 2")
    tries = [Attempt(one, 1, 1, 200, "", error) for (_, one), error in zip(due, ends, strict=True)]
    await db.write(outcomes.settle, tries)
    assert await db.read(Tx.value, "SELECT failures FROM delivery_endpoints") == failures
