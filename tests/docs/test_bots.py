"""The bot of docs/bots.md, made as the page says and run as it stands there."""

import asyncio
import os
import re
import shlex
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from clickclack.client import Client, Event, Follower
from tests.served import served

PAGE = (Path(__file__).parents[2] / "docs" / "bots.md").read_text()
SECONDS = 20.0


def block(language: str, count: int) -> str:
    """A block of code of the page."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)[count]


async def start(*arguments: str, environment: Mapping[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env={**os.environ, **environment}, stdout=asyncio.subprocess.PIPE
    )


async def make_bot(data: Path) -> str:
    """Runs the page's first command; the token that it prints."""
    program, *arguments = shlex.split(block("sh", 0))
    assert program == "clickclack"
    made = await start("-m", "clickclack", *arguments, environment={"CLICKCLACK_DATA": str(data)})
    out, _ = await made.communicate()
    assert made.returncode == 0
    return out.decode().strip()


@asynccontextmanager
async def running_bot(folder: Path, server: str, token: str) -> AsyncGenerator[None]:
    """The page's program in a process of its own; ready when it says so."""
    environment = {"CLICKCLACK_SERVER": server, "CLICKCLACK_TOKEN": token}
    await asyncio.to_thread((folder / "bot.py").write_text, block("python", 0))
    process = await start(str(folder / "bot.py"), environment={**environment, "PYTHONPATH": str(Path.cwd())})
    try:
        assert process.stdout is not None
        said = await asyncio.wait_for(process.stdout.readline(), SECONDS)
        assert said.decode() == "@counter listens in ClickClack\n"
        yield
    finally:
        process.kill()
        await process.communicate()


async def until_reply(events: Follower) -> list[Event]:
    """What comes up to and with the next reply."""
    taken: list[Event] = []
    async with asyncio.timeout(SECONDS):
        async for event in events:
            taken.append(event)
            if event["type"] == "thread.reply_created" and "mentioned_user_ids" not in event:
                break
    return taken


def test_the_bot_is_short() -> None:
    assert len(block("python", 0).splitlines()) < 40


async def test_the_bot_answers_mentions_and_shows_its_progress(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as server, Client(server.origin) as person:
        token = await make_bot(tmp_path / "data")
        workspace = (await person.workspaces.list())[0]["id"]
        channel = (await person.channels.list(workspace))[0]["id"]
        async with running_bot(tmp_path, server.origin, token), person.realtime.follow(workspace) as events:
            await person.messages.send(channel, "nobody is meant")
            asked = (await person.messages.send(channel, "@counter how many are these"))["message"]
            taken = await until_reply(events)
            shown = [event["payload"] for event in taken if event["type"] == "agent.progress"]
            assert [(one["op"], one["line"]["text"]) for one in shown] == [
                ("append", "Counting"),
                ("update", "Counted 5 words"),
            ]
            answer = await person.messages.get(taken[-1]["payload"]["message_id"])
            assert (answer["body"], answer["thread_root_id"]) == ("5 words.", asked["id"])
            assert answer["author"]["kind"] == "bot"
            await person.threads.reply(asked["id"], "@counter and now")
            taken = await until_reply(events)
            assert (await person.messages.get(taken[-1]["payload"]["message_id"]))["body"] == "3 words."
        thread = await person.threads.read(asked["id"])
        assert thread["thread_state"]["reply_count"] == 3
