"""A real server in a process of its own, on a data directory that outlives it."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

READY_SECONDS = 40.0


class Served:
    """A running `clickclack serve`; `origin` is where it answers."""

    def __init__(self, process: asyncio.subprocess.Process, origin: str) -> None:
        self.process = process
        self.origin = origin

    async def kill(self) -> None:
        """Ends it as a power cut would end a process: at once, with no chance to tidy up."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()


@contextlib.asynccontextmanager
async def served(data: Path, *flags: str, dev: bool = True) -> AsyncGenerator[Served]:
    """Starts a server on `data` and a free port, with these flags; whatever is left of it is ended."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "clickclack",
        "serve",
        f"--dev-bootstrap={'true' if dev else 'false'}",
        "--addr=127.0.0.1:0",
        f"--data={data}",
        *flags,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Served(process, await _origin(process))
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def _origin(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    said: list[str] = []
    async with asyncio.timeout(READY_SECONDS):
        while line := (await process.stderr.readline()).decode():
            said.append(line)
            if line.startswith("ClickClack is at "):
                return line.split()[3].rstrip("/")
    raise RuntimeError("the server did not start: " + "".join(said))
