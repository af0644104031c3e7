"""Trouble with the database while the server runs: a clear answer, nothing half done, and service when it ends."""

import asyncio
import contextlib
import resource
import sqlite3
import subprocess
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from clickclack.api import health
from clickclack.kernel import units
from clickclack.kernel.connections import Connection
from tests.client import Follower
from tests.conftest import Server
from tests.served import served

FULL = "the server's disk is full; nothing was saved"
LOCKED = "the database is locked by another program; try again"
READ_ONLY = "the database cannot be written: it is read-only"
BROKEN = "the database cannot be reached: input/output error"


def writer_of(server: Server) -> Connection:
    writer = server.db._writer
    assert writer is not None
    return writer


async def pragma(server: Server, text: str) -> int:
    def run(connection: sqlite3.Connection) -> int:
        row = connection.execute(f"PRAGMA {text}").fetchone()
        return row[0] if row else 0

    return await writer_of(server).call(run)


@contextlib.asynccontextmanager
async def full_disk(server: Server) -> AsyncGenerator[None]:
    """The database may not grow by a page."""
    await pragma(server, f"max_page_count = {await pragma(server, 'page_count')}")
    yield
    await pragma(server, "max_page_count = 4294967294")


@contextlib.asynccontextmanager
async def read_only(server: Server) -> AsyncGenerator[None]:
    await pragma(server, "query_only = ON")
    yield
    await pragma(server, "query_only = OFF")


@contextlib.asynccontextmanager
async def locked(server: Server) -> AsyncGenerator[None]:
    """Another program has begun to write, and dies in the end."""
    script = (
        "import sqlite3, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('BEGIN IMMEDIATE')\n"
        "print('locked', flush=True)\n"
        "sys.stdin.read()\n"
    )
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, str(server.db.path), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    await other.stdout.readline()
    yield
    other.kill()
    await other.wait()


Trouble = Callable[[Server], contextlib.AbstractAsyncContextManager[None]]

TROUBLES = [(full_disk, 507, FULL), (read_only, 503, READ_ONLY), (locked, 503, LOCKED)]
trouble = pytest.mark.parametrize(("during", "status", "text"), TROUBLES, ids=["full", "read-only", "locked"])


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A locked database is waited for briefly."""
    monkeypatch.setattr(units, "BUSY_MILLISECONDS", 150)


async def refused(server: Server, post: Callable[[int], Awaitable[Any]]) -> tuple[list[str], Any]:
    """Posts until one is refused; the ids of those before, and the refusal."""
    posted = list[str]()
    for number in range(500):
        answer = await post(number)
        if answer.status >= 400:
            return posted, answer
        posted.append(answer.json["message"]["id"])
    raise AssertionError("nothing was refused")


async def ids_of(server: Server) -> list[str]:
    page = await server.member.get(f"/api/channels/{server.cast.general}/messages?after_seq=0&limit=100")
    return [message["id"] for message in page["messages"]]


async def events_until(follower: Follower, message_id: str) -> list[str]:
    seen = list[str]()
    while not seen or seen[-1] != message_id:
        event = await follower.next()
        if event["type"] == "message.created":
            seen.append(event["payload"]["message_id"])
    return seen


@trouble
async def test_writes_are_refused_while_it_lasts_reads_go_on_and_writes_resume(
    server: Server, during: Trouble, status: int, text: str
):
    path = f"/api/channels/{server.cast.general}/messages"
    before = await server.member.say(server.cast.general, "before")
    async with server.member.follow(server.cast.workspace) as follower:
        async with during(server):
            posted, answer = await refused(
                server, lambda n: server.member.call("POST", path, {"body": "x" * 4000, "nonce": str(n)})
            )
            assert (answer.status, answer.error) == (status, text)
            assert await ids_of(server) == [before["id"], *posted]
            again = await server.member.call("PATCH", f"/api/messages/{before['id']}", {"body": "y" * 8000})
            assert again.status in (200, status)
        resumed = await server.member.call("POST", path, {"body": "x" * 4000, "nonce": str(len(posted))})
        assert resumed.status == 201
        new = resumed.json["message"]
        assert await ids_of(server) == [before["id"], *posted, new["id"]]
        assert new["channel_seq"] == len(posted) + 2
        assert await events_until(follower, new["id"]) == [before["id"], *posted, new["id"]]


@trouble
async def test_many_that_write_at_once_are_all_answered(server: Server, during: Trouble, status: int, text: str):
    path = f"/api/channels/{server.cast.general}/messages"
    async with during(server):
        calls = [server.member.call("POST", path, {"body": f"{n}" * 3000}) for n in range(40)]
        async with asyncio.timeout(20):
            answers = await asyncio.gather(*calls)
    refusals = [answer for answer in answers if answer.status != 201]
    assert {(answer.status, answer.error) for answer in refusals} == {(status, text)}
    kept = [answer.json["message"]["id"] for answer in answers if answer.status == 201]
    assert sorted(await ids_of(server)) == sorted(kept)


@trouble
async def test_other_writes_are_refused_in_the_same_way(server: Server, during: Trouble, status: int, text: str):
    async with during(server):
        _, answer = await refused(
            server,
            lambda n: server.owner.call("POST", f"/api/channels/{server.cast.general}/messages", {"body": "z" * 4000}),
        )
        made = await server.owner.call(
            "POST", f"/api/workspaces/{server.cast.workspace}/channels", {"name": "n" * 60, "display_title": "t" * 60}
        )
    assert answer.status == status
    assert made.status in (201, status)
    channels = (await server.owner.get(f"/api/workspaces/{server.cast.workspace}/channels"))["channels"]
    assert any(channel["name"] == "n" * 60 for channel in channels) == (made.status == 201)


async def test_a_lock_that_ends_in_time_is_waited_for(server: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(units, "BUSY_MILLISECONDS", 5000)
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(locked(server))
        posting = asyncio.create_task(server.member.say(server.cast.general, "patient"))
        await asyncio.sleep(0.2)
        assert not posting.done()
        await stack.aclose()
        assert (await posting)["body"] == "patient"


async def test_a_server_that_is_not_ready_says_so_until_it_is(server: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health, "FRESH_SECONDS", 0.0)

    async def ready() -> int:
        return (await server.anonymous.call("GET", "/readyz")).status

    assert await ready() == 200
    async with locked(server):
        assert await ready() == 503
    assert await ready() == 200


def size_of(data: Path) -> int:
    return max(path.stat().st_size for path in data.glob("clickclack.db*"))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux sets the limits of another process")
async def test_a_disk_that_takes_no_more_of_a_server_in_its_own_process(tmp_path: Path):
    async with served(tmp_path) as server, aiohttp.ClientSession(server.origin) as http:
        async with http.get("/api/workspaces") as answer:
            workspace = (await answer.json())["workspaces"][0]
        async with http.get(f"/api/workspaces/{workspace['id']}/channels") as answer:
            path = f"/api/channels/{(await answer.json())['channels'][0]['id']}/messages"

        async def post(body: str) -> tuple[int, Any]:
            async with http.post(path, json={"body": body}) as answer:
                return answer.status, await answer.json()

        kept = list[str]()
        for number in range(3):
            status, content = await post(f"before {number}")
            kept.append(content["message"]["id"])
        soft, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
        limit = size_of(tmp_path) + 20_000
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (limit, hard))
        for _ in range(200):
            status, content = await post("x" * 4000)
            if status != 201:
                break
            kept.append(content["message"]["id"])
        else:
            raise AssertionError("nothing was refused")
        assert (status, content) == (503, {"error": BROKEN})
        async with http.get(f"{path}?after_seq=0&limit=100") as answer:
            assert [message["id"] for message in (await answer.json())["messages"]] == kept
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (soft, hard))
        status, content = await post("after")
        assert status == 201
        kept.append(content["message"]["id"])
        async with http.get(f"{path}?after_seq=0&limit=100") as answer:
            assert [message["id"] for message in (await answer.json())["messages"]] == kept
