"""What a channel can be: private, muted, with pins and topics; and threads that one follows."""

from playwright.async_api import Page, expect

from tests.e2e.conftest import Open
from tests.e2e.pages import act, channel, create_channel, make_topic, message, on_stage, part, ready, send, two_people
from tests.e2e.test_pages import check


async def more(page: Page, text: str, action: str) -> None:
    """Uses an action of the menu behind a message."""
    await act(page, message(page, text).first, "more")
    await part(page, f"action-{action}").click()


async def test_a_private_channel_is_seen_by_those_who_are_brought_in_alone(open_page: Open, bob: str):
    ann, other = await two_people(open_page, bob)
    await part(ann, "create-channel").click()
    await part(ann, "create-channel-name").fill("payroll")
    await part(ann, "channel-kind-private").check(force=True)
    await part(ann, "create-channel-submit").click()
    await on_stage(ann, "payroll")
    await send(ann, "Salaries are out")
    await part(ann, "composer-input").fill("Ask @bob ")
    await expect(part(ann, "untold")).to_have_text("Bob is not in this channel, and will not be told.")
    await check(ann, "a mention of somebody outside")
    address = ann.url
    await create_channel(ann, "open")
    await expect(channel(other, "open")).to_be_visible()
    await expect(channel(other, "payroll")).to_have_count(0)

    await channel(ann, "payroll").click()
    await part(ann, "channel-members").click()
    await part(ann, "member-add").click()
    await part(ann, "people-picker").fill("bob")
    await ann.keyboard.press("Enter")
    await part(ann, "bring-in").click()
    await expect(part(ann, "channel-member")).to_have_count(2)
    await ann.keyboard.press("Escape")
    await expect(part(ann, "untold")).to_have_text("")
    await expect(channel(other, "payroll")).to_be_visible()
    await other.goto(address)
    await expect(message(other, "Salaries are out")).to_be_visible()

    await part(other, "channel-members").click()
    await part(other, "channel-leave").click()
    await part(other, "confirm").click()
    await expect(channel(other, "payroll")).to_have_count(0)
    await expect(message(other, "Salaries are out")).to_have_count(0)


async def test_a_channel_is_named_with_its_sign_and_opened_by_those_who_see_it(open_page: Open, bob: str):
    ann, other = await two_people(open_page, bob)
    for name, kind in (("Café plans", "public"), ("payroll", "private")):
        await part(ann, "create-channel").click()
        await part(ann, "create-channel-name").fill(name)
        await part(ann, f"channel-kind-{kind}").check(force=True)
        await part(ann, "create-channel-submit").click()
        await on_stage(ann, name)
    await channel(ann, "general").click()
    await on_stage(ann, "general")
    box = part(ann, "composer-input")
    await box.press_sequentially("Off to #pla")
    await expect(part(ann, "channel-list").get_by_role("option")).to_have_text(["Café plans#cafe-plans"])
    await check(ann, "channels to link")
    await box.press("Tab")
    await expect(box).to_have_value("Off to #cafe-plans ")
    await box.press_sequentially("and #payroll")
    await expect(part(ann, "channel-list").get_by_role("option")).to_have_text(["payrollprivate"])
    await box.press("Enter")
    seen = message(other, "Off to #Café plans and #payroll")
    await expect(seen.get_by_role("link", name="#")).to_have_text(["#Café plans"])
    await expect(message(ann, "Off to").get_by_role("link", name="#")).to_have_text(["#Café plans", "#payroll"])
    await seen.get_by_role("link", name="#Café plans").click()
    await on_stage(other, "Café plans")


async def test_a_channel_that_is_closed_goes_from_the_lists_of_the_others(open_page: Open, bob: str):
    ann, other = await two_people(open_page, bob)
    await create_channel(ann, "plans")
    await channel(other, "plans").click()
    await part(ann, "channel-settings").click()
    await part(ann, "channel-kind-private").check(force=True)
    await part(ann, "channel-save").click()
    await expect(part(ann, "channel-member")).to_have_count(1)
    await expect(channel(other, "plans")).to_have_count(0)
    await expect(other.get_by_role("alert")).to_contain_text("cannot see it")


async def test_a_pin_shows_in_both_browsers_and_leads_to_its_message(open_page: Open, bob: str):
    ann, other = await two_people(open_page, bob)
    await send(ann, "The door code is 1234")
    await more(ann, "door code", "pin")
    await expect(part(message(other, "door code"), "pinned")).to_be_visible()
    await part(other, "pins-open").click()
    await expect(part(other, "pin-count")).to_have_text("1 of 100")
    await part(other, "pin-jump").click()
    await expect(message(other.locator('[data-pane="stage"]'), "door code")).to_be_visible()
    await part(other, "pin-remove").click()
    await expect(part(other, "pin")).to_have_count(0)
    await expect(part(message(ann, "door code"), "pinned")).to_have_count(0)


async def test_a_muted_channel_shows_nothing_that_is_new(open_page: Open, bob: str):
    ann, other = await two_people(open_page, bob)
    await create_channel(ann, "noise")
    await channel(other, "noise").click()
    await part(other, "preference-menu").click()
    await part(other, "preference-muted").click()
    await channel(other, "general").click()
    await send(ann, "Ding")
    await channel(ann, "general").click()
    await send(ann, "A real one")
    await expect(message(other, "A real one")).to_be_visible()
    await expect(part(channel(other, "noise"), "unread-dot")).to_have_count(0)
    await other.reload()
    await ready(other)
    await expect(channel(other, "noise")).to_have_accessible_name("noise, muted")


async def test_a_followed_thread_counts_until_it_is_seen(open_page: Open, bob: str):
    ann, other = await two_people(open_page, bob)
    await send(ann, "Who comes?")
    await act(other, message(other, "Who comes?"), "thread")
    await send(other, "I do", box="thread-composer-input")
    await expect(part(ann, "threads-badge")).to_have_text("1")
    await part(ann, "threads-open").click()
    await part(ann, "followed-thread").click()
    await expect(message(ann, "I do")).to_be_visible()
    await expect(part(ann, "threads-badge")).to_have_count(0)
    await expect(part(ann, "thread-follow")).to_have_text("Following")
    await part(ann, "thread-follow").click()
    await expect(part(ann, "thread-follow")).to_have_text("Follow")


async def test_an_edited_message_tells_what_it_said_before(open_page: Open):
    ann = await open_page()
    await ready(ann)
    row = await send(ann, "First thoughts")
    await act(ann, row, "edit")
    await part(ann, "edit-input").fill("Second thoughts")
    await part(ann, "edit-save").click()
    await message(ann, "Second thoughts").get_by_role("button", name="edited").click()
    await expect(part(ann, "edits")).to_contain_text("First thoughts")


async def test_a_topic_is_made_written_about_and_read_alone(open_page: Open):
    ann = await open_page()
    await ready(ann)
    await send(ann, "About nothing")
    await make_topic(ann, "release")
    row = await send(ann, "We ship on Friday")
    await part(row, "topic-badge").click()
    await expect(part(ann, "topic-filter")).to_contain_text("release")
    await expect(message(ann, "We ship on Friday")).to_be_visible()
    await expect(message(ann, "About nothing")).to_have_count(0)
    await part(ann, "topic-all").click()
    await expect(message(ann, "About nothing")).to_be_visible()
