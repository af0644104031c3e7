"""Search: from the field to the message and back, with the keyboard."""

import aiohttp
from playwright.async_api import Route, expect

from tests.e2e.conftest import Open, post
from tests.e2e.pages import act, channel, create_channel, message, part, ready, send
from tests.e2e.test_pages import check
from tests.served import Served


async def test_a_hit_is_found_opened_with_the_keyboard_and_left_again(open_page: Open):
    ann = await open_page()
    await ready(ann)
    await send(ann, "The **receipt** shows VAT `one cent` off", shown="VAT one cent off")
    await send(ann, "Lunch?")
    await ann.keyboard.press("Control+f")
    await expect(part(ann, "search-input")).to_be_focused()
    await expect(part(ann, "search-hints")).to_be_visible()
    await ann.keyboard.type("receipt cent")
    hit = part(ann, "search-hit")
    await expect(hit).to_have_count(1)
    assert await hit.locator("mark").all_inner_texts() == ["receipt", "cent"]
    await expect(hit.locator("p")).to_have_text("The receipt shows VAT one cent off")
    await ann.keyboard.press("Enter")
    await expect(message(ann, "VAT one cent off")).to_be_visible()
    await ann.go_back()
    await expect(hit).to_have_count(1)
    await expect(part(ann, "search-input")).to_have_value("receipt cent")
    await ann.keyboard.press("Escape")
    await expect(part(ann, "composer-input")).to_be_visible()


async def test_a_hit_that_is_not_far_back_is_brought_into_view(open_page: Open, server: Served):
    ann = await open_page()
    await ready(ann)
    async with aiohttp.ClientSession(server.origin) as http:
        async with http.get("/api/workspaces") as answer:
            workspace = (await answer.json())["workspaces"][0]["id"]
        async with http.get(f"/api/workspaces/{workspace}/channels") as answer:
            general = (await answer.json())["channels"][0]["id"]
        for number in range(30):
            body = f"row{number} first line\n\nsecond line\n\nthird line"
            await post(http, f"/api/channels/{general}/messages", {"body": body})
    await expect(message(ann, "row29")).to_be_visible()
    for number in (18, 10, 2):
        await ann.keyboard.press("Control+f")
        await part(ann, "search-input").fill(f"row{number}")
        await expect(part(ann, "search-hit")).to_contain_text(f"row{number}")
        await ann.keyboard.press("Enter")
        await expect(message(ann, f"row{number} first")).to_be_in_viewport()


async def test_a_channel_is_searched_alone_or_with_all_others(open_page: Open):
    ann = await open_page()
    await ready(ann)
    await send(ann, "Rounding in general")
    await create_channel(ann, "plans")
    await send(ann, "Rounding in plans")
    await ann.keyboard.press("Control+f")
    await part(ann, "search-input").fill("round")
    await expect(part(ann, "search-hit")).to_have_count(1)
    await part(ann, "search-all").check(force=True)
    await expect(part(ann, "search-hit")).to_have_count(2)
    await part(ann, "search-newest").check(force=True)
    await expect(part(ann, "search-hit").first).to_contain_text("in plans")
    await part(ann, "search-input").fill("in:general round")
    await expect(part(ann, "search-hit")).to_have_count(1)
    await part(ann, "search-input").fill("nothing like it")
    await expect(part(ann, "search-none")).to_contain_text("All channels")


async def test_a_reply_that_was_found_opens_its_thread(open_page: Open):
    ann = await open_page()
    await ready(ann)
    row = await send(ann, "A question")
    await act(ann, row, "thread")
    await send(ann, "The answer is forty-two", box="thread-composer-input")
    await part(ann, "thread-close").click()
    await part(ann, "search-open").click()
    await part(ann, "search-input").fill("forty")
    await part(ann, "search-hit").click()
    await expect(message(ann.locator('[data-pane="detail"]'), "forty-two")).to_be_visible()


async def test_a_search_that_failed_says_so_and_is_tried_again(open_page: Open):
    ann = await open_page(expected=("Failed to load resource",))
    await ready(ann)
    await send(ann, "The receipt")

    async def refuse(route: Route) -> None:
        await route.fulfill(status=503, json={"error": "the index is being built"})

    await ann.route("**/api/search?*", refuse)
    await ann.keyboard.press("Control+f")
    await part(ann, "search-input").fill("receipt")
    await expect(ann.get_by_role("alert")).to_contain_text("The index is being built.")
    await ann.unroute("**/api/search?*")
    await ann.get_by_role("button", name="Try again").click()
    await expect(part(ann, "search-hit")).to_have_count(1)
    await ann.keyboard.press("Escape")
    await expect(channel(ann, "general")).to_be_visible()


async def test_results_that_may_lack_the_newest_messages_say_so_and_can_be_asked_for_again(open_page: Open):
    ann = await open_page()
    await ready(ann)
    await send(ann, "Rounding in general")

    async def incomplete(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, json={**await answer.json(), "incomplete": True})

    await ann.route("**/api/search?*", incomplete)
    await ann.keyboard.press("Control+f")
    await expect(part(ann, "search-lag")).to_be_empty()
    await part(ann, "search-input").fill("round")
    await expect(part(ann, "search-lag")).to_contain_text("still being indexed")
    await expect(part(ann, "search-hit")).to_have_count(1)
    await check(ann, "results that may lack some")
    await ann.unroute("**/api/search?*")
    await part(ann, "search-again").press("Enter")
    await expect(part(ann, "search-lag")).to_be_empty()
    await expect(part(ann, "search-hit")).to_have_count(1)
    await expect(part(ann, "search-input")).to_be_focused()
