"""One channel or thread in the frame of another page (contract chat 6.17)."""

import re
from collections.abc import AsyncGenerator
from html import escape
from pathlib import Path

import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, FrameLocator, Page, expect

from tests.e2e.conftest import Open, admin, opening
from tests.e2e.pages import act, message, part, ready, send
from tests.served import Served, served


@pytest_asyncio.fixture(loop_scope="session")
async def host() -> AsyncGenerator[str]:
    """The origin of a page that frames the address it is asked for."""

    async def frame(request: web.Request) -> web.Response:
        body = f'<iframe src="{escape(request.query_string)}" title="chat" width="420" height="600"></iframe>'
        return web.Response(text=body, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", frame)
    async with TestServer(app) as running:
        yield str(running.make_url("/")).rstrip("/")


@pytest_asyncio.fixture(loop_scope="session")
async def server(tmp_path: Path, host: str) -> AsyncGenerator[Served]:
    async with served(tmp_path / "data", f"--embed-frame-ancestors={host}") as running:
        yield running


async def framed(host: str, app: Page, url: str) -> tuple[Page, FrameLocator]:
    """A page of the host that frames `url`, in the same browser."""
    page = await app.context.new_page()
    await page.goto(f"{host}/?{url}")
    return page, page.frame_locator("iframe")


def embed(app: Page, query: str = "") -> str:
    """The address of what `app` shows, for a frame."""
    origin, _, rest = app.url.partition("/app/")
    workspace, target = rest.split("/")
    return f"{origin}/embed/{'thread' if target.startswith('M') else 'channel'}/{workspace}/{target}{query}"


async def test_a_framed_channel_is_read_written_in_and_shows_its_threads(open_page: Open, host: str):
    app = await open_page()
    await ready(app)
    await send(app, "Seen from elsewhere")
    page, frame = await framed(host, app, embed(app))
    row = frame.get_by_test_id("message-row").filter(has_text="Seen from elsewhere")
    await expect(row).to_be_visible()
    await expect(frame.get_by_test_id("channel-link")).to_have_count(0)

    await frame.get_by_test_id("composer-input").fill("Written elsewhere")
    await frame.get_by_test_id("composer-input").press("Enter")
    await expect(message(app, "Written elsewhere")).to_be_visible()

    await row.hover()
    await frame.get_by_test_id("action-thread").first.click()
    await expect(frame.get_by_test_id("thread-composer-input")).to_be_focused()
    await expect(frame.get_by_test_id("composer-input")).not_to_be_visible()
    await page.frames[1].wait_for_url("**/embed/thread/**")

    async with app.context.expect_page() as opened:
        await frame.locator('[data-testid="embed-open"]:visible').click()
    assert "/app/" in (await opened.value).url


async def test_a_framed_thread_takes_the_look_of_the_page_around_it(open_page: Open, host: str):
    app = await open_page()
    await ready(app)
    row = await send(app, "A question")
    await act(app, row, "thread")
    await send(app, "An answer", box="thread-composer-input")
    await expect(app).to_have_url(re.compile("/M"))
    tokens = '{"accent":"rgb(1,%202,%203)","--bg":"url(x)","--nothing":"red"}'
    page, frame = await framed(host, app, embed(app, f"?theme=dark&hostOrigin={host}&themeTokens={tokens}"))
    await expect(frame.get_by_text("An answer")).to_be_visible()
    root = frame.locator("html")
    await expect(root).to_have_attribute("data-scheme", "dark")
    await expect(root).to_have_attribute("style", "--accent: rgb(1, 2, 3);")

    await page.evaluate(
        "frames[0].postMessage({type: 'openclaw:widget-theme', theme: 'light', themeTokens: {'--panel': 'tan'}}, '*')"
    )
    await expect(root).to_have_attribute("data-scheme", "light")
    await expect(root).to_have_attribute("style", "--accent: rgb(1, 2, 3); --panel: tan;")
    await app.reload()
    await ready(app)
    assert await app.evaluate("document.documentElement.dataset.scheme") is None


async def test_a_page_of_another_origin_than_the_named_one_has_no_say_in_the_look(open_page: Open, host: str):
    app = await open_page()
    await ready(app)
    page, frame = await framed(host, app, embed(app, "?theme=dark&hostOrigin=http://127.0.0.1:2"))
    await expect(frame.get_by_test_id("composer-input")).to_be_visible()
    await page.evaluate("frames[0].postMessage({type: 'openclaw:widget-theme', theme: 'light'}, '*')")
    await frame.get_by_test_id("composer-input").fill("time passes")
    await expect(frame.locator("html")).to_have_attribute("data-scheme", "dark")


async def test_who_is_not_signed_in_is_asked_to_and_sees_the_channel_on_the_way_back(
    browser: Browser, tmp_path: Path, host: str
):
    async with served(tmp_path, f"--embed-frame-ancestors={host}", dev=False) as server:
        await admin(tmp_path, "bootstrap", "--name=Ann", "--email=ann@example.org")
        token = await admin(tmp_path, "magic-link", "create", "--email=ann@example.org")
        async with opening(browser, server.origin) as open_page:
            app = await open_page(f"/app/sign-in#token={token}", expected=("401",))
            await ready(app)
            there = embed(app)
            await app.context.clear_cookies()
            other = await open_page(there)
            await expect(part(other, "embed-sign-in")).to_be_visible()
            token = await admin(tmp_path, "magic-link", "create", "--email=ann@example.org")
            async with other.context.expect_page() as opened:
                await part(other, "embed-sign-in").click()
            entry = await opened.value
            await entry.goto(f"/app/sign-in#token={token}")
            await ready(entry)
            await entry.close()
            await other.evaluate("dispatchEvent(new Event('focus'))")
            await expect(part(other, "composer-input")).to_be_visible()


async def test_what_is_absent_says_so_in_the_frame_and_other_pages_may_not_be_framed(open_page: Open, host: str):
    app = await open_page()
    await ready(app)
    workspace = app.url.split("/")[4]
    other = await open_page(f"/embed/channel/{workspace}/C000000000000000A")
    await expect(other.get_by_role("alert")).to_contain_text("does not exist")
    await expect(other.get_by_role("button", name="Go to chat")).to_have_count(0)
    elsewhere = await open_page("/embed/channel/T000000000000000A/C000000000000000A")
    await expect(elsewhere.get_by_role("alert")).to_contain_text("does not exist")
    _, frame = await framed(host, app, app.url)
    await expect(frame.get_by_test_id("composer-input")).to_have_count(0)
