"""Two people in two browsers see at once what the other does."""

import asyncio
from pathlib import Path

from playwright.async_api import Route, expect

from tests.e2e.conftest import Open, admin
from tests.e2e.pages import act, channel, create_channel, message, part, ready, send, two_people


async def test_a_message_typing_and_reactions_show_at_once_in_the_other_browser(open_page: Open, bob: str):
    ann, other = await two_people(open_page, bob)
    for page, name in ((ann, "Bob"), (other, "Local Captain")):  # signs are for who is there
        await expect(part(page, "person").filter(has_text=name)).to_contain_text("here")
    await part(ann, "composer-input").press_sequentially("Hello")
    await expect(part(other, "typing-indicator")).to_contain_text("Local Captain")
    await send(ann, "Hello, **Bob**", shown="Hello, Bob")
    await expect(message(other, "Hello, Bob")).to_be_visible()
    await expect(part(other, "typing-indicator").filter(has_text="Local Captain")).to_have_count(0)
    assert await message(other, "Hello, Bob").locator("strong").inner_text() == "Bob"

    await act(other, message(other, "Hello, Bob"), "react")
    await part(other, "quick-reaction").first.click()
    reaction = part(message(ann, "Hello, Bob"), "reaction")
    await expect(reaction).to_be_visible()
    await reaction.click()
    await expect(part(message(other, "Hello, Bob"), "reaction")).to_contain_text("2")


async def test_edits_and_deletions_show_in_the_other_browser(open_page: Open, bob: str):
    ann, other = await two_people(open_page, bob)
    row = await send(ann, "First thoughts")
    await expect(message(other, "First thoughts")).to_be_visible()
    await act(ann, row, "edit")
    await part(ann, "edit-input").fill("Second thoughts")
    await part(ann, "edit-save").click()
    await expect(message(other, "Second thoughts")).to_contain_text("edited")
    await act(ann, message(ann, "Second thoughts"), "delete")
    await part(ann, "confirm").click()
    await expect(message(other, "Second thoughts")).to_have_count(0)


async def test_a_thread_is_opened_answered_and_counted(open_page: Open, bob: str):
    ann, other = await two_people(open_page, bob)
    row = await send(ann, "A question")
    await act(ann, row, "thread")
    await send(ann, "A first answer", box="thread-composer-input")
    await expect(part(message(other, "A question"), "thread-summary")).to_contain_text("1 reply")
    await part(message(other, "A question"), "thread-summary").click()
    await send(other, "A second answer", box="thread-composer-input")
    await expect(message(ann, "A second answer")).to_be_visible()
    await expect(part(message(ann, "A question").first, "thread-summary")).to_contain_text("2 replies")


async def test_what_is_typed_after_reply_in_thread_never_reaches_the_channel(open_page: Open):
    ann = await open_page()
    await ready(ann)
    await send(ann, "A question")
    stage, pane = ann.locator('[data-pane="stage"]'), ann.locator('[data-pane="detail"]')
    row = message(stage, "A question")

    async def slowly(route: Route) -> None:
        await asyncio.sleep(1)
        await route.continue_()

    await ann.route("**/api/messages/*/thread?*", slowly)
    for text in ("By the toolbar", "Once more"):
        await act(ann, row, "thread")
        await ann.keyboard.type(text)
        await expect(part(ann, "composer-input")).to_have_value("")
        await ann.keyboard.press("Enter")
        await expect(part(ann, "thread-composer-input")).to_be_focused()
        await expect(message(pane, text)).to_be_visible()
        await expect(message(stage, text)).to_have_count(0)
    await part(ann, "thread-close").click()
    await row.focus()
    await ann.keyboard.press("t")
    await ann.keyboard.type("By the keyboard")
    await expect(part(ann, "thread-composer-input")).to_have_value("By the keyboard")


async def test_somebody_who_just_came_is_known_by_name(open_page: Open, tmp_path: Path):
    ann = await open_page()
    await ready(ann)
    await admin(tmp_path / "data", "user", "create", "--name=Eve", "--email=eve@example.org", "--workspace=clickclack")
    token = await admin(tmp_path / "data", "magic-link", "create", "--email=eve@example.org")
    eve = await open_page(f"/app/sign-in#token={token}")
    await ready(eve)
    await expect(part(ann, "person").filter(has_text="Eve")).to_be_visible()
    await part(eve, "composer-input").press_sequentially("Hello")
    await expect(part(ann, "typing-indicator")).to_contain_text("Eve")


async def test_somebody_made_beside_the_server_is_among_the_people(open_page: Open, tmp_path: Path):
    ann = await open_page()
    await ready(ann)
    await admin(tmp_path / "data", "user", "create", "--name=Eve", "--email=eve@example.org", "--workspace=clickclack")
    await part(ann, "new-message").click()
    await part(ann, "people-picker").fill("eve")
    await expect(part(ann, "person-option")).to_contain_text("Eve")


async def test_a_quote_shows_what_it_quotes(open_page: Open):
    ann = await open_page()
    await ready(ann)
    row = await send(ann, "The original")
    await act(ann, row, "quote")
    quoting = await send(ann, "A comment on it")
    await expect(part(quoting, "quote")).to_contain_text("The original")


async def test_a_channel_that_others_write_in_is_unread_until_it_is_seen(open_page: Open, bob: str):
    ann, other = await two_people(open_page, bob)
    await create_channel(ann, "plans")
    await expect(channel(other, "plans")).to_be_visible()
    await send(ann, "News in plans")
    await expect(part(channel(other, "plans"), "unread-dot")).to_be_visible()
    await channel(other, "plans").click()
    await expect(message(other, "News in plans")).to_be_visible()
    await expect(part(channel(other, "plans"), "unread-dot")).to_have_count(0)
    await other.reload()
    await ready(other)
    await expect(part(channel(other, "plans"), "unread-dot")).to_have_count(0)


async def test_what_was_missed_offline_is_caught_up_once_and_in_order(open_page: Open, bob: str):
    ann, other = await two_people(open_page, bob)
    await send(ann, "before")
    await expect(message(other, "before")).to_be_visible()
    refused = ("Failed to load resource", "WebSocket", "ERR_INTERNET_DISCONNECTED")
    away = await open_page(expected=refused)
    await ready(away)
    await away.context.set_offline(True)
    await part(away, "composer-input").fill("written offline")
    await part(away, "composer-input").press("Enter")
    for number in range(3):
        await send(ann, f"missed {number}")
    await away.context.set_offline(False)
    await expect(message(away, "missed 2")).to_be_visible()
    await expect(message(ann, "written offline")).to_have_count(1)
    rows = await part(away, "message-row").all_inner_texts()
    missed = [text for text in rows if "missed" in text]
    assert [text.count("missed") for text in missed] == [1, 1, 1]
    assert [number for text in missed for number in "012" if f"missed {number}" in text] == ["0", "1", "2"]


async def test_a_channel_opened_while_the_server_was_away_loads_when_it_is_back(open_page: Open):
    refused = ("Failed to load resource", "WebSocket", "ERR_INTERNET_DISCONNECTED")
    ann = await open_page(expected=refused)
    await ready(ann)
    await create_channel(ann, "plans")
    await send(ann, "Something to read")
    await channel(ann, "general").click()
    await ann.reload()
    await ready(ann)
    await ann.context.set_offline(True)
    await channel(ann, "plans").click()
    await expect(ann.get_by_text("The messages did not load")).to_be_visible()
    await ann.context.set_offline(False)
    await expect(message(ann, "Something to read")).to_be_visible()


async def test_a_draft_waits_for_its_channel(open_page: Open):
    ann = await open_page()
    await ready(ann)
    await create_channel(ann, "drafts")
    await part(ann, "composer-input").fill("half a thought")
    await expect(channel(ann, "drafts")).to_have_accessible_name("drafts")
    await channel(ann, "general").click()
    await expect(part(ann, "composer-input")).to_have_value("")
    await ann.reload()
    await ready(ann)
    await expect(channel(ann, "drafts")).to_have_accessible_name("drafts, draft")
    await channel(ann, "drafts").click()
    await expect(part(ann, "composer-input")).to_have_value("half a thought")
    await part(ann, "composer-input").press("Enter")
    await expect(message(ann, "half a thought")).to_have_count(1)
    await channel(ann, "general").click()
    await expect(channel(ann, "drafts")).to_have_accessible_name("drafts")


async def test_nobody_writes_in_an_archived_channel_until_it_is_brought_back(open_page: Open, bob: str):
    ann, other = await two_people(open_page, bob)
    await create_channel(ann, "plans")
    await expect(part(ann, "composer-input")).to_be_focused()
    await send(ann, "The last word")
    await channel(other, "plans").click()
    await part(ann, "channel-settings").click()
    await part(ann, "channel-archive").click()
    await part(ann, "confirm").click()
    for page in (ann, other):
        await expect(part(page, "archived-bar")).to_be_visible()
        await expect(part(page, "composer-input")).to_have_count(0)
    await expect(part(other, "unarchive")).to_have_count(0)
    await part(ann, "unarchive").click()
    await expect(part(other, "composer-input")).to_be_visible()


async def test_a_channel_may_be_called_in_any_script(open_page: Open):
    ann = await open_page()
    await ready(ann)
    await part(ann, "create-channel").click()
    await part(ann, "create-channel-name").fill("日本語")
    await expect(ann.get_by_text("It is shown as 日本語.")).to_be_visible()
    await part(ann, "create-channel-name").press("Enter")
    await expect(ann.get_by_role("heading", level=1)).to_contain_text("日本語")
    await expect(part(ann, "channel-link").filter(has_text="日本語")).to_be_visible()
