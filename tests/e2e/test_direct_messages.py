"""Direct conversations: two people in two browsers write to each other, unseen by others."""

from playwright.async_api import Locator, Page, expect

from tests.e2e.conftest import Open
from tests.e2e.pages import channel, message, on_stage, part, ready, send, two_people


def person(page: Page, name: str) -> Locator:
    return part(page, "person").filter(has_text=name)


async def write_to(page: Page, name: str) -> None:
    """Opens the conversation with a person from the card about them."""
    await person(page, name).click()
    await part(page, "card-message").click()
    await expect(part(page, "composer-input")).to_be_focused()


async def test_a_direct_message_its_typing_and_its_count_show_at_the_other_end(open_page: Open, bob: str):
    ann, other = await two_people(open_page, bob)
    await write_to(ann, "Bob")
    await send(ann, "Between us")
    await expect(part(other, "direct-badge")).to_have_text("1")
    await send(ann, "And more")
    await expect(part(other, "direct-badge")).to_have_text("2")
    assert (await other.title()).startswith("•")
    await part(other, "direct-link").click()
    await expect(message(other, "Between us")).to_be_visible()
    await expect(part(other, "direct-badge")).to_have_count(0)
    await part(other, "composer-input").press_sequentially("An ans")
    await expect(part(ann, "typing-indicator")).to_contain_text("Bob")
    await send(other, "An answer")
    await expect(message(ann, "An answer")).to_be_visible()
    await channel(other, "general").click()
    await expect(message(other, "Between us")).to_have_count(0)


async def test_a_thread_in_a_direct_conversation_has_an_address(open_page: Open, bob: str):
    ann, other = await two_people(open_page, bob)
    await write_to(ann, "Bob")
    row = await send(ann, "A question")
    await row.hover()
    await part(ann, "action-thread").click()
    await send(ann, "An answer", box="thread-composer-input")
    await part(other, "direct-link").click()
    await part(message(other, "A question"), "thread-summary").click()
    await expect(message(other, "An answer")).to_be_visible()
    await other.reload()
    await ready(other)
    await expect(message(other, "An answer")).to_be_visible()
    await expect(message(other, "A question").first).to_be_visible()


async def test_a_conversation_is_hidden_taken_back_and_shows_again_with_a_message(open_page: Open, bob: str):
    ann, other = await two_people(open_page, bob)
    await write_to(ann, "Bob")
    await send(ann, "Between us")
    address = ann.url
    await part(ann, "conversation-more").click()
    await part(ann, "conversation-hide").click()
    await expect(part(ann, "direct-link")).to_have_count(0)
    await ann.get_by_role("button", name="Undo").click()
    await expect(message(ann, "Between us")).to_be_visible()
    assert ann.url == address
    await part(ann, "direct-link").hover()
    async with ann.expect_response(lambda answer: answer.request.method == "DELETE"):
        await part(ann, "direct-hide").click()
    await expect(part(ann, "direct-link")).to_have_count(0)
    await part(other, "direct-link").click()
    await send(other, "Still there?")
    await expect(part(ann, "direct-badge")).to_have_text("1")


async def test_a_group_is_picked_with_the_keyboard_and_named_after_its_people(open_page: Open, bob: str):
    ann, other = await two_people(open_page, bob)
    await ann.keyboard.press("Alt+Shift+M")
    await part(ann, "people-picker").fill("bo")
    await ann.keyboard.press("Enter")
    await expect(part(ann, "picked")).to_have_text("BBob")
    await ann.keyboard.press("Enter")
    await on_stage(ann, "Bob")
    await send(ann, "By keyboard")
    await expect(part(other, "direct-link")).to_contain_text("Local Captain")
