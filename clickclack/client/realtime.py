"""What happens in a workspace: read from its log, or followed live across broken connections (contract chat 5)."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncGenerator
from types import TracebackType

import aiohttp
from aiohttp import WSMsgType

from clickclack.client.errors import ApiError, Unreachable
from clickclack.client.objects import Event
from clickclack.client.transport import Transport, backoff, failure, path

log = logging.getLogger("clickclack.client")

RESYNC = "resync"
"""The type of an event that this package makes: the cursor is too old, events are missing before this one."""

PAGE = 500
QUEUE = 1000
FRAME_LIMIT = 16 * 1024 * 1024
HEARTBEAT_SECONDS = 30.0
CLOSE_SECONDS = 2.0
STABLE_SECONDS = 10.0
TOO_OLD = 4001
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})


class Realtime:
    """The event log of a workspace, as far as the caller may see it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def tail(self, workspace_id: str) -> str:
        """The cursor of the newest event, empty when there is none."""
        query = {"workspace_id": workspace_id, "limit": 1, "include_tail": "true"}
        return (await self._transport.call("GET", path("realtime", "events"), query=query))["tail_cursor"]

    async def events(self, workspace_id: str, after: str = "") -> AsyncGenerator[Event]:
        """Every event behind a cursor, oldest first, up to the newest there is by then."""
        while True:
            query: dict[str, str | int] = {"workspace_id": workspace_id, "after_cursor": after, "limit": PAGE}
            page: list[Event] = (await self._transport.call("GET", path("realtime", "events"), query=query))["events"]
            for event in page:
                yield event
            if not page:
                return
            after = page[-1]["cursor"]

    def follow(self, workspace_id: str, after: str | None = None) -> "Follower":
        """A live reader, from now on or behind the cursor `after`; empty is from the beginning of the log."""
        return Follower(self._transport, workspace_id, after)


class Follower:
    """Follows a workspace: `async with` opens it, `async for` takes events, in order, each of the log exactly once.

    It connects again by itself, from where it was, and waits longer the longer the server is away. An event of type
    `resync` stands where events are missing because the server has them no more: read anew what you show, and go on.
    `cursor` belongs to the event that was taken last; with it another follower goes on behind that event. Up to 1000
    events wait for a slow reader, the rest at the server. Iteration ends with the ApiError of a server that does not
    let the caller in any more, or with the end of the `async with` block.
    """

    def __init__(self, transport: Transport, workspace_id: str, after: str | None) -> None:
        self._transport = transport
        self._workspace_id = workspace_id
        self._received = after
        self.cursor = after or ""
        self._queue: asyncio.Queue[Event | Exception] = asyncio.Queue(QUEUE)
        self._tried = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Follower":
        """Returns when it is connected, or could not connect for the first time."""
        if self._received is None:
            self._received = self.cursor = await Realtime(self._transport).tail(self._workspace_id)
        self._task = asyncio.create_task(self._run(), name=f"follower of {self._workspace_id}")
        try:
            await self._tried.wait()
        except asyncio.CancelledError:
            await self._end(self._task)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            await self._end(self._task)
        while not self._queue.empty():
            self._queue.get_nowait()
        self._queue.put_nowait(StopAsyncIteration())

    @staticmethod
    async def _end(task: asyncio.Task[None]) -> None:
        task.cancel()
        await asyncio.wait([task])

    def __aiter__(self) -> "Follower":
        return self

    async def __anext__(self) -> Event:
        taken = await self._queue.get()
        if isinstance(taken, Exception):
            self._queue.put_nowait(taken)  # whoever asks again is told the same
            raise taken
        if taken["cursor"]:
            self.cursor = taken["cursor"]
        return taken

    async def _run(self) -> None:
        attempt = 0
        try:
            while True:
                before, began = self._received, asyncio.get_running_loop().time()
                await self._connect_once()
                lasted = asyncio.get_running_loop().time() - began
                attempt = 0 if self._received != before or lasted > STABLE_SECONDS else attempt + 1
                await asyncio.sleep(backoff(attempt))
        except Exception as error:  # noqa: BLE001 - raised where events are taken
            await self._queue.put(error)

    async def _connect_once(self) -> None:
        """Follows until the connection ends; raises the ApiError of a caller who is not let in any more."""
        before = self._received
        try:
            code = await self._listen()
            if code == TOO_OLD and self._received == before:
                await self._resync()
        except (Unreachable, ApiError) as error:
            if isinstance(error, ApiError) and error.status not in _TRANSIENT:
                raise
            log.info("%s", error)
        finally:
            self._tried.set()

    async def _listen(self) -> int | None:
        """Takes what one connection brings until it ends; the code that the server closed it with, if it did."""
        query = {"workspace_id": self._workspace_id}
        if self._received:
            query["after_cursor"] = self._received
        async with self._connected(query) as socket:
            while (frame := await socket.receive()).type is WSMsgType.TEXT:
                await self._take(json.loads(frame.data))
            return socket.close_code

    @contextlib.asynccontextmanager
    async def _connected(self, query: dict[str, str]) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
        url = self._transport.url(path("realtime", "ws")).update_query(query)
        ending = aiohttp.ClientWSTimeout(ws_close=CLOSE_SECONDS)  # pyright: ignore[reportCallIssue] - attrs made it
        try:
            async with asyncio.timeout(self._transport.timeout):
                socket = await self._transport.session.ws_connect(
                    url, heartbeat=HEARTBEAT_SECONDS, timeout=ending, max_msg_size=FRAME_LIMIT
                )
        except aiohttp.WSServerHandshakeError as error:
            await Realtime(self._transport).tail(self._workspace_id)  # a plain answer says why, where it can
            raise ApiError(error.status, "the live connection was refused") from error
        except (TimeoutError, aiohttp.ClientError, ConnectionError) as error:
            raise Unreachable(f"the live connection {failure(error)}") from error
        async with socket:
            log.debug("following %s", self._workspace_id)
            self._tried.set()
            yield socket

    async def _take(self, event: Event) -> None:
        """Queues an event unless it was queued before; waits while the queue is full, and the server with it."""
        cursor = event["cursor"]
        if cursor and self._received and cursor <= self._received:
            return
        await self._queue.put(event)
        if cursor:
            self._received = cursor

    async def _resync(self) -> None:
        tail = await Realtime(self._transport).tail(self._workspace_id)
        missing: Event = {
            "id": "",
            "cursor": tail,
            "type": RESYNC,
            "workspace_id": self._workspace_id,
            "created_at": "",
            "payload": {},
        }
        await self._queue.put(missing)
        self._received = tail
