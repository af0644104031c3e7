"""Real browsers on a real server: nothing leaves this machine, and no page may complain on its console."""

import asyncio
import contextlib
import os
import shutil
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, async_playwright, expect

from tests.served import Served, served

WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 780}

PROGRAM = os.environ.get("CLICKCLACK_CHROMIUM") or shutil.which("chromium")
PATIENCE = 20_000
"""Milliseconds that a page has for what it is expected to do: a busy machine is slow, and no test is about that."""
TEST_SECONDS = 240
ARGUMENTS = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All browser tests of a process share one event loop, and so one browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.timeout(TEST_SECONDS))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncGenerator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=PROGRAM, args=ARGUMENTS)
        yield browser
        await browser.close()


@dataclass
class Watched:
    """What a page did that it must not do."""

    origin: str
    complaints: list[str] = field(default_factory=lambda: list[str]())
    outside: list[str] = field(default_factory=lambda: list[str]())
    expected: tuple[str, ...] = ()

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("request", lambda request: self._request(request.url))

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not any(part in text for part in self.expected):
            self.complaints.append(f"{kind}: {text}")

    def _request(self, url: str) -> None:
        if not url.startswith((self.origin, "data:", "blob:", "ws" + self.origin.removeprefix("http"))):
            self.outside.append(url)


Open = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def server(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(tmp_path / "data") as running:
        yield running


@contextlib.asynccontextmanager
async def opening(browser: Browser, origin: str) -> AsyncGenerator[Open]:
    """Opens pages, each in a browser context of its own; fails when one has complained or asked another host."""
    watched = Watched(origin)
    contexts: list[BrowserContext] = []

    async def open_page(path: str = "/app", *, expected: tuple[str, ...] = (), **options: Any) -> Page:
        watched.expected += expected
        chosen: dict[str, Any] = {"viewport": WIDE, "reduced_motion": "reduce", **options}
        context: BrowserContext = await browser.new_context(base_url=origin, **chosen)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        watched.watch(page)
        await page.goto(path)
        return page

    try:
        yield open_page
    finally:
        for context in contexts:
            await context.close()
    assert watched.outside == []
    assert watched.complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, server: Served) -> AsyncGenerator[Open]:
    async with opening(browser, server.origin) as open_it:
        yield open_it


async def admin(data: Path, *arguments: str) -> str:
    """Runs `clickclack admin …` beside the server and returns what it prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "clickclack", "admin", *arguments, f"--data={data}", stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode().strip()


@pytest_asyncio.fixture(loop_scope="session")
async def bob(server: Served) -> str:
    """A second member of the default workspace; the token of a sign-in link."""
    async with aiohttp.ClientSession(server.origin, cookie_jar=aiohttp.DummyCookieJar()) as http:
        async with http.get("/api/workspaces") as answer:
            workspace = (await answer.json())["workspaces"][0]["id"]
        wanted = {"role": "member", "expires_in_days": 1, "max_uses": 1}
        invitation = await post(http, f"/api/workspaces/{workspace}/invitations", wanted)
        address = {"email": "bob@example.org", "display_name": "Bob"}
        link = await post(http, "/api/auth/magic/request", address)
        session = await post(http, "/api/auth/magic/consume", {"token": link["token"]})
        as_bob = {"Authorization": f"Bearer {session['token']}"}
        await post(http, "/api/invitations/accept", {"token": invitation["token"]}, as_bob)
        return (await post(http, "/api/auth/magic/request", address))["token"]


async def post(http: aiohttp.ClientSession, path: str, body: object, headers: dict[str, str] | None = None) -> Any:
    """What a call answers that is expected to work."""
    async with http.post(path, json=body, headers=headers) as answer:
        assert answer.ok, await answer.text()
        return await answer.json()
