"""A client as others write them: HTTP and WebSocket to the real application, every answer held against the contract."""

import asyncio
import io
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
from aiohttp import WSMsgType
from yarl import URL

from tests.answers import Answer, check, check_event

SECONDS = 10.0


class Follower:
    """An open socket of a workspace."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def next(self) -> Any:
        """The next event; fails when the socket closes instead."""
        message = await self.socket.receive(SECONDS)
        assert message.type is WSMsgType.TEXT, f"no event but {message}"
        event = orjson.loads(message.data)
        check_event(event)
        return event

    async def take(self, count: int) -> list[Any]:
        """The next `count` events."""
        return [await self.next() for _ in range(count)]

    async def closed(self) -> tuple[int | None, str]:
        """The code and reason that the server closes with, after whatever events come before."""
        while (message := await self.socket.receive(SECONDS)).type is WSMsgType.TEXT:
            check_event(orjson.loads(message.data))
        assert message.type is WSMsgType.CLOSE, f"no close but {message}"
        return message.data, str(message.extra)


@dataclass(frozen=True, slots=True)
class FormPart:
    """A part of a form, a file when it has a name."""

    name: str
    content: bytes
    filename: str | None = None
    content_type: str = ""

    def encoded(self, boundary: str) -> bytes:
        named = "" if self.filename is None else f'; filename="{self.filename}"'
        typed = f"Content-Type: {self.content_type}\r\n" if self.content_type else ""
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{self.name}"{named}\r\n{typed}\r\n'
        return head.encode() + self.content + b"\r\n"


@dataclass(frozen=True, slots=True)
class Client:
    """One caller. Methods take the status that is wanted last and give the decoded body, None for an empty one."""

    http: aiohttp.ClientSession
    base: URL
    headers: Mapping[str, str] = field(default_factory=lambda: dict[str, str]())

    def with_headers(self, **headers: str) -> "Client":
        """The same caller with more headers; `_` stands for `-`."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return Client(self.http, self.base, {**self.headers, **more})

    async def call(self, method: str, path: str, body: Any = None, *, raw: bytes | None = None) -> Answer:
        """The whole answer. `path` goes out as it is, with its query; `raw` is a body that is not JSON yet."""
        content = raw if raw is not None or body is None else orjson.dumps(body)
        data = None if content is None else io.BytesIO(content)
        headers = dict(self.headers)
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        url = URL(f"{str(self.base).rstrip('/')}{path}", encoded=True)
        async with self.http.request(method, url, data=data, headers=headers, allow_redirects=False) as response:
            answer = Answer(method, path.partition("?")[0], response.status, response.headers, await response.read())
        check(answer)
        return answer

    async def _wanted(self, method: str, path: str, body: Any, want: int) -> Any:
        answer = await self.call(method, path, body)
        assert answer.status == want, f"{method} {path}: {answer.status} {answer.raw!r}"
        return answer.json

    async def get(self, path: str, want: int = 200) -> Any:
        return await self._wanted("GET", path, None, want)

    async def post(self, path: str, body: Any = None, want: int = 201) -> Any:
        return await self._wanted("POST", path, body, want)

    async def patch(self, path: str, body: Any = None, want: int = 200) -> Any:
        return await self._wanted("PATCH", path, body, want)

    async def put(self, path: str, body: Any = None, want: int = 200) -> Any:
        return await self._wanted("PUT", path, body, want)

    async def delete(self, path: str, want: int = 200) -> Any:
        return await self._wanted("DELETE", path, None, want)

    async def say(self, channel_id: str, body: str = "hello", **more: str) -> Any:
        """Posts a message and gives it back."""
        answer = await self.post(f"/api/channels/{channel_id}/messages", {"body": body, **more})
        return answer["message"]

    async def reply(self, message_id: str, body: str = "yes", **more: str) -> Any:
        """Replies in a thread and gives the reply back."""
        answer = await self.post(f"/api/messages/{message_id}/thread/replies", {"body": body, **more})
        return answer["message"]

    async def react(self, message_id: str, emoji: str = "👍") -> Any:
        """Reacts for the first time and gives the answer back."""
        return await self.post(f"/api/messages/{message_id}/reactions", {"emoji": emoji})

    async def send_form(self, target: str, *parts: FormPart, boundary: str = "frontier") -> Answer:
        """Sends a form with these parts in their order; `target` is the path with its query."""
        raw = b"".join(part.encoded(boundary) for part in parts) + f"--{boundary}--\r\n".encode()
        typed = self.with_headers(Content_Type=f"multipart/form-data; boundary={boundary}")
        return await typed.call("POST", target, raw=raw)

    async def upload(self, workspace_id: str, content: bytes = b"hello", **more: str) -> Any:
        """Uploads a file and gives the upload back; `filename`, `content_type` and `nonce` may be chosen."""
        query = f"workspace_id={workspace_id}" + (f"&nonce={more['nonce']}" if "nonce" in more else "")
        part = FormPart("file", content, more.get("filename", "a.txt"), more.get("content_type", "text/plain"))
        answer = await self.send_form(f"/api/uploads?{query}", part)
        assert answer.status == 201, answer.raw
        return answer.json["upload"]

    async def download(self, upload_id: str, want: int = 200, **headers: str) -> Answer:
        """The whole answer to a download."""
        answer = await self.with_headers(**headers).call("GET", f"/api/uploads/{upload_id}")
        assert answer.status == want, answer.raw
        return answer

    @asynccontextmanager
    async def follow(
        self, workspace_id: str, after: str = "", protocols: tuple[str, ...] = ()
    ) -> AsyncGenerator[Follower]:
        """A socket of the workspace; the caller's headers go along."""
        query = {"workspace_id": workspace_id} | ({"after_cursor": after} if after else {})
        url = self.base.join(URL("/api/realtime/ws")).with_query(query)
        async with self.http.ws_connect(url, headers=self.headers, protocols=protocols, max_msg_size=0) as socket:
            yield Follower(socket)

    async def refused(self, query: str, protocols: tuple[str, ...] = ()) -> int:
        """The status with which a socket is refused before it is one."""
        url = URL(f"{str(self.base).rstrip('/')}/api/realtime/ws?{query}", encoded=True)
        try:
            async with asyncio.timeout(SECONDS), self.http.ws_connect(url, headers=self.headers, protocols=protocols):
                return 101
        except aiohttp.WSServerHandshakeError as error:
            return error.status
