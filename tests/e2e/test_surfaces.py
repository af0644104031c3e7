"""What lies beside and over the conversations: no accessibility violation, no sideways scroll, at 360 and 1440 px."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.e2e.conftest import PHONE, WIDE, admin, opening
from tests.e2e.pages import act, channel, make_topic, message, on_stage, part, ready, send
from tests.e2e.test_pages import check
from tests.served import served

Visit = Callable[[Page], Awaitable[None]]


async def to_list(page: Page) -> None:
    await page.goto("/app")
    await ready(page)
    if await part(page, "back").first.is_visible():
        await part(page, "back").first.click()
    await expect(channel(page, "general")).to_be_visible()


async def general(page: Page) -> None:
    await to_list(page)
    await channel(page, "general").click()
    await expect(message(page, "A question").first).to_be_visible()


async def header(page: Page, button: str, item: str) -> None:
    """Uses a button of the header, or on a phone the same in its menu."""
    if await part(page, button).is_visible():
        await part(page, button).click()
    else:
        await part(page, "conversation-more").click()
        await page.get_by_role("menuitem", name=item).click()


async def direct(page: Page) -> None:
    await to_list(page)
    await part(page, "direct-link").click()
    await expect(message(page, "Between us")).to_be_visible()


async def card(page: Page) -> None:
    await to_list(page)
    await part(page, "person").filter(has_text="Bob").click()
    await expect(part(page, "card-ruling")).to_be_visible()


async def new_message(page: Page) -> None:
    await to_list(page)
    await part(page, "new-message").click()
    await part(page, "people-picker").fill("bo")
    await page.keyboard.press("Enter")
    await expect(part(page, "picked")).to_be_visible()


async def search(page: Page) -> None:
    await to_list(page)
    await part(page, "search-open").click()
    await expect(part(page, "search-hints")).to_be_visible()


async def hits(page: Page) -> None:
    await search(page)
    await part(page, "search-input").fill("question")
    await expect(part(page, "search-hit").first).to_be_visible()


async def nothing(page: Page) -> None:
    await search(page)
    await part(page, "search-input").fill("nothing like it")
    await expect(part(page, "search-none")).to_be_visible()


async def threads(page: Page) -> None:
    await to_list(page)
    await part(page, "threads-open").click()
    await expect(part(page, "followed-thread")).to_be_visible()


async def pins(page: Page) -> None:
    await general(page)
    await header(page, "pins-open", "Pinned messages")
    await expect(part(page, "pin").first).to_be_visible()


async def members_of_channel(page: Page) -> None:
    await to_list(page)
    await channel(page, "payroll").click()
    await part(page, "channel-members").click()
    await expect(part(page, "channel-member")).to_be_visible()


async def edits(page: Page) -> None:
    await general(page)
    await message(page, "A better question").first.get_by_role("button", name="edited").click()
    await expect(part(page, "edits")).to_be_visible()


async def topics(page: Page) -> None:
    await general(page)
    await part(page, "composer-input").focus()
    await part(page, "composer-topic").click()
    await expect(part(page, "topic-option").first).to_be_visible()


async def one_topic(page: Page) -> None:
    await general(page)
    await part(page, "topic-badge").first.click()
    await expect(part(page, "topic-filter")).to_be_visible()


async def members(page: Page) -> None:
    await to_list(page)
    await part(page, "settings-open").first.click()
    await part(page, "settings-members").click()
    await expect(part(page, "member-row").first).to_be_visible()


SURFACES: dict[str, Visit] = {
    "direct message": direct,
    "card": card,
    "new message": new_message,
    "search": search,
    "hits": hits,
    "nothing found": nothing,
    "threads": threads,
    "pins": pins,
    "members of a channel": members_of_channel,
    "edits": edits,
    "topics": topics,
    "one topic": one_topic,
    "members": members,
}


async def furnish(page: Page) -> None:
    await ready(page)
    await part(page, "person").filter(has_text="Bob").click()
    await part(page, "card-message").click()
    await on_stage(page, "Bob")
    await send(page, "Between us")
    await part(page, "create-channel").click()
    await part(page, "create-channel-name").fill("payroll")
    await part(page, "channel-kind-private").check(force=True)
    await part(page, "create-channel-submit").click()
    await expect(channel(page, "payroll")).to_be_visible()
    await on_stage(page, "payroll")
    await channel(page, "general").click()
    await on_stage(page, "general")
    await make_topic(page, "release")
    row = await send(page, "A question")
    await act(page, row, "edit")
    await part(page, "edit-input").fill("A better question, once A question")
    await part(page, "edit-save").click()
    row = message(page, "A better question")
    await expect(row).to_be_visible()
    await act(page, row, "more")
    await part(page, "action-pin").click()
    await act(page, row, "thread")
    await expect(part(page, "thread-composer-input")).to_be_focused()
    await send(page, "An answer", box="thread-composer-input")


@pytest.mark.timeout(180)
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_surfaces_have_no_accessibility_violation_and_fit(
    browser: Browser, tmp_path: Path, viewport: ViewportSize, scheme: Literal["light", "dark"]
):
    async with served(tmp_path) as server, opening(browser, server.origin) as open_page:
        await admin(tmp_path, "user", "create", "--name=Bob", "--email=bob@example.org", "--workspace=clickclack")
        await furnish(await open_page())
        page = await open_page(viewport=viewport, color_scheme=scheme)
        for name, visit in SURFACES.items():
            await visit(page)
            await check(page, name)
