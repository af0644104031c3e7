"""What is written is shown as text; keys reach everything; the page is small."""

import re

from playwright.async_api import Page, expect

from tests.e2e.conftest import Open
from tests.e2e.pages import channel, message, on_stage, part, ready, send

HOSTILE = [
    "<script>window.broken = 1</script>hostile 0",
    '<img src=x onerror="window.broken = 1">hostile 1',
    "[hostile 2](javascript:window.broken=1)",
    '<a href="https://example.org" onclick="window.broken = 1">hostile 3</a>',
    "![hostile 4](https://example.org/tracker.png)",
    '<iframe src="https://example.org"></iframe>hostile 5',
    "<style>* { display: none }</style>hostile 6",
    "<svg><script>window.broken = 1</script></svg>hostile 7",
    "`hostile 8` <math><mtext></p><img src=x onerror=window.broken=1>",
    "[hostile 9](data:text/html,<script>window.broken=1</script>)",
]


async def test_hostile_text_runs_nothing_and_asks_no_other_host(open_page: Open):
    page = await open_page()
    await ready(page)
    for number, text in enumerate(HOSTILE):
        await send(page, text, shown=f"hostile {number}")
    await page.reload()
    await ready(page)
    await expect(message(page, "hostile 9")).to_be_visible()
    assert await page.evaluate("window.broken") is None
    rows = part(page, "message-row")
    assert await rows.locator("script, iframe, style, img[src^='http']").count() == 0
    links = await rows.locator("a[href]").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert [href for href in links if href.lower().startswith(("javascript:", "data:"))] == []


async def test_a_conversation_is_held_with_the_keyboard_alone(open_page: Open):
    page = await open_page()
    await ready(page)
    await page.keyboard.press("Control+k")
    await page.keyboard.type("create a channel")
    await page.keyboard.press("Enter")
    await expect(part(page, "create-channel-name")).to_be_focused()
    await page.keyboard.type("by-keys")
    await page.keyboard.press("Enter")
    await expect(channel(page, "by-keys")).to_be_visible()
    await page.keyboard.type("written without a mouse")
    await page.keyboard.press("Enter")
    await expect(message(page, "written without a mouse")).to_be_visible()
    await page.keyboard.press("ArrowUp")
    await expect(part(page, "edit-input")).to_be_focused()
    await page.keyboard.press("End")
    await page.keyboard.type(", and changed")
    await page.keyboard.press("Control+Enter")
    await expect(message(page, "written without a mouse, and changed")).to_be_visible()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("general")
    await page.keyboard.press("Enter")
    await on_stage(page, "general")


async def transferred(page: Page, kind: str) -> int:
    """Bytes of a kind of file that the first load has moved over the wire."""
    return await page.evaluate(
        "kind => performance.getEntriesByType('resource').filter(e => e.name.split('?')[0].endsWith(kind))"
        ".reduce((sum, e) => sum + e.encodedBodySize, 0)",
        kind,
    )


async def test_the_first_load_is_small(open_page: Open):
    page = await open_page()
    await ready(page)
    await page.wait_for_timeout(500)
    assert 0 < await transferred(page, ".js") <= 200_000
    assert 0 < await transferred(page, ".css") <= 30_000
    assert 0 < await transferred(page, ".woff2") <= 60_000


async def test_the_appearance_is_kept(open_page: Open):
    page = await open_page(color_scheme="light")
    await ready(page)
    await part(page, "theme-toggle").first.click()
    await expect(page.locator("html")).to_have_attribute("data-scheme", "dark")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-scheme", "dark")


async def test_a_link_to_a_thread_opens_it(open_page: Open):
    page = await open_page()
    await ready(page)
    row = await send(page, "Worth a link")
    await row.hover()
    await part(page, "action-thread").first.click()
    await send(page, "An answer", box="thread-composer-input")
    await expect(page).to_have_url(re.compile(r"/M[0-9A-Z]{16}$"))
    url = page.url
    other = await open_page(url)
    await ready(other)
    await expect(message(other, "An answer").first).to_be_visible()
