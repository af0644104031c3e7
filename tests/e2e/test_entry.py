"""Coming in: the first run, signing in and out."""

import re
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import ARGUMENTS, PROGRAM, admin, opening
from tests.e2e.pages import part, ready, send
from tests.served import served

REFUSED = ("Failed to load resource",)


async def set_up(page: Page) -> None:
    await part(page, "setup-name").fill("Mara Lind")
    await part(page, "setup-email").fill("mara@example.org")
    await part(page, "setup-password").fill("a long password")
    await part(page, "setup-next").click()
    await part(page, "setup-workspace").fill("Saltworks")
    await part(page, "setup-submit").click()
    await ready(page)


async def test_the_first_person_sets_up_signs_out_and_signs_in_again(browser: Browser, tmp_path: Path):
    async with served(tmp_path, dev=False) as server, opening(browser, server.origin) as open_page:
        page = await open_page(expected=REFUSED)
        await set_up(page)
        await expect(page.get_by_text("Saltworks").first).to_be_visible()
        await send(page, "The first message")

        await part(page, "me-menu").click()
        await part(page, "sign-out").click()
        await part(page, "signin-email").fill("mara@example.org")
        await part(page, "signin-password").fill("not the password")
        await part(page, "signin-submit").click()
        await expect(part(page, "signin-problem")).to_contain_text("incorrect")
        await part(page, "signin-password").fill("a long password")
        await part(page, "signin-password").press("Enter")
        await ready(page)
        await expect(page.get_by_text("The first message")).to_be_visible()


async def test_the_browsers_way_back_leads_between_the_steps_of_the_set_up(browser: Browser, tmp_path: Path):
    async with served(tmp_path, dev=False) as server, opening(browser, server.origin) as open_page:
        page = await open_page(expected=REFUSED)
        await part(page, "setup-name").fill("Mara Lind")
        await part(page, "setup-email").fill("mara@example.org")
        await part(page, "setup-password").fill("a long password")
        await part(page, "setup-next").click()
        await part(page, "setup-workspace").fill("Saltworks")
        await page.go_back()
        await expect(part(page, "setup-name")).to_have_value("Mara Lind")
        await page.go_forward()
        await expect(part(page, "setup-workspace")).to_have_value("Saltworks")
        await page.reload()
        await part(page, "setup-name").fill("Mara Lind")
        await part(page, "setup-email").fill("mara@example.org")
        await part(page, "setup-password").fill("a long password")
        await part(page, "setup-next").click()
        await page.get_by_role("button", name="Back").click()
        await expect(part(page, "setup-name")).to_be_visible()
        await part(page, "setup-next").click()
        await part(page, "setup-workspace").fill("Saltworks")
        await part(page, "setup-submit").click()
        await ready(page)


async def test_nobody_else_can_set_up_afterwards(browser: Browser, tmp_path: Path):
    async with served(tmp_path, dev=False) as server, opening(browser, server.origin) as open_page:
        await set_up(await open_page(expected=REFUSED))
        stranger = await open_page()
        await expect(part(stranger, "signin-email")).to_be_visible()
        await expect(part(stranger, "setup-name")).to_have_count(0)


async def test_a_sign_in_link_works_where_the_sign_in_page_is_open_already(browser: Browser, tmp_path: Path):
    async with served(tmp_path, dev=False) as server, opening(browser, server.origin) as open_page:
        await admin(tmp_path, "bootstrap", "--name=Mara", "--email=mara@example.org")
        token = await admin(tmp_path, "magic-link", "create", "--email=mara@example.org")
        page = await open_page("/app/sign-in", expected=REFUSED)
        await expect(part(page, "signin-email")).to_be_visible()
        await page.goto("/app/sign-in#token=mgt_spent")
        await expect(part(page, "signin-problem")).to_contain_text("not valid")
        await page.route("**/api/auth/magic/consume", lambda route: route.abort())
        await page.goto(f"/app/sign-in#token={token}")
        await expect(part(page, "signin-problem")).to_contain_text("cannot be reached")
        await page.unroute_all()
        await page.goto(f"/app/sign-in#token={token}")
        await ready(page)


async def test_in_dev_mode_an_invitation_lets_somebody_else_in(browser: Browser, tmp_path: Path):
    async with served(tmp_path) as server, opening(browser, server.origin) as open_page:
        owner, page = await open_page(), await open_page()
        await ready(owner)
        await part(owner, "settings-open").first.click()
        await part(owner, "settings-invitations").click()
        await part(owner, "invite-create").click()
        link = re.search(r"/app/invite#token=\S+", await part(owner, "invite-made").inner_text())
        assert link is not None
        await page.goto(link[0])
        await expect(part(page, "invite-preview")).to_contain_text("as Local Captain. This server runs with")
        await part(page, "invite-anew").click()
        await part(page, "invite-name").fill("Bob")
        await part(page, "invite-address").fill("bob@example.org")
        await part(page, "invite-password").fill("a long password")
        await part(page, "invite-join").click()
        await ready(page)
        await expect(part(page, "person").filter(has_text="Bob")).to_contain_text("you")


async def test_plain_http_from_elsewhere_is_told_not_to_keep_a_sign_in(browser: Browser, tmp_path: Path):
    async with served(tmp_path, dev=False) as server:
        async with opening(browser, server.origin) as open_page:
            await set_up(await open_page(expected=REFUSED))
        elsewhere = server.origin.replace("127.0.0.1", "chat.test").replace("localhost", "chat.test")
        mapped = ["--host-resolver-rules=MAP chat.test 127.0.0.1", *ARGUMENTS]
        other = await browser.browser_type.launch(executable_path=PROGRAM, args=mapped)
        async with opening(other, elsewhere) as open_page:
            page = await open_page(expected=(*REFUSED, "Cross-Origin-Opener-Policy"))
            await expect(part(page, "insecure")).to_contain_text("only over https")
            await part(page, "signin-email").fill("mara@example.org")
            await part(page, "signin-password").fill("a long password")
            await part(page, "signin-submit").click()
            await expect(part(page, "unkept")).to_contain_text("Your browser did not keep the sign-in.")
        await other.close()
