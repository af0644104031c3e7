"""What an agent does on the way to its answer, as the people around it see it (contract chat 6.15)."""

import contextlib
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, expect

from clickclack.client import Client
from tests.e2e.conftest import PHONE, WIDE, Open, admin, opening
from tests.e2e.pages import message, part, ready
from tests.e2e.test_pages import check
from tests.served import Served, served


@contextlib.asynccontextmanager
async def agent(server: Served, data: Path) -> AsyncGenerator[tuple[Client, str, str]]:
    """A bot called Fig, the workspace and its first channel."""
    flags = ["--workspace=clickclack", "--created-by=local-captain", "--scopes=bot:write,agent_activity:write"]
    token = await admin(data, "bot", "create", "--name=Fig", "--plain", *flags)
    async with Client(server.origin, token=token) as fig:
        [workspace] = await fig.workspaces.list()
        channel, *_ = await fig.channels.list(workspace["id"])
        yield fig, workspace["id"], channel["id"]


async def test_the_steps_of_a_turn_are_seen_live_and_fold_at_the_answer(
    open_page: Open, server: Served, tmp_path: Path
):
    page = await open_page()
    await ready(page)
    async with agent(server, tmp_path / "data") as (fig, workspace, channel):
        async with fig.agents.turn(workspace, channel) as turn:
            await turn.show("Reading till/tax.py")
            await expect(part(page, "agent-progress")).to_contain_text("Fig works")
            await turn.keep("Read till/tax.py", kind="agent_tool")
            await turn.keep("Rounds per line, should be once per rate")
            row = part(page, "work-row")
            await expect(part(row, "work-summary")).to_contain_text("2 steps")
            await expect(part(row, "work-summary")).to_contain_text("Working")
            await expect(part(row, "work-live")).to_contain_text("Reading till/tax.py")
            await expect(part(row, "work-step").first).to_have_text("Read till/tax.py")
            await fig.messages.send(channel, "Fixed: one rounding per rate")

        await expect(part(row, "work-summary")).to_contain_text("Worked")
        await expect(part(row, "work-step")).to_have_count(0)
        await expect(message(page, "Fixed: one rounding per rate")).to_contain_text("Answer")
        await part(row, "work-summary").press("Enter")
        await expect(part(row, "work-step")).to_have_count(2)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_work_of_agents_has_no_accessibility_violation_and_fits(
    browser: Browser, tmp_path: Path, scheme: Literal["light", "dark"]
):
    async with served(tmp_path) as server, opening(browser, server.origin) as open_page:
        async with agent(server, tmp_path) as (fig, workspace, channel):
            async with fig.agents.turn(workspace, channel) as turn:
                await turn.keep("Read till/tax.py and a file with a rather long name that does not fit into one line")
                await turn.keep("pytest tests/tax -q\n\n```\n212 passed\n```", kind="agent_tool")
            await fig.messages.send(channel, "All 212 pass")
        for viewport in (WIDE, PHONE):
            page = await open_page(viewport=viewport, color_scheme=scheme)
            await ready(page)
            if viewport == PHONE:
                await part(page, "channel-link").first.click()
            await part(page, "work-summary").click()
            await part(page, "work-step").nth(1).click()
            await check(page, f"work of agents {scheme}")
