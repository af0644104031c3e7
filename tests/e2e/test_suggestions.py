"""Lists of what can stand in the place of the word being typed."""

from playwright.async_api import expect

from tests.e2e.conftest import Open
from tests.e2e.pages import part, ready


async def test_what_was_waved_away_stays_so_for_that_word_alone(open_page: Open, bob: str):
    page = await open_page()
    await ready(page)
    box, people, emoji = (part(page, name) for name in ("composer-input", "mention-list", "emoji-list"))
    await box.press_sequentially("@")
    await expect(people).to_be_visible()
    await box.press("Escape")
    await box.press_sequentially("b")
    await expect(people).to_have_count(0)
    await box.press("Backspace")
    await box.press("Backspace")
    await box.press_sequentially(":smi")
    await expect(emoji).to_be_visible()
    await box.press("Escape")
    await expect(emoji).to_have_count(0)
    await box.fill("note one")
    await box.press("Enter")
    await box.press_sequentially("@b")
    await expect(people).to_be_visible()
    await box.press("Escape")
    await box.press("ControlOrMeta+a")
    await box.press_sequentially(":")
    await box.press_sequentially("smi")
    await expect(emoji).to_be_visible()
