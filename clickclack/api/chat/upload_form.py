"""The form of an upload: a workspace before the file, one file, measures before or after it (contract chat 6.9)."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from clickclack.chat.upload_names import measure
from clickclack.kernel.errors import Invalid
from clickclack.kernel.http.multipart import FormReader, Part, TooSlow, form_boundary, paced

FIELD_BYTES = 1024
MEASURES = ("width", "height", "duration_ms")
REST_SECONDS = 30.0


class UploadForm:
    """Reads the parts in their order: `find_file`, then `content`, then `finish`."""

    def __init__(self, request: web.Request, limit: int, workspace_id: str) -> None:
        self._reader = FormReader(paced(request, limit), form_boundary(request.headers.get("Content-Type", "")))
        self._given = workspace_id
        self.workspace_id = workspace_id
        self.measures: dict[str, int] = dict.fromkeys(MEASURES, 0)

    async def find_file(self) -> Part:
        """Reads what stands before the file; Invalid without a file, or when the workspace is not known by then."""
        while (part := await self._reader.next()) is not None:
            if part.name == "file":
                if not self.workspace_id:
                    raise Invalid("workspace_id must precede file or be provided as a query parameter")
                return part
            await self._field(part)
        raise Invalid("file is required")

    def content(self) -> AsyncIterator[bytes]:
        """The file's content."""
        return self._reader.content()

    async def finish(self) -> None:
        """Reads what stands after the file, at most 30 s long; Invalid for a second file."""
        try:
            async with asyncio.timeout(REST_SECONDS):
                while (part := await self._reader.next()) is not None:
                    if part.name == "file":
                        raise Invalid("only one file is supported")
                    await self._field(part)
        except TimeoutError:
            raise TooSlow("request body took too long") from None

    async def _field(self, part: Part) -> None:
        if part.name in MEASURES:
            self.measures[part.name] = measure(await self._reader.text(FIELD_BYTES))
        elif part.name == "workspace_id":
            self._name_workspace((await self._reader.text(FIELD_BYTES)).strip())

    def _name_workspace(self, workspace_id: str) -> None:
        if self._given and workspace_id != self._given:
            raise Invalid("workspace_id does not match query")
        if not self.workspace_id:
            self.workspace_id = workspace_id
        elif workspace_id != self.workspace_id:
            raise Invalid("workspace_id must be given once")
