"""Every page: no accessibility violation, no sideways scroll, at 360 and 1440 px, in light and dark."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Literal, cast

import pytest
from axe_playwright_python.async_playwright import Axe  # pyright: ignore[reportMissingTypeStubs]
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.e2e.conftest import PHONE, WIDE, opening
from tests.e2e.pages import act, channel, create_channel, message, part, ready, send
from tests.served import served

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
TEXT = """A message with **bold**, `code`, [a link](https://example.org) and a list:

- one
- two

```python
def answer() -> int:
    return 42
```
"""

Visit = Callable[[Page], Awaitable[None]]


async def chat(page: Page) -> None:
    await page.goto("/app")
    await ready(page)
    if await channel(page, "general").is_visible():
        await channel(page, "general").click()
    await expect(message(page, "A question").first).to_be_visible()


async def thread(page: Page) -> None:
    await chat(page)
    await part(message(page, "A question"), "thread-summary").click()
    await expect(message(page, "An answer").first).to_be_visible()


async def channels(page: Page) -> None:
    await page.goto("/app")
    await ready(page)
    if await part(page, "back").first.is_visible():
        await part(page, "back").first.click()
    await expect(channel(page, "general")).to_be_visible()


async def palette(page: Page) -> None:
    await chat(page)
    await page.keyboard.press("Control+k")
    await part(page, "palette-input").fill("gen")
    await expect(part(page, "palette-item").first).to_be_visible()


async def help_sheet(page: Page) -> None:
    await chat(page)
    await page.keyboard.press("Control+k")
    await part(page, "palette-input").fill("keyboard")
    await page.keyboard.press("Enter")
    await expect(part(page, "help")).to_be_visible()


async def new_channel(page: Page) -> None:
    await channels(page)
    await part(page, "create-channel").first.click()
    await expect(part(page, "create-channel-name")).to_be_visible()


def settings(section: str) -> Visit:
    async def visit(page: Page) -> None:
        await channels(page)
        await part(page, "settings-open").first.click()
        await part(page, f"settings-{section}").click()
        await expect(part(page, "settings-page")).to_be_visible()

    return visit


PAGES: dict[str, Visit] = {
    "chat": chat,
    "thread": thread,
    "channels": channels,
    "palette": palette,
    "help": help_sheet,
    "new channel": new_channel,
    "profile": settings("profile"),
    "appearance": settings("appearance"),
    "notifications": settings("notifications"),
    "sessions": settings("sessions"),
    "workspace": settings("workspace"),
}


async def furnish(page: Page) -> None:
    await ready(page)
    await create_channel(page, "plans")
    await send(page, TEXT, shown="A message with bold")
    await channel(page, "general").click()
    row = await send(page, "A question")
    await act(page, row, "react")
    await part(page, "quick-reaction").first.click()
    await act(page, row, "thread")
    await send(page, "An answer", box="thread-composer-input")


async def check(page: Page, name: str) -> None:
    results = await Axe().run(page, options=RULES)  # pyright: ignore[reportUnknownMemberType]
    response = cast("dict[str, Any]", results.response)  # pyright: ignore[reportUnknownMemberType]
    found = {v["id"]: [node["html"][:200] for node in v["nodes"]] for v in response["violations"]}
    assert found == {}, name
    wide = await page.evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} scrolls sideways by {wide} px"


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_pages_have_no_accessibility_violation_and_fit(
    browser: Browser, tmp_path: Path, viewport: ViewportSize, scheme: Literal["light", "dark"]
):
    async with served(tmp_path) as server, opening(browser, server.origin) as open_page:
        await furnish(await open_page())
        page = await open_page(viewport=viewport, color_scheme=scheme)
        for name, visit in PAGES.items():
            await visit(page)
            await check(page, name)


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_entry_has_no_accessibility_violation_and_fits(
    browser: Browser, tmp_path: Path, viewport: ViewportSize, scheme: Literal["light", "dark"]
):
    refused = ("Failed to load resource",)
    async with served(tmp_path, dev=False) as server, opening(browser, server.origin) as open_page:
        page = await open_page(viewport=viewport, color_scheme=scheme, expected=refused)
        await expect(part(page, "setup-name")).to_be_visible()
        await check(page, "first run")
        await part(page, "setup-name").fill("Mara")
        await part(page, "setup-email").fill("mara@example.org")
        await part(page, "setup-password").fill("a long password")
        await part(page, "setup-next").click()
        await expect(part(page, "setup-workspace")).to_be_visible()
        await check(page, "first run, workspace")
        await part(page, "setup-workspace").fill("Saltworks")
        await part(page, "setup-submit").click()
        await ready(page)
        stranger = await open_page(viewport=viewport, color_scheme=scheme)
        await expect(part(stranger, "signin-email")).to_be_visible()
        await check(stranger, "sign in")
