"""The server under test and the load on it, each in a process of its own."""

import asyncio
import contextlib
import json
import sys
import tempfile
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import aiohttp

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Server:
    """A running server: its port, its process, a session's token and the first workspace and channel."""

    port: int
    pid: int
    token: str
    workspace_id: str
    channel_id: str

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@contextlib.asynccontextmanager
async def server(data: Path | None = None) -> AsyncGenerator[Server]:
    """Starts a server on an empty or the given data directory and ends it."""
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable, HERE / "server.py", data or folder, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        try:
            port = int(await asyncio.wait_for(process.stdout.readline(), 60))
            yield await _introduce(port, process.pid)
        finally:
            process.terminate()
            await process.wait()


async def _introduce(port: int, pid: int) -> Server:
    origin = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession(origin) as http:
        async with http.post("/api/auth/magic/request", json={"email": "local@clickclack.chat"}) as answer:
            secret = (await answer.json())["token"]
        async with http.post("/api/auth/magic/consume", json={"token": secret}) as answer:
            token = (await answer.json())["token"]
        headers = {"Authorization": f"Bearer {token}"}
        async with http.get("/api/workspaces", headers=headers) as answer:
            workspace_id = (await answer.json())["workspaces"][0]["id"]
        async with http.get(f"/api/workspaces/{workspace_id}/channels", headers=headers) as answer:
            channel_id = (await answer.json())["channels"][0]["id"]
    return Server(port, pid, token, workspace_id, channel_id)


async def load(target: Server, path: str, body: str, connections: int, seconds: float) -> dict[str, float]:
    """Sends the body again and again and returns what `load.py` measured."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        HERE / "load.py",
        str(target.port),
        path,
        target.token,
        str(connections),
        str(seconds),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate(body.encode())
    if process.returncode:
        raise RuntimeError(f"the load on {path} failed")
    return json.loads(out)
