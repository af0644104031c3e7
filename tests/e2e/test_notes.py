"""The short notes about what was just done."""

from playwright.async_api import expect

from tests.e2e.conftest import Open
from tests.e2e.pages import part, ready


async def test_a_menu_opened_over_a_note_takes_the_clicks(open_page: Open):
    page = await open_page("/app")
    await ready(page)
    await part(page, "settings-open").click()
    await part(page, "profile-save").click()
    await expect(page.get_by_text("Profile saved.")).to_be_visible()
    await part(page, "me-menu").click()
    await page.get_by_role("menuitem", name="Sign out").click(trial=True, timeout=3000)
    await page.get_by_role("menuitem", name="Keyboard shortcuts").click(trial=True, timeout=3000)
