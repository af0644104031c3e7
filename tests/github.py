"""GitHub as the tests play it, and a browser that signs in there."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from tests.answers import Answer
from tests.client import Client
from tests.conftest import Serve, Server
from tests.providers import Provider, provider

PAGE = "https://chat.example"
CALLBACK = "/api/auth/github/callback"


@asynccontextmanager
async def github() -> AsyncGenerator[Provider]:
    """A GitHub where Octo signs in, while the block runs."""
    async with provider() as played:
        played.replies |= {
            "/login/oauth/access_token": {"access_token": "gho_1"},
            "/api/user": {"id": 7, "login": "Octo", "name": "Octo Cat", "email": None, "avatar_url": "https://a.b/7"},
            "/api/user/emails": [
                {"email": "other@example.org", "primary": False, "verified": True},
                {"email": "Octo@Example.org", "primary": True, "verified": True},
            ],
        }
        yield played


async def with_github(serve: Serve, hub: Provider, **more: Any) -> Server:
    github = {"github_client_id": "id", "github_client_secret": "s3cret"}
    where = {"github_url": hub.url, "github_api_url": f"{hub.url}/api", "public_url": PAGE}
    return await serve(**{**github, **where, **more})


def cookies_of(answer: Answer) -> dict[str, str]:
    found, headers = SimpleCookie(), cast("Any", answer.headers)
    for line in headers.getall("Set-Cookie", []):
        found.load(line)
    return {name: morsel.value for name, morsel in found.items()}


async def leave(client: Client, path: str = "/api/auth/github/start") -> tuple[dict[str, str], Client]:
    """Begins to sign in: what the browser takes to GitHub, and the browser with its cookie."""
    answer = await client.call("GET", path)
    assert answer.status == 302, answer.raw
    query = {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}
    cookies = "; ".join(f"{name}={value}" for name, value in cookies_of(answer).items())
    return query, client.with_headers(Cookie=cookies)


async def come_back(client: Client, path: str = "/api/auth/github/start", code: str = "c0de") -> Answer:
    query, browser = await leave(client, path)
    return await browser.call("GET", f"{CALLBACK}?code={code}&state={query['state']}")
