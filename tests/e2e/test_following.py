"""Who looks at the newest message goes on looking at it, however much comes at once."""

import asyncio

import aiohttp
import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import Open
from tests.e2e.pages import message, part, ready, send
from tests.served import Served


async def post(server: Served, count: int) -> None:
    """Posts as the server's first user."""
    async with aiohttp.ClientSession(server.origin) as http:
        async with http.get("/api/workspaces") as answer:
            workspace: str = (await answer.json())["workspaces"][0]["id"]
        async with http.get(f"/api/workspaces/{workspace}/channels") as answer:
            channel: str = (await answer.json())["channels"][0]["id"]

        async def one(number: int) -> None:
            async with http.post(f"/api/channels/{channel}/messages", json={"body": f"number {number}."}) as answer:
                assert answer.status == 201

        for start in range(0, count, 20):
            await asyncio.gather(*(one(number) for number in range(start, start + 20)))


async def is_last(page: Page, text: str) -> None:
    await expect(message(page, text)).to_be_in_viewport()
    assert await part(page, "jump-latest").count() == 0


@pytest.mark.parametrize("count", [160, 600])
@pytest.mark.parametrize("offline", [False, True])
async def test_the_newest_stays_in_view(open_page: Open, server: Served, count: int, offline: bool):
    page = await open_page(expected=("Failed to load resource", "WebSocket connection"))
    await ready(page)
    for number in range(30):
        await send(page, f"before {number}.")
    await page.context.set_offline(offline)
    await post(server, count)
    await page.context.set_offline(False)
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(message(page, f"number {count - 1}.")).to_be_visible()
    await page.wait_for_timeout(500)
    await is_last(page, f"number {count - 1}.")
