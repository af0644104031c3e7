"""Forms take the focus along, forget what was wrong, and hold long names; what a bot's forms say stays true."""

from datetime import UTC, datetime

import aiohttp
import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.e2e.conftest import PHONE, WIDE, Open, post
from tests.e2e.pages import part, ready
from tests.e2e.test_bots import add_bot, settings
from tests.e2e.test_pages import check
from tests.served import Served


async def narrow(page: Page, name: str) -> None:
    """Nothing within the part of this name is wider than it."""
    box = part(page, name)
    assert await box.evaluate("box => box.scrollWidth - box.clientWidth") <= 0


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
async def test_long_names_without_a_blank_stay_within(open_page: Open, viewport: ViewportSize):
    page = await open_page(viewport=viewport)
    await ready(page)
    await part(page, "create-channel").click()
    await part(page, "create-channel-name").fill("x" * 80)
    await narrow(page, "dialog-create-channel")
    await settings(page, "profile")
    await part(page, "profile-name").fill("W" * 80)
    await narrow(page, "settings-page")
    await check(page, "a long name")


async def test_the_focus_goes_into_the_form_of_a_bot_and_comes_back(open_page: Open):
    page = await open_page()
    await ready(page)
    await settings(page, "bots")
    await part(page, "bot-add").focus()
    await page.keyboard.press("Enter")
    await expect(part(page, "bot-name")).to_be_focused()
    await page.get_by_role("button", name="Cancel").press("Enter")
    await expect(part(page, "bot-add")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.type("Fig")
    await page.keyboard.press("Enter")
    await expect(part(page, "bot-token")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(part(page, "bot-token").get_by_role("button")).to_be_focused()
    await part(page, "bot-done").press("Enter")
    await expect(part(page, "bot-add")).to_be_focused()


async def test_the_title_of_a_channel_that_is_too_long_is_brought_into_focus(open_page: Open):
    page = await open_page()
    await ready(page)
    await part(page, "create-channel").click()
    await part(page, "create-channel-name").fill("plans")
    await part(page, "channel-title").fill("t" * 300)
    await part(page, "create-channel-submit").click()
    await expect(part(page, "channel-title")).to_be_focused()


async def test_what_was_wrong_with_a_password_is_forgotten(open_page: Open):
    page = await open_page(expected=("Failed to load resource",))
    await ready(page)
    await settings(page, "password")
    await part(page, "password-save").click()
    await expect(page.get_by_text("New password is needed.")).to_be_visible()
    await part(page, "password-new").fill("a long password")
    await part(page, "password-save").click()
    await expect(page.get_by_text("Password changed.")).to_be_visible()
    await expect(page.get_by_text("New password is needed.")).to_have_count(0)
    await part(page, "password-current").fill("not the password")
    await part(page, "password-new").fill("another password")
    await part(page, "password-save").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await part(page, "password-current").fill("a long password")
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_a_setup_code_that_a_program_used_says_so_and_its_token_after(open_page: Open, server: Served):
    page = await open_page()
    await ready(page)
    await settings(page, "bots")
    await add_bot(page, "Fig")
    await part(page, "bot-token-add").click()
    await expect(part(page, "bot-token-name")).to_be_focused()
    await page.keyboard.type("laptop")
    await part(page, "bot-code-create").click()
    shown = await part(page, "bot-code").locator("code").text_content() or ""
    async with aiohttp.ClientSession(server.origin) as http:
        await post(http, "/api/bot-setup-codes/claim", {"code": shown.rpartition("#")[2]})
    await expect(part(page, "bot-code-used")).to_contain_text("laptop")
    await expect(part(page, "bot-code")).to_have_count(0)
    token = part(page, "bot-token-row").filter(has_text="laptop")
    await expect(token).to_contain_text("fetched with a setup code")
    await page.reload()
    await part(page, "bot-open").click()
    await expect(token).to_contain_text("fetched with a setup code")
    await part(page, "bot-more").click()
    await part(page, "bot-delete").click()
    await expect(page.get_by_role("dialog")).to_contain_text("its slash commands and apps are removed")


async def test_a_setup_code_that_ended_unused_says_so_and_the_focus_stays_when_another_is_made(open_page: Open):
    page = await open_page(expected=("Failed to load resource",))
    await ready(page)
    await settings(page, "bots")
    await add_bot(page, "Fig")
    fate = part(page, "bot-code-fate")
    await expect(fate).to_have_attribute("role", "status")
    await part(page, "bot-token-add").click()
    await page.keyboard.type("laptop")
    await page.clock.install()
    await part(page, "bot-code-create").click()
    await expect(part(page, "bot-code").get_by_text("It works once")).to_have_attribute("aria-live", "off")
    await part(page, "bot-code").get_by_role("button").focus()
    await page.route("**/audit-log?*", lambda route: route.fulfill(status=503))
    await page.clock.run_for("20:00")
    await expect(fate).to_contain_text("is still being looked up")
    await expect(part(page, "bot-code-place")).to_be_focused()
    await page.unroute("**/audit-log?*")
    await page.clock.run_for(4000)
    await expect(fate).to_have_text("The setup code ended unused.")
    await page.clock.set_system_time(datetime.now(UTC))
    await part(page, "bot-code-again").press("Enter")
    await expect(part(page, "bot-code")).to_contain_text("laptop")
    await expect(part(page, "bot-code-place")).to_be_focused()


async def test_what_the_server_holds_against_a_command_stands_at_its_field(open_page: Open):
    page = await open_page(expected=("Failed to load resource",))
    await ready(page)
    await settings(page, "bots")
    await add_bot(page, "Fig")
    await settings(page, "integrations")
    await part(page, "commands-add").click()
    await part(page, "command-name").fill("two words")
    await part(page, "command-url").fill("https://tools.example.org/deploy")
    await part(page, "bot-select").select_option(label="Fig (@fig)")
    await part(page, "command-create").click()
    await expect(part(page, "command-name")).to_have_accessible_description(
        "Command must be one word of at most 64 characters."
    )
    await expect(part(page, "command-name")).to_be_focused()
    await part(page, "command-name").fill("/deploy")
    await expect(part(page, "command-name")).to_have_accessible_description("")
    await part(page, "command-create").click()
    await expect(part(page, "command-secret")).to_be_visible()
    await part(page, "commands-add").click()
    await part(page, "command-name").fill("/deploy")
    await part(page, "command-url").fill("https://tools.example.org/deploy")
    await part(page, "command-create").click()
    await expect(part(page, "command-name")).to_have_accessible_description("Slash command is already registered.")


async def test_a_field_of_a_handle_that_is_empty_says_what_is_lost(open_page: Open):
    page = await open_page()
    await ready(page)
    await settings(page, "profile")
    await part(page, "profile-handle").fill("")
    await expect(part(page, "profile-handle")).to_have_accessible_description(
        "Without a handle nobody can mention you."
    )
    await part(page, "profile-handle").fill("mara")
    await expect(part(page, "profile-handle")).not_to_have_accessible_description(
        "Without a handle nobody can mention you."
    )
