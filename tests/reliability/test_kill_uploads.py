"""Files survive a kill at any moment: what was acknowledged is whole, and no half file shows."""

import asyncio
import hashlib
import io
import random
from pathlib import Path

import aiohttp
import pytest

from tests.reliability.test_kill import channel_of
from tests.served import Served, served

ROUNDS = 3
WRITERS = 4
SIZES = (1, 60_000, 900_000, 3_000_000)

Sums = dict[str, str]


async def write(http: aiohttp.ClientSession, workspace_id: str, writer: str, acknowledged: Sums) -> None:
    """Uploads until the server is gone; `acknowledged` gets the checksum of each file that was answered for."""
    number = 0
    while True:
        content = random.randbytes(random.choice(SIZES))
        form = aiohttp.FormData({"workspace_id": workspace_id, "nonce": f"{writer}-{number}"})
        form.add_field(
            "file", io.BytesIO(content), filename=f"{writer}-{number}.bin", content_type="application/octet-stream"
        )
        try:
            async with http.post("/api/uploads", data=form) as answer:
                assert answer.status == 201, await answer.text()
                acknowledged[(await answer.json())["upload"]["id"]] = hashlib.sha256(content).hexdigest()
        except (aiohttp.ClientError, OSError):
            return
        number += 1


async def load_and_kill(server: Served, acknowledged: Sums, name: str) -> None:
    async with aiohttp.ClientSession(server.origin) as http:
        workspace_id, _ = await channel_of(http)
        writers = [asyncio.create_task(write(http, workspace_id, f"{name}-{n}", acknowledged)) for n in range(WRITERS)]
        await asyncio.sleep(random.uniform(0.5, 1.2))
        await server.kill()
        await asyncio.gather(*writers)


async def sum_of(http: aiohttp.ClientSession, upload: str, size: int) -> str:
    async with http.get(f"/api/uploads/{upload}") as answer:
        content = await answer.read()
        assert (answer.status, len(content)) == (200, size)
        return hashlib.sha256(content).hexdigest()


@pytest.mark.slow
async def test_every_acknowledged_file_is_whole_and_no_half_one_shows_after_kills_under_load(tmp_path: Path):
    acknowledged: Sums = {}
    for number in range(ROUNDS):
        async with served(tmp_path) as server:
            await load_and_kill(server, acknowledged, f"round{number}")
    assert len(acknowledged) > ROUNDS

    async with served(tmp_path) as server, aiohttp.ClientSession(server.origin) as http:
        listed = await own_files(http)
        found = {upload: await sum_of(http, upload, size) for upload, size in listed.items()}
        assert {upload: found.get(upload) for upload in acknowledged} == acknowledged


async def own_files(http: aiohttp.ClientSession) -> dict[str, int]:
    """The sizes of all files that the list shows."""
    workspace_id, _ = await channel_of(http)
    found: dict[str, int] = {}
    query = {"workspace_id": workspace_id, "limit": "100"}
    while True:
        async with http.get("/api/uploads", params=query) as answer:
            page = await answer.json()
        found |= {upload["id"]: upload["byte_size"] for upload in page["uploads"]}
        if not page.get("next_cursor"):
            return found
        query["before"] = page["next_cursor"]
