"""Where a client connects to, as whom, and what its failures are called."""

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from clickclack.client import ApiError, Client, ClientError, Unreachable
from tests.client_library.conftest import Connect
from tests.conftest import Serve, Server


async def test_a_refusal_is_a_status_line_and_the_servers_text(server: Server, connect: Connect):
    guest = await connect("guest")
    with pytest.raises(ApiError, match=r"^404 Not Found: channel not found$") as raised:
        await guest.messages.page("chn_nope")
    assert (raised.value.status, raised.value.text) == (404, "channel not found")
    async with Client(str(server.base), token="sst_wrong") as stranger:
        with pytest.raises(ApiError, match=r"^401 Unauthorized: "):
            await stranger.me()


async def test_a_sign_in_link_becomes_a_session_that_ends(serve: Serve):
    server = await serve(dev_bootstrap=True)
    link = await server.anonymous.post("/api/auth/magic/request", {"email": "member@example.org"})
    async with Client(str(server.base)) as anonymous:
        signed = await anonymous.sign_in(link["token"])
    async with Client(str(server.base), token=signed["token"]) as member:
        assert (await member.me())["id"] == server.cast.people["member"].id
        await member.sign_out()
        with pytest.raises(ApiError, match="401"):
            await member.me()


async def test_a_server_in_dev_mode_believes_a_user_id(serve: Serve):
    server = await serve(dev_bootstrap=True)
    user_id = server.cast.people["guest"].id
    async with Client(str(server.base), user_id=user_id) as client:
        assert (await client.me())["id"] == user_id
        await client.messages.send(server.cast.guest, "no token, but a CSRF header")


@pytest.mark.parametrize(
    "server", ["localhost:8080", "ftp://localhost", "http://", "http://a:b@localhost", "http://localhost/?token=x"]
)
def test_an_address_that_is_none_is_refused(server: str):
    with pytest.raises(ClientError):
        Client(server)


async def test_a_server_that_is_not_there_is_unreachable(unused_tcp_port: int):
    async with Client(f"http://127.0.0.1:{unused_tcp_port}") as client:
        with pytest.raises(Unreachable, match=f"http://127.0.0.1:{unused_tcp_port} cannot be reached: .*refused"):
            await client.me()


async def test_a_server_that_says_nothing_has_its_time():
    async def sleep(request: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    app = web.Application()
    app.add_routes([web.get("/api/me", sleep)])
    async with TestServer(app) as server, Client(str(server.make_url("/")), timeout=0.1) as client:
        with pytest.raises(Unreachable, match="did not answer in time"):
            await client.me()


async def test_a_redirect_is_refused_so_that_the_token_goes_nowhere_else():
    async def elsewhere(request: web.Request) -> web.Response:
        raise web.HTTPFound("http://elsewhere.example/")

    app = web.Application()
    app.add_routes([web.get("/api/me", elsewhere)])
    async with TestServer(app) as server, Client(str(server.make_url("/")), token="sst_x") as client:
        with pytest.raises(ApiError, match="302 Found"):
            await client.me()


async def test_another_kind_of_server_is_found_out():
    async def page(request: web.Request) -> web.Response:
        return web.Response(text="<h1>Welcome</h1>", content_type="text/html")

    app = web.Application()
    app.add_routes([web.get("/api/me", page)])
    async with TestServer(app) as server, Client(str(server.make_url("/"))) as client:
        with pytest.raises(ClientError, match="does not answer as a ClickClack server does"):
            await client.me()


async def test_a_client_works_inside_its_block_alone():
    with pytest.raises(ClientError, match="async with"):
        await Client().me()
