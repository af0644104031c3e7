"""On a phone nothing widens the page, and what opens lies on it whole."""

from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.e2e.conftest import PHONE, Open
from tests.e2e.pages import channel, part, ready
from tests.e2e.test_bots import add_bot, settings

# A browser on a phone makes its viewport as wide as what it has to show; one on a desk does not.
HAND: dict[str, Any] = {"viewport": PHONE, "is_mobile": True, "has_touch": True}


async def whole(page: Page, opened: Locator) -> None:
    """It lies on the screen from edge to edge, and the page is as wide as the screen."""
    await expect(opened).to_be_visible()
    box = await opened.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert await page.evaluate("innerWidth") == PHONE["width"]


async def test_menus_dialogs_and_the_emoji_lie_on_the_screen(open_page: Open):
    page = await open_page(**HAND)
    await ready(page)
    await part(page, "me-menu").tap()
    await whole(page, page.get_by_role("menu"))
    await page.keyboard.press("Escape")
    await part(page, "create-channel").tap()
    dialog = page.get_by_role("dialog")
    await whole(page, dialog)
    box = await dialog.bounding_box()
    assert box is not None
    assert abs(box["x"] - (PHONE["width"] - box["x"] - box["width"])) <= 1
    await page.keyboard.press("Escape")
    await channel(page, "general").tap()
    await part(page, "composer-input").tap()
    await part(page, "composer-emoji").tap()
    picker = part(page, "emoji-picker")
    await whole(page, picker)
    await whole(page, picker.get_by_role("button", name="Flags"))


async def test_a_secret_can_be_copied_where_it_is_shown(open_page: Open):
    page = await open_page(**HAND)
    await ready(page)
    await settings(page, "bots")
    await add_bot(page, "Fig")
    await settings(page, "integrations")
    await part(page, "commands-add").tap()
    await part(page, "command-name").fill("/deploy")
    await part(page, "command-url").fill("https://tools.example.org/deploy")
    await part(page, "bot-select").select_option(label="Fig (@fig)")
    await part(page, "command-create").tap()
    await whole(page, part(page, "command-secret").get_by_role("button"))
