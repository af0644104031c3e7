"""Pictures of people and workspaces, one's own files, and invitations into a workspace."""

import json
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, Page, Route, ViewportSize, expect

from tests.e2e.conftest import PHONE, WIDE, Open, opening
from tests.e2e.pages import message, part, ready, send, two_people
from tests.e2e.test_attachments import NOTES, attach, chips, image
from tests.e2e.test_pages import check, settings
from tests.served import served

PREVIEW = {
    "workspace": {"id": "wsp_saltworks", "name": "Saltworks", "icon_url": ""},
    "inviter": {"display_name": "Mara Lind"},
    "role": "member",
    "for_address": False,
    "expires_at": "2099-01-01T00:00:00Z",
}


async def open_settings(page: Page, section: str) -> None:
    await part(page, "settings-open").first.click()
    await part(page, f"settings-{section}").click()
    await expect(part(page, "settings-page")).to_be_visible()


async def test_a_picture_is_chosen_seen_by_others_and_removed(open_page: Open, bob: str):
    ann, other = await two_people(open_page, bob)
    await open_settings(ann, "profile")
    await part(ann, "avatar-file").set_input_files(image("me.png"))
    await expect(ann.get_by_text("Picture changed.")).to_be_visible()
    await ann.keyboard.press("Alt+c")
    await send(ann, "Seen with a face")
    await other.reload()
    face = message(other, "Seen with a face").locator(".av img")
    await expect(face).to_have_attribute("src", f"/api/uploads/{await _picture(ann)}?thumbnail=1")
    assert await face.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    await open_settings(ann, "profile")
    await part(ann, "avatar-remove").click()
    await expect(ann.get_by_text("Picture removed.")).to_be_visible()
    await expect(part(ann, "avatar-remove")).to_have_count(0)


async def _picture(page: Page) -> str:
    url: str = await page.evaluate("fetch('/api/me').then(r => r.json()).then(r => r.user.avatar_url)")
    return url.rpartition("/")[2]


async def test_what_is_no_picture_is_refused_before_it_is_sent(open_page: Open):
    page = await open_page()
    await ready(page)
    await open_settings(page, "profile")
    await part(page, "avatar-file").set_input_files(NOTES)
    await expect(part(page, "avatar-problem")).to_contain_text("no picture")


async def test_the_icon_of_the_workspace_is_in_the_rail_at_once(open_page: Open):
    page = await open_page()
    await ready(page)
    await open_settings(page, "workspace")
    await part(page, "icon-file").set_input_files(image("icon.png"))
    await expect(page.locator(".rail .ws img")).to_be_visible()
    await part(page, "icon-remove").click()
    await expect(page.locator(".rail .ws img")).to_have_count(0)


async def test_ones_own_files_are_listed_with_their_room_and_deleted_from_their_messages(open_page: Open):
    page = await open_page()
    await ready(page)
    await attach(page, [NOTES])
    await expect(page.locator(chips(page, "sent"))).to_have_count(1)
    await part(page, "composer-send").click()
    await expect(part(page, "message-file")).to_have_count(1)
    await open_settings(page, "files")
    await expect(part(page, "files-room")).to_have_text("11 B of 512 MB used")
    await part(page, "my-file-delete").click()
    await part(page, "confirm").click()
    await expect(part(page, "my-file")).to_have_count(0)
    await expect(part(page, "files-room")).to_contain_text("0 B of")
    await page.keyboard.press("Alt+c")
    await expect(page.get_by_text("The files of this message were deleted.")).to_be_visible()


class Invitations:
    """Answers as a server does that knows invitations."""

    def __init__(self) -> None:
        self.made: list[dict[str, Any]] = []
        self.accepted: list[dict[str, Any]] = []

    async def answer(self, page: Page) -> None:
        await page.route("**/api/workspaces/*/invitations", self._all)
        await page.route("**/api/invitations/*", self._one)

    async def _all(self, route: Route) -> None:
        if route.request.method == "GET":
            await route.fulfill(json={"invitations": self.made})
            return
        wanted = json.loads(route.request.post_data or "{}")
        made = {**wanted, "id": "inv_1", "workspace_id": "w", "state": "open", "uses": 0}
        self.made.append({**made, "created_at": "2026-01-01T00:00:00Z", "expires_at": "2099-01-01T00:00:00Z"})
        answer = {"invitation": self.made[-1], "token": "tok_1", "path": "/app/invite#token=tok_1", "mailed": False}
        await route.fulfill(status=201, json=answer)

    async def _one(self, route: Route) -> None:
        path = route.request.url.rpartition("/")[2]
        if route.request.method == "DELETE":
            self.made[0]["state"] = "revoked"
            await route.fulfill(status=204)
        elif path == "preview":
            await route.fulfill(json={"invitation": PREVIEW})
        else:
            self.accepted.append(json.loads(route.request.post_data or "{}"))
            await route.fulfill(status=409, json={"error": "somebody with this address has an account"})


async def test_a_link_is_made_listed_and_revoked(open_page: Open):
    page = await open_page()
    await ready(page)
    server = Invitations()
    await server.answer(page)
    await open_settings(page, "invitations")
    await part(page, "invite-role-guest").check(force=True)
    await part(page, "invite-uses").fill("5")
    await part(page, "invite-create").click()
    await expect(part(page, "invite-made")).to_contain_text("/app/invite#token=tok_1")
    assert {k: server.made[0][k] for k in ("role", "max_uses", "expires_in_days")} == {
        "role": "guest",
        "max_uses": 5,
        "expires_in_days": 7,
    }
    await expect(part(page, "invitation")).to_contain_text("For up to 5 people")
    await part(page, "invite-revoke").click()
    await part(page, "confirm").click()
    await expect(part(page, "invitation")).to_contain_text("revoked")


async def test_somebody_new_sees_what_the_invitation_is_to_and_why_it_did_not_work(browser: Browser, tmp_path: Path):
    async with served(tmp_path, dev=False) as running, opening(browser, running.origin) as open_page:
        owner = await open_page(expected=("Failed to load resource",))
        await part(owner, "setup-name").fill("Mara Lind")
        await part(owner, "setup-email").fill("mara@example.org")
        await part(owner, "setup-password").fill("a long password")
        await part(owner, "setup-next").click()
        await part(owner, "setup-workspace").fill("Saltworks")
        await part(owner, "setup-submit").click()
        await ready(owner)
        page, server = await open_page(), Invitations()
        await server.answer(page)
        await page.goto("/app/invite#token=tok_1")
        await expect(part(page, "invite-preview")).to_contain_text("Mara Lind invites you as member")
        await part(page, "invite-name").fill("Bob")
        await part(page, "invite-address").fill("bob@example.org")
        await part(page, "invite-password").fill("a long password")
        await part(page, "invite-join").click()
        await expect(part(page, "invite-problem")).to_contain_text("has an account")
        assert server.accepted[0]["token"] == "tok_1"
        assert server.accepted[0]["display_name"] == "Bob"
        await part(page, "invite-sign-in").click()
        await part(page, "signin-email").fill("mara@example.org")
        await part(page, "signin-password").fill("a long password")
        await part(page, "signin-submit").click()
        await expect(part(page, "invite-accept")).to_have_text("Join as Mara Lind")


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_these_pages_have_no_accessibility_violation_and_fit(
    browser: Browser, tmp_path: Path, viewport: ViewportSize, scheme: Literal["light", "dark"]
):
    async with served(tmp_path) as running, opening(browser, running.origin) as open_page:
        page = await open_page(viewport=viewport, color_scheme=scheme)
        await ready(page)
        server = Invitations()
        await server.answer(page)
        await settings("profile")(page)
        await part(page, "avatar-file").set_input_files(image("me.png"))
        await expect(part(page, "avatar-remove")).to_be_visible()
        await check(page, "profile with a picture")
        await settings("files")(page)
        await expect(part(page, "my-file")).to_have_count(1)
        await check(page, "my files")
        await settings("invitations")(page)
        await part(page, "invite-create").click()
        await expect(part(page, "invite-made")).to_be_visible()
        await check(page, "invitations")
        await page.goto("/app/invite#token=tok_1")
        await expect(part(page, "invite-accept")).to_be_visible()
        await check(page, "an invitation")
