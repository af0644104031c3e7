"""What people do on a page, by the names that the page gives its parts."""

from playwright.async_api import Locator, Page, expect

from tests.e2e.conftest import Open


def part(page: Page | Locator, name: str) -> Locator:
    return page.get_by_test_id(name)


async def ready(page: Page) -> None:
    await page.wait_for_selector('.shell[data-app-ready="true"]')


async def two_people(open_page: Open, bob: str) -> tuple[Page, Page]:
    """The owner of the workspace and Bob, each in a browser of their own."""
    ann, other = await open_page(), await open_page(f"/app/sign-in#token={bob}")
    await ready(ann)
    await ready(other)
    return ann, other


async def send(page: Page, text: str, *, box: str = "composer-input", shown: str = "") -> Locator:
    """Writes a message with the keyboard, sends it with Enter, and returns its row once the server has it."""
    await part(page, box).fill(text)
    await part(page, box).press("Enter")
    row = message(page, shown or text)
    await expect(row).to_have_count(1)
    return row


def message(page: Page | Locator, text: str) -> Locator:
    """The row of the message with this text."""
    return part(page, "message-row").filter(has_text=text)


async def act(page: Page, row: Locator, action: str) -> None:
    """Uses an action of a message, which shows when the row is pointed at."""
    await row.hover()
    await part(page, f"action-{action}").first.click()


def channel(page: Page, name: str) -> Locator:
    return page.locator(f'[data-testid="channel-link"][data-channel-name="{name}"]')


async def on_stage(page: Page, name: str) -> None:
    """Waits until the conversation of this name is open: what is typed before goes to the one before."""
    await expect(page.get_by_role("heading", level=1)).to_contain_text(name)


async def make_topic(page: Page, name: str) -> None:
    """Makes a topic for the next message, which is then written on."""
    await part(page, "composer-topic").click()
    await part(page, "topic-name").fill(name)
    await part(page, "topic-create").click()
    await expect(part(page, "composer-input")).to_be_focused()


async def create_channel(page: Page, name: str) -> None:
    await part(page, "create-channel").click()
    await part(page, "create-channel-name").fill(name)
    await part(page, "create-channel-name").press("Enter")
    await on_stage(page, name)
    await expect(channel(page, name)).to_be_visible()
