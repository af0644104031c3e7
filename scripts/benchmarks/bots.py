"""A hundred bots in one channel, each following it live, that write 50 messages a second in total for a minute.

Checks that every bot is told of every message once and in order, and says how long that takes from the post.
An argument, `bots=20`, is another number of seconds than 60.
"""

import asyncio
import statistics
import time
from contextlib import AsyncExitStack

import aiohttp
from processes import Server, server

from clickclack.client import Client

BOTS = 100
RATE = 50
DRAIN = 15.0


async def main(seconds: str = "60") -> None:
    async with server() as target, AsyncExitStack() as stack:
        bots = [await stack.enter_async_context(Client(target.origin, token=t)) for t in await tokens(target)]
        total = RATE * int(seconds)
        sent: dict[str, float] = {}
        begun = asyncio.Barrier(BOTS + 1)
        followers = [asyncio.create_task(follow(bot, target, begun, total)) for bot in bots]
        await begun.wait()
        order = await write(bots, target, total, sent)
        async with asyncio.timeout(DRAIN):
            heard = await asyncio.gather(*followers)
    wrong = sum([identifier for identifier, _ in one] != order for one in heard)
    ages = sorted(at - sent[identifier] for one in heard for identifier, at in one)
    print(
        f"  {total} messages to {BOTS} bots: {wrong} bots with a message lost, doubled or out of order;"
        f" told after p50 {statistics.median(ages) * 1000:.0f} ms, p99 {ages[int(len(ages) * 0.99)] * 1000:.0f} ms",
        flush=True,
    )


async def tokens(target: Server) -> list[str]:
    """The tokens of new bots."""
    path = f"/api/workspaces/{target.workspace_id}/bots"
    found: list[str] = []
    async with aiohttp.ClientSession(target.origin, headers=target.headers) as http:
        for number in range(BOTS):
            async with http.post(path, json={"display_name": f"Bot {number}"}) as answer:
                found.append((await answer.json())["bot_token"]["token"])
    return found


async def follow(bot: Client, target: Server, begun: asyncio.Barrier, total: int) -> list[tuple[str, float]]:
    """What a bot is told, and when, until it was told of as many messages as there are."""
    heard: list[tuple[str, float]] = []
    async with bot.realtime.follow(target.workspace_id) as events:
        await begun.wait()
        async for event in events:
            if event["type"] == "message.created":
                heard.append((event["payload"]["message_id"], time.perf_counter()))
            if len(heard) == total:
                break
    return heard


async def write(bots: list[Client], target: Server, total: int, sent: dict[str, float]) -> list[str]:
    """Writes at the rate, the bots in turn; returns the ids of the messages in the channel's order."""
    start, posted = time.perf_counter(), dict[int, str]()

    async def write_one(number: int) -> None:
        await asyncio.sleep(max(0.0, start + number / RATE - time.perf_counter()))
        began = time.perf_counter()
        answer = await bots[number % BOTS].messages.send(target.channel_id, f"message {number}")
        sent[answer["message"]["id"]] = began
        posted[answer["message"].get("channel_seq", 0)] = answer["message"]["id"]

    await asyncio.gather(*(write_one(number) for number in range(total)))
    return [posted[seq] for seq in sorted(posted)]


if __name__ == "__main__":
    asyncio.run(main())
