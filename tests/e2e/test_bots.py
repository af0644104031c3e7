"""Bots, their tokens and what is connected to a workspace, in the settings and in the composer."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, Literal

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import PHONE, WIDE, Open, opening
from tests.e2e.pages import message, part, ready, send
from tests.e2e.test_pages import check
from tests.served import Served, served


@pytest.fixture(autouse=True)
def loopback_callbacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLICKCLACK_ALLOW_LOOPBACK_CALLBACKS", "1")


class Tools:
    """A program of the workspace's owner: answers a slash command, and takes events."""

    def __init__(self) -> None:
        self.answer: dict[str, str] = {"response_type": "ephemeral", "text": "**blue** is live"}
        self.told_of_message = asyncio.Event()
        self.takes_events = 204
        self.origin = ""

    async def command(self, request: web.Request) -> web.Response:
        await request.read()
        return web.json_response(self.answer, status=200 if self.answer else 500)

    async def event(self, request: web.Request) -> web.Response:
        if (await request.json())["event"]["type"] == "message.created":
            self.told_of_message.set()
        return web.Response(status=self.takes_events)


@pytest_asyncio.fixture(loop_scope="session")
async def tools() -> AsyncGenerator[Tools]:
    tools = Tools()
    app = web.Application()
    app.router.add_post("/command", tools.command)
    app.router.add_post("/events", tools.event)
    async with TestServer(app) as running:
        tools.origin = str(running.make_url("/")).rstrip("/")
        yield tools


async def settings(page: Page, section: str) -> None:
    workspace = page.url.split("/")[4]
    await page.goto(f"/app/{workspace}/settings/{section}")
    await expect(part(page, "settings-page")).to_be_visible()


async def add_bot(page: Page, name: str) -> str:
    """Makes a bot on its page; returns its token."""
    await part(page, "bot-add").click()
    await part(page, "bot-name").fill(name)
    await part(page, "bot-create").click()
    token = await part(page, "bot-token").locator("code").text_content()
    await part(page, "bot-done").click()
    return token or ""


async def test_a_bot_is_made_writes_and_is_thrown_out_with_its_token(open_page: Open, server: Served):
    page = await open_page()
    await ready(page)
    await settings(page, "bots")
    token = await add_bot(page, "Fig")
    assert token.startswith("ccb_")
    row = part(page, "bot-row")
    await expect(row).to_contain_text("@fig, 1 token")

    async with aiohttp.ClientSession(server.origin, headers={"Authorization": f"Bearer {token}"}) as http:
        async with http.get("/api/me") as answer:
            assert answer.status == 200
        await part(row, "bot-token-revoke").click()
        await part(page, "confirm").click()
        await expect(row).to_contain_text("revoked")
        async with http.get("/api/me") as answer:
            assert answer.status == 401

    await part(row, "bot-token-add").click()
    await expect(row.get_by_label("Name", exact=True)).to_have_value("default")
    await part(row, "bot-token-name").fill("laptop")
    await part(row, "bot-code-create").click()
    await expect(part(row, "bot-code")).to_contain_text("It works once")

    await part(row, "bot-more").click()
    await part(page, "bot-delete").click()
    await part(page, "confirm").click()
    await expect(row).to_have_count(0)


async def test_a_registered_command_is_suggested_and_answers_its_user_alone(open_page: Open, tools: Tools):
    page = await open_page(expected=("502",))
    await ready(page)
    await settings(page, "bots")
    await add_bot(page, "Fig")
    await settings(page, "integrations")
    await part(page, "commands-add").click()
    await part(page, "command-name").fill("/deploy")
    await part(page, "command-url").fill(f"{tools.origin}/command")
    await part(page, "bot-select").select_option(label="Fig (@fig)")
    await part(page, "command-create").click()
    await expect(part(page, "command-secret")).to_be_visible()

    await page.goto("/app")
    await ready(page)
    await part(page, "composer-input").press_sequentially("/dep")
    await expect(part(page, "command-list")).to_contain_text("/deploy")
    await part(page, "composer-input").press("Enter")
    await expect(part(page, "composer-input")).to_have_value("/deploy ")
    await part(page, "composer-input").press("Enter")
    await expect(part(page, "command-notice")).to_contain_text("blue is live")
    await expect(part(page, "message-row")).to_have_count(0)

    tools.answer = {"text": "Deployed"}
    await part(page, "composer-input").fill("/deploy blue")
    await part(page, "composer-input").press("Enter")
    await expect(message(page, "Deployed")).to_contain_text("Fig")

    tools.answer = {}
    await part(page, "composer-input").fill("/deploy red")
    await part(page, "composer-input").press("Enter")
    await expect(part(page, "command-notice")).to_contain_text("did not work")
    await expect(part(page, "composer-input")).to_have_value("/deploy red")


async def test_a_subscriber_is_told_and_its_deliveries_are_listed(open_page: Open, tools: Tools):
    page = await open_page()
    await ready(page)
    await settings(page, "integrations")
    await part(page, "subscriptions-add").click()
    await part(page, "subscription-url").fill(f"{tools.origin}/events")
    await part(page, "subscription-create").click()
    await expect(part(page, "subscription-secret")).to_be_visible()
    other = await page.context.new_page()
    await other.goto("/app")
    await ready(other)
    await send(other, "Tell the world")
    await expect(message(other, "Tell the world")).to_be_visible()
    async with asyncio.timeout(5):
        await tools.told_of_message.wait()
    await part(page, "subscription-deliveries").click()
    delivery = part(page, "delivery").filter(has_text="message.created")
    await expect(delivery).to_contain_text("Answered 204")
    await part(delivery, "delivery-open").click()
    await expect(part(delivery, "delivery-sent")).to_contain_text('"type": "message.created"')


async def test_a_delivery_that_failed_is_sent_again(open_page: Open, tools: Tools):
    tools.takes_events = 410
    page = await open_page(expected=("400",))
    await ready(page)
    await send(page, "Nobody wants to know")
    await settings(page, "integrations")
    await part(page, "allow-list").fill("not a host!")
    await part(page, "allow-list-save").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await part(page, "subscriptions-add").click()
    await part(page, "subscription-url").fill(f"{tools.origin}/events")
    await part(page, "subscription-create").click()
    await expect(part(page, "subscription-secret")).to_be_visible()
    other = await page.context.new_page()
    await other.goto("/app")
    await ready(other)
    await send(other, "Nor about this")
    async with asyncio.timeout(5):
        await tools.told_of_message.wait()
    tools.takes_events = 204
    await part(page, "subscription-deliveries").click()
    failed = part(page, "delivery").filter(has_text="message.created")
    await expect(failed).to_contain_text("410")
    await part(failed, "redeliver").click()
    await expect(failed).to_have_count(1)
    await expect(failed).to_contain_text("Answered 204 (2 attempts)")
    await part(failed, "delivery-open").click()
    await expect(part(failed, "delivery-more")).to_contain_text("Answered 410")


@pytest.mark.timeout(120)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_these_pages_have_no_accessibility_violation_and_fit(
    browser: Browser, tmp_path: Any, scheme: Literal["light", "dark"]
):
    async with served(tmp_path) as server, opening(browser, server.origin) as open_page:
        page = await open_page()
        await ready(page)
        await settings(page, "bots")
        await add_bot(page, "Fig")
        for viewport in (WIDE, PHONE):
            page = await open_page(viewport=viewport, color_scheme=scheme)
            await ready(page)
            for section, opener in (("bots", "bot-open"), ("integrations", "subscriptions-add"), ("audit", "")):
                await settings(page, section)
                if opener:
                    await part(page, opener).first.click()
                if section == "bots":
                    await part(page, "bot-token-add").click()
                await check(page, f"{section} {scheme}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_deliveries_have_no_accessibility_violation_and_fit(
    open_page: Open, tools: Tools, scheme: Literal["light", "dark"]
):
    tools.takes_events = 503
    page = await open_page()
    await ready(page)
    await settings(page, "integrations")
    await part(page, "subscriptions-add").click()
    await part(page, "subscription-url").fill(f"{tools.origin}/events")
    await part(page, "subscription-create").click()
    await expect(part(page, "subscription-secret")).to_be_visible()
    await page.goto("/app")
    await ready(page)
    await send(page, "A first word")
    async with asyncio.timeout(5):
        await tools.told_of_message.wait()
    for viewport in (WIDE, PHONE):
        page = await open_page(viewport=viewport, color_scheme=scheme)
        await ready(page)
        await settings(page, "integrations")
        await part(page, "subscription-deliveries").click()
        await part(page, "delivery-open").click()
        await expect(part(page, "delivery-sent")).to_be_visible()
        await check(page, f"deliveries {scheme}")
