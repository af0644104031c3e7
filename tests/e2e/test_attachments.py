"""Files are attached, seen while they go up, and shown to the other person."""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, FilePayload, Page, Route, ViewportSize, expect

from tests.e2e.conftest import PHONE, WIDE, Open, opening
from tests.e2e.pages import act, channel, message, part, ready, send, two_people
from tests.e2e.test_pages import check
from tests.pictures import picture
from tests.served import served

NOTES: FilePayload = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"three lines"}
ORIGINAL = re.compile(r"/api/uploads/upl_[^/?]+$")


def image(name: str, width: int = 120, height: int = 80) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": picture((width, height), "PNG")}


async def attach(page: Page, files: Sequence[FilePayload], *, box: str = "composer") -> None:
    async with page.expect_file_chooser() as choosing:
        await part(page, f"{box}-attach").click()
    await (await choosing.value).set_files(files)


def chips(page: Page, state: str) -> str:
    return f'[data-testid="attachment-chip"][data-state="{state}"]'


async def test_chosen_files_reach_the_other_person_without_any_text(open_page: Open, bob: str):
    ann, other = await two_people(open_page, bob)
    await attach(ann, [image("harbour.png"), NOTES])
    await part(ann, "composer-send").click()
    row = part(other, "message-row").filter(has=other.get_by_role("img", name="harbour.png"))
    await expect(part(row, "message-file")).to_contain_text("notes.txt")
    await expect(part(ann, "attachment-chip")).to_have_count(0)
    async with other.expect_download() as downloading:
        await part(row, "message-file").click()
    saved = await (await downloading.value).path()
    assert await asyncio.to_thread(saved.read_bytes) == b"three lines"


async def test_the_text_beside_files_can_be_taken_away(open_page: Open):
    page = await open_page()
    await ready(page)
    await attach(page, [NOTES])
    row = await send(page, "Words that were too many")
    await act(page, row, "edit")
    await part(page, "edit-input").fill("")
    await part(page, "edit-save").click()
    await expect(row).to_have_count(0)
    await expect(part(page, "message-file")).to_contain_text("notes.txt")


async def test_the_room_of_a_picture_is_kept_while_it_loads(open_page: Open, bob: str):
    ann, other = await two_people(open_page, bob)

    async def never(route: Route) -> None:
        await asyncio.sleep(0)

    await other.route("**/api/uploads/upl_*", never)
    await attach(ann, [image("wide.png", 900, 300)])
    await part(ann, "composer-send").click()
    seen = part(other, "message-image")
    await expect(seen).to_have_count(1)
    box = await seen.bounding_box()
    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (480, 160)
    await other.unroute_all(behavior="ignoreErrors")


async def test_a_pasted_picture_and_a_reply_with_a_file(open_page: Open):
    page = await open_page()
    await ready(page)
    await part(page, "composer-input").focus()
    await page.evaluate(
        """async () => {
          const canvas = Object.assign(document.createElement('canvas'), { width: 40, height: 30 })
          const blob = await new Promise((done) => canvas.toBlob(done))
          const data = new DataTransfer()
          data.items.add(new File([blob], 'pasted.png', { type: 'image/png' }))
          document.activeElement.dispatchEvent(
            new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
        }"""
    )
    await expect(page.locator(chips(page, "sent"))).to_have_count(1)
    await part(page, "composer-input").fill("From the clipboard")
    await page.keyboard.press("Enter")
    row = message(page, "From the clipboard")
    await expect(row.get_by_role("img", name="pasted.png")).to_be_visible()
    await row.hover()
    await part(page, "action-thread").first.click()
    await attach(page, [NOTES], box="thread-composer")
    await part(page, "thread-composer-send").click()
    await expect(part(page.locator('[data-pane="detail"]'), "message-file")).to_contain_text("notes.txt")


async def test_a_dropped_file_is_attached_where_it_is_let_go(open_page: Open):
    page = await open_page()
    await ready(page)
    await expect(part(page, "composer-input")).to_be_visible()
    drag = """([kind, target]) => {
      const data = new DataTransfer()
      data.items.add(new File(['x'], 'dropped.txt', { type: 'text/plain' }))
      document.querySelector(target).dispatchEvent(
        new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }))
    }"""
    await page.evaluate(drag, ["dragenter", '[data-pane="stage"] header'])
    await expect(part(page, "drop-zone")).to_be_visible()
    await page.evaluate(drag, ["drop", '[data-pane="stage"] header'])
    await expect(page.locator(chips(page, "sent"))).to_contain_text("dropped.txt")
    await expect(part(page, "drop-zone")).to_have_count(0)


async def test_a_message_is_held_until_its_files_are_there_even_when_one_looks_elsewhere(open_page: Open):
    page = await open_page()
    await ready(page)
    go_on = asyncio.Event()

    async def slowly(route: Route) -> None:
        await go_on.wait()
        await route.continue_()

    await page.route("**/api/uploads?*nonce=*", slowly)
    await attach(page, [NOTES])
    await expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", re.compile(r"\d+"))
    await part(page, "composer-input").fill("With notes")
    await page.keyboard.press("Enter")
    await expect(part(page, "attachment-held")).to_be_visible()
    await expect(message(page, "With notes")).to_have_count(0)
    await part(page, "settings-open").click()
    await expect(part(page, "settings-page")).to_be_visible()
    go_on.set()
    await page.wait_for_timeout(300)
    await page.go_back()
    await channel(page, "general").click()
    await expect(message(page, "With notes")).to_have_count(1)
    await expect(part(message(page, "With notes"), "message-file")).to_have_count(1)
    assert await part(page, "composer-input").input_value() == ""


async def test_an_upload_that_fails_says_so_and_is_tried_again_with_the_same_mark(open_page: Open):
    page = await open_page(expected=("Failed to load resource",))
    await ready(page)
    marks: list[str] = []

    async def fail_once(route: Route) -> None:
        marks.append(route.request.url.partition("nonce=")[2])
        await (route.abort() if len(marks) == 1 else route.continue_())

    await page.route("**/api/uploads?*nonce=*", fail_once)
    await attach(page, [NOTES])
    await expect(page.locator(chips(page, "failed"))).to_contain_text("The server cannot be reached.")
    await part(page, "composer-input").fill("Not yet")
    await page.keyboard.press("Enter")
    await expect(message(page, "Not yet")).to_have_count(0)
    await part(page, "attachment-retry").click()
    await expect(page.locator(chips(page, "sent"))).to_have_count(1)
    assert len(marks) == 2
    assert marks[0] == marks[1]


async def test_what_is_not_sent_outlives_a_reload_and_is_deleted_when_taken_off(open_page: Open):
    page = await open_page()
    await ready(page)
    await attach(page, [NOTES])
    await expect(page.locator(chips(page, "sent"))).to_have_count(1)
    await page.reload()
    await ready(page)
    async with page.expect_response(lambda r: r.request.method == "DELETE") as deleting:
        await part(page, "attachment-remove").click()
    assert (await deleting.value).status == 204
    await expect(part(page, "attachment-chip")).to_have_count(0)


async def test_pictures_are_turned_enlarged_and_closed_with_keys(open_page: Open):
    page = await open_page()
    await ready(page)
    await attach(page, [image("first.png", 900, 600), image("second.png", 300, 600)])
    await part(page, "composer-send").click()
    await expect(part(part(page, "message-row"), "message-image")).to_have_count(2)
    await part(page, "message-image").first.focus()
    await page.keyboard.press("Enter")
    name, shown = part(page, "lightbox-name"), part(page, "lightbox-image")
    await expect(name).to_contain_text("first.png")
    await page.keyboard.press("ArrowRight")
    await expect(name).to_contain_text("second.png 2 of 2")
    await expect(shown).to_have_attribute("alt", "second.png")
    before = await shown.bounding_box()
    await page.keyboard.press("+")
    await expect(shown).to_have_attribute("data-zoom", "1.5")
    after = await shown.bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] == pytest.approx(before["width"] * 1.5)  # pyright: ignore[reportUnknownMemberType]
    await page.keyboard.press("-")
    await page.keyboard.press("ArrowLeft")
    await expect(name).to_contain_text("first.png")
    for _ in range(12):
        await page.keyboard.press("Tab")
        assert await page.evaluate("!document.querySelector('.shell').contains(document.activeElement)")
    await page.keyboard.press("Escape")
    await expect(part(page, "lightbox")).to_have_count(0)
    await expect(part(page, "message-image").first).to_be_focused()


async def test_a_picture_turned_away_from_that_comes_late_leaves_the_one_shown_its_size(open_page: Open):
    page = await open_page()
    await ready(page)
    await attach(page, [image("late.png", 900, 600), image("early.png", 300, 600)])
    await part(page, "composer-send").click()
    await expect(part(part(page, "message-row"), "message-image")).to_have_count(2)
    held: asyncio.Future[Route] = asyncio.get_running_loop().create_future()

    async def hold_first(route: Route) -> None:
        if held.done():
            await route.continue_()
        else:
            held.set_result(route)

    await page.route(ORIGINAL, hold_first)
    await part(page, "message-image").first.focus()
    await page.keyboard.press("Enter")
    late = await held
    await page.keyboard.press("ArrowRight")
    shown = part(page, "lightbox-image")
    await expect(shown).to_have_attribute("alt", "early.png")
    await expect(shown).to_have_js_property("naturalWidth", 300)
    await late.continue_()
    await page.evaluate("url => { const i = new Image(); i.src = url; return i.decode(); }", late.request.url)
    await expect(part(page, "lightbox-name")).to_contain_text("300 × 600")
    box = await shown.bounding_box()
    assert box is not None
    assert box["width"] <= 300


async def test_a_picture_that_is_gone_says_so(open_page: Open):
    page = await open_page(expected=("Failed to load resource",))
    await ready(page)
    await page.route("**/api/uploads/upl_*", lambda route: route.fulfill(status=404, body=""))
    await attach(page, [image("lost.png")])
    await part(page, "composer-send").click()
    await expect(part(page, "image-missing")).to_contain_text("lost.png is not available")


async def test_what_is_called_a_picture_and_is_none_is_a_file(open_page: Open):
    page = await open_page()
    await ready(page)
    await attach(page, [{"name": "bad.png", "mimeType": "image/png", "buffer": b"no picture"}])
    await part(page, "composer-send").click()
    await expect(part(page, "message-file")).to_contain_text("bad.png")
    await expect(part(page, "image-missing")).to_have_count(0)


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_files_have_no_accessibility_violation_and_fit(
    browser: Browser, tmp_path: Path, viewport: ViewportSize, scheme: Literal["light", "dark"]
):
    async with served(tmp_path) as server, opening(browser, server.origin) as open_page:
        page = await open_page(viewport=viewport, color_scheme=scheme, expected=("Failed to load resource",))
        await ready(page)
        if await channel(page, "general").is_visible():
            await channel(page, "general").click()
        chooser = part(page, "composer-file")
        await chooser.set_input_files([image("one.png", 900, 600), image("two.png", 300, 600), NOTES])
        await expect(page.locator(chips(page, "sent"))).to_have_count(3)
        await check(page, "files to be sent")
        await part(page, "composer-send").click()
        await expect(part(page, "message-image")).to_have_count(2)
        await check(page, "files of a message")
        await page.route("**/api/uploads?*nonce=*", lambda route: route.abort())
        await chooser.set_input_files([NOTES])
        await expect(page.locator(chips(page, "failed"))).to_have_count(1)
        await check(page, "a file that failed")
        await part(page, "message-image").first.click()
        await expect(part(page, "lightbox-image")).to_be_visible()
        await check(page, "pictures")
