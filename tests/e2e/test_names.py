"""Long names without blanks end in an ellipsis where there is no room, and are told whole."""

from pathlib import Path

from playwright.async_api import Browser, Locator, expect

from tests.e2e.conftest import opening
from tests.e2e.pages import part, ready
from tests.served import served

LONG = "Saltworks" * 8


async def expect_cut(text: Locator, whole: str) -> None:
    await expect(text).to_have_attribute("title", whole)
    await expect(text).to_have_css("text-overflow", "ellipsis")
    assert await text.evaluate("(e) => e.scrollWidth > e.clientWidth")


async def test_a_long_name_is_cut_in_the_set_up_and_in_the_settings(browser: Browser, tmp_path: Path):
    async with served(tmp_path, dev=False) as server, opening(browser, server.origin) as open_page:
        page = await open_page(expected=("Failed to load resource",))
        await part(page, "setup-name").fill(LONG)
        await part(page, "setup-email").fill("mara@example.org")
        await part(page, "setup-password").fill("a long password")
        await part(page, "setup-next").click()
        await part(page, "setup-workspace").fill(LONG)
        await expect_cut(page.get_by_text(f"{LONG}, owner"), f"{LONG}, owner")
        await expect_cut(page.get_by_text(LONG, exact=True), LONG)
        await part(page, "setup-submit").click()
        await ready(page)
        await part(page, "settings-open").click()
        await expect_cut(page.get_by_role("heading", name=LONG), LONG)
