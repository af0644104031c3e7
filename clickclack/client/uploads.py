"""Files: send, attach, fetch (contract chat 3.11, 6.9)."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp

from clickclack.client.objects import Upload
from clickclack.client.transport import Transport, path

PROBE = path("uploads", "by-nonce")
PROOF = "X-ClickClack-Upload-Nonce"
PIECE = 64 * 1024
QUIET_SECONDS = 60.0


class Uploads:
    """The caller's files."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def send(
        self, workspace_id: str, content: bytes | Path, *, filename: str = "", content_type: str = "", nonce: str = ""
    ) -> Upload:
        """Uploads bytes or a file, once, even when an answer is lost on the way; it may take its time."""
        query = {"workspace_id": workspace_id, "nonce": nonce or uuid4().hex}
        name = filename or (content.name if isinstance(content, Path) else "file")
        quiet = aiohttp.ClientTimeout(total=None, sock_connect=self._transport.timeout, sock_read=QUIET_SECONDS)

        async def send() -> Any:
            opened = await asyncio.to_thread(content.open, "rb") if isinstance(content, Path) else content
            try:
                form = aiohttp.FormData()
                form.add_field("file", opened, filename=name, content_type=content_type or "application/octet-stream")
                return await self._transport.call("POST", path("uploads"), query=query, data=form, timeout=quiet)
            finally:
                if not isinstance(opened, bytes):
                    opened.close()

        return (await self._transport.once(PROBE, PROOF, send))["upload"]

    async def attach(self, message_id: str, upload_id: str) -> None:
        """Attaches a file to one's own message; `upload_ids` of a new message do it at once."""
        await self._transport.call("POST", path("messages", message_id, "attachments"), {"upload_id": upload_id})

    async def download(self, upload_id: str) -> AsyncGenerator[bytes]:
        """The content, piece by piece."""
        quiet = aiohttp.ClientTimeout(total=None, sock_connect=self._transport.timeout, sock_read=QUIET_SECONDS)
        async with self._transport.answer("GET", path("uploads", upload_id), timeout=quiet) as response:
            async for piece in response.content.iter_chunked(PIECE):
                yield piece

    async def delete(self, upload_id: str) -> None:
        """Deletes one's own file; messages lose it."""
        await self._transport.call("DELETE", path("uploads", upload_id))
