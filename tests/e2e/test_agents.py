"""What an agent does on the way to its answer, as the people around it see it (contract chat 6.15)."""

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, expect

from tests.e2e.conftest import PHONE, WIDE, Open, admin, opening
from tests.e2e.pages import message, part, ready
from tests.e2e.test_pages import check
from tests.served import Served, served


class Agent:
    """A bot that speaks the API."""

    def __init__(self, http: aiohttp.ClientSession, workspace: str, channel: str) -> None:
        self.http = http
        self._workspace = workspace
        self._channel = channel

    async def say(self, body: str, **more: Any) -> None:
        await self._post(f"/api/channels/{self._channel}/messages", {"body": body, **more})

    async def step(self, body: str, kind: str = "agent_tool") -> None:
        await self.say(body, kind=kind, turn_id="turn-1")

    async def progress(self, **line: str) -> None:
        payload = {"turn_id": "turn-1", "op": "update", "line": line}
        place = {"workspace_id": self._workspace, "channel_id": self._channel}
        await self._post("/api/realtime/ephemeral", {"type": "agent.progress", **place, "payload": payload})

    async def _post(self, path: str, body: dict[str, Any]) -> None:
        async with self.http.post(path, json=body) as answer:
            assert answer.status in (201, 202), await answer.text()


async def agent_of(server: Served, data: Path, http: aiohttp.ClientSession) -> Agent:
    async with http.get(f"{server.origin}/api/workspaces") as answer:
        workspace = (await answer.json())["workspaces"][0]["id"]
    async with http.get(f"{server.origin}/api/workspaces/{workspace}/channels") as answer:
        channel = (await answer.json())["channels"][0]["id"]
    async with http.get(f"{server.origin}/api/me") as answer:
        owner = (await answer.json())["user"]["id"]
    flags = ["--name=Fig", "--scopes=bot:write,agent_activity:write"]
    made = await admin(data, "bot", "create", f"--workspace={workspace}", f"--created-by={owner}", *flags)
    token = json.loads(made)["token"]
    session = aiohttp.ClientSession(server.origin, headers={"Authorization": f"Bearer {token}"})
    return Agent(session, workspace, channel)


async def test_the_steps_of_a_turn_are_seen_live_and_fold_at_the_answer(
    open_page: Open, server: Served, tmp_path: Path
):
    page = await open_page()
    await ready(page)
    async with aiohttp.ClientSession() as http:
        fig = await agent_of(server, tmp_path / "data", http)
    async with fig.http:
        await fig.progress(title="Reading till/tax.py")
        await expect(part(page, "agent-progress")).to_contain_text("Fig works")
        await fig.step("Read till/tax.py")
        await fig.step("Rounds per line, should be once per rate", kind="agent_commentary")
        row = part(page, "work-row")
        await expect(part(row, "work-summary")).to_contain_text("2 steps")
        await expect(part(row, "work-summary")).to_contain_text("Working")
        await expect(part(row, "work-live")).to_contain_text("Reading till/tax.py")
        await expect(part(row, "work-step").first).to_have_text("Read till/tax.py")

        await fig.say("Fixed: one rounding per rate")
        await expect(part(row, "work-summary")).to_contain_text("Worked")
        await expect(part(row, "work-step")).to_have_count(0)
        await expect(message(page, "Fixed: one rounding per rate")).to_contain_text("Answer")
        await part(row, "work-summary").press("Enter")
        await expect(part(row, "work-step")).to_have_count(2)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_work_of_agents_has_no_accessibility_violation_and_fits(
    browser: Browser, tmp_path: Path, scheme: Any
):
    async with (
        served(tmp_path) as server,
        opening(browser, server.origin) as open_page,
        aiohttp.ClientSession() as http,
    ):
        fig = await agent_of(server, tmp_path, http)
        async with fig.http:
            await fig.step(
                "Read till/tax.py, till/orders.py and a file with a rather long name that does not fit a line"
            )
            await fig.step("pytest tests/tax -q\n\n```\n212 passed\n```")
            await fig.say("All 212 pass")
            await fig.say("working on it", kind="agent_commentary", turn_id="turn-2")
            for viewport in (WIDE, PHONE):
                page = await open_page(viewport=viewport, color_scheme=scheme)
                await ready(page)
                if viewport == PHONE:
                    await page.locator('[data-testid="channel-link"]').first.click()
                await part(page, "work-summary").first.click()
                await part(page, "work-step").nth(1).click()
                await check(page, f"work of agents {scheme}")
