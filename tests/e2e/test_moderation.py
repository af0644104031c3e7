"""Managers rule what members may do; who is ruled about is told by the server."""

from playwright.async_api import expect

from tests.e2e.conftest import Open
from tests.e2e.pages import act, channel, message, on_stage, part, ready, send

REFUSED = ("Failed to load resource",)


async def test_a_member_is_timed_out_on_the_card_told_so_and_freed_again(open_page: Open, bob: str):
    ann, other = await open_page(), await open_page(f"/app/sign-in#token={bob}", expected=REFUSED)
    await ready(ann)
    await ready(other)
    await part(ann, "person").filter(has_text="Bob").click()
    await part(part(ann, "card-ruling"), "rule-menu").click()
    await part(ann, "rule-timeout").click()
    await expect(ann.get_by_text("Bob cannot write for 60 minutes.")).to_be_visible()
    await expect(part(other, "barred")).to_contain_text("You are timed out")
    await part(other, "composer-input").fill("Can I?")
    await part(other, "composer-input").press("Enter")
    await expect(part(other, "message-pending")).to_contain_text("You are timed out until")
    await ann.get_by_role("button", name="Undo").click()
    await expect(ann.get_by_text("Taken back.")).to_be_visible()
    await expect(part(other, "barred")).to_have_count(0)
    await part(other, "pending-retry").click()
    await expect(message(other, "Can I?")).to_be_visible()
    await part(ann, "settings-open").click()
    await part(ann, "settings-audit").click()
    ruled = part(ann, "audit-row").filter(has_text="ruled about Bob")
    await expect(ruled.filter(has_text="timeout until")).to_have_count(1)


async def test_roles_and_notes_are_kept_among_the_settings_and_a_guest_is_let_in(open_page: Open, bob: str):
    ann, other = await open_page("/app"), await open_page(f"/app/sign-in#token={bob}", expected=REFUSED)
    await ready(ann)
    await ready(other)
    await part(ann, "settings-open").click()
    await part(ann, "settings-members").click()
    row = part(ann, "member-row").filter(has_text="Bob")
    await part(row, "rule-menu").click()
    await part(ann, "rule-note").click()
    await expect(part(ann, "note-text")).to_be_focused()
    await ann.keyboard.type("New here")
    await part(ann, "note-save").click()
    await expect(row).to_contain_text("has a note")
    await part(row, "rule-menu").click()
    await part(ann, "rule-guest").click()
    await expect(row).to_contain_text("3 of 3 posts left today")
    await expect(channel(other, "general")).to_have_count(0)
    await expect(channel(other, "guest")).to_have_count(1)
    await other.goto("/app")
    await on_stage(other, "guest")
    await send(other, "May I come in?")
    await part(row, "member-approve").click()
    await expect(row).to_contain_text("Member")
    await channel(other, "general").click()
    await on_stage(other, "general")


async def test_a_note_from_the_card_is_left_with_one_escape(open_page: Open, bob: str):
    ann = await open_page()
    await ready(ann)
    await part(ann, "person").filter(has_text="Bob").click()
    await part(part(ann, "card-ruling"), "rule-menu").click()
    await part(ann, "rule-note").click()
    await expect(part(ann, "note-text")).to_be_focused()
    await ann.keyboard.press("Escape")
    await expect(part(ann, "note-text")).to_have_count(0)
    await expect(part(ann, "profile-card")).to_have_count(0)


async def test_who_becomes_a_guest_with_a_thread_open_is_told_and_follows_it_again_when_let_in(
    open_page: Open, bob: str
):
    ann, other = await open_page(), await open_page(f"/app/sign-in#token={bob}", expected=REFUSED)
    await ready(ann)
    await ready(other)
    await act(other, await send(other, "Any news?"), "thread")
    await send(other, "None yet", box="thread-composer-input")
    await expect(part(other, "thread-follow")).to_have_text("Following")
    await part(ann, "person").filter(has_text="Bob").click()
    await part(part(ann, "card-ruling"), "rule-menu").click()
    await part(ann, "rule-guest").click()
    await expect(part(other, "message-row")).to_have_count(0)
    await expect(other.get_by_role("alert")).to_contain_text("cannot see it")
    await ann.get_by_role("button", name="Undo").click()
    await expect(channel(other, "general")).to_be_visible()
    await part(other, "threads-open").click()
    await part(other, "followed-thread").click()
    await expect(message(other, "None yet")).to_be_visible()
    await expect(part(other, "thread-follow")).to_have_text("Following")
