"""Writing: lists of what can stand in the place of the word being typed, blocks of code, and scripts from the right."""

from playwright.async_api import expect

from tests.e2e.conftest import Open
from tests.e2e.pages import message, part, ready, send


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


async def test_enter_ends_a_line_within_a_block_of_code_and_sends_behind_it(open_page: Open):
    page = await open_page()
    await ready(page)
    box = part(page, "composer-input")
    await box.press_sequentially("```")
    await box.press("Enter")
    await box.press_sequentially("one")
    await box.press("Enter")
    await box.press_sequentially("```")
    await expect(box).to_have_value("```\none\n```")
    await box.press("Enter")
    await expect(message(page, "one")).to_have_count(1)
    await box.fill("```\ntwo")
    await box.press("Control+Enter")
    await expect(message(page, "two")).to_have_count(1)


async def test_each_paragraph_runs_from_where_its_first_letter_begins(open_page: Open):
    page = await open_page()
    await ready(page)
    await part(page, "composer-input").fill("שלום עולם\n\nhello עולם")
    await part(page, "composer-input").press("Enter")
    hebrew = message(page, "hello").locator("p", has_text="שלום")
    english = message(page, "hello").locator("p", has_text="hello")
    start, end = ({"edge": edge, "rtl": rtl} for edge, rtl in (("left", False), ("right", True)))
    assert await english.evaluate(_BEGINNING) == start
    assert await hebrew.evaluate(_BEGINNING) == end


async def test_a_message_is_edited_and_deleted_with_the_keys_alone(open_page: Open):
    page = await open_page()
    await ready(page)
    box = part(page, "composer-input")
    await send(page, "one")
    for text in ("two", "three"):  # each edit ends where the next begins
        await box.press("ArrowUp")
        await part(page, "edit-input").fill(text)
        await page.keyboard.press("Enter")
        await expect(message(page, text)).to_have_count(1)
        await expect(box).to_be_focused()
    await box.press("ArrowUp")
    await page.keyboard.press("Escape")
    await expect(box).to_be_focused()
    await message(page, "three").focus()
    await page.keyboard.press("Delete")
    await expect(part(page, "confirm")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(message(page, "three")).to_have_count(0)


_BEGINNING = """(block) => {
  const range = document.createRange()
  range.selectNodeContents(block)
  const [text, box] = [range.getBoundingClientRect(), block.getBoundingClientRect()]
  const edge = text.left - box.left < box.right - text.right ? 'left' : 'right'
  return { edge, rtl: getComputedStyle(block).direction === 'rtl' }
}"""
"""At which edge of its box a block's text stands, and whether it is written from the right."""
