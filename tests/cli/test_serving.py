"""A server in a process of its own, and commands beside it (contract chat 7.2)."""

import asyncio
import sys
import time
from pathlib import Path

import aiohttp

from tests.served import served


async def command(*arguments: str) -> tuple[int | None, str, str]:
    """Runs the program to its end: status, output, complaints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "clickclack",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode, out.decode().strip(), err.decode().strip()


async def test_a_second_server_is_refused_with_the_process_that_serves(tmp_path: Path):
    async with served(tmp_path / "data") as first:
        began = time.monotonic()
        status, _, said = await command("serve", "--addr=127.0.0.1:0", f"--data={tmp_path}/data")
        took = time.monotonic() - began
    assert status == 1
    assert said.endswith(
        f"{tmp_path}/data is already served by process {first.process.pid}. Stop it, or use another --data."
    )
    assert took < 10, "the refusal itself takes no time; starting Python on a busy machine does"


async def test_a_command_beside_a_server_is_seen_by_it(tmp_path: Path):
    where = f"--data={tmp_path}/data"
    async with served(tmp_path / "data") as server, aiohttp.ClientSession(server.origin) as http:
        status, token, said = await command("admin", "magic-link", "create", "--email=b@example.org", "--name=B", where)
        link = f"{server.origin}/app/sign-in#token={token}"
        assert (status, said.splitlines()[0]) == (0, link), "the link leads to where the server is"
        async with http.post("/api/auth/magic/consume", json={"token": token}) as answer:
            assert answer.status == 200, await answer.text()
            assert (await answer.json())["user"]["display_name"] == "B"


async def test_a_member_who_is_added_beside_a_server_hears_what_is_said(tmp_path: Path):
    where = f"--data={tmp_path}/data"
    owner = (await command("admin", "bootstrap", where))[1]
    user = (await command("admin", "user", "create", where))[1]
    async with served(tmp_path / "data") as server, aiohttp.ClientSession(server.origin) as http:
        async with http.get("/api/workspaces") as answer:
            workspace: str = (await answer.json())["workspaces"][0]["id"]
        async with http.get(f"/api/workspaces/{workspace}/channels") as answer:
            channel: str = (await answer.json())["channels"][0]["id"]
        socket = f"/api/realtime/ws?workspace_id={workspace}"
        async with http.ws_connect(socket):  # somebody listens already: who may hear is known and kept
            flags = ("--workspace", workspace, "--created-by", owner, "--user", user, where)
            assert (await command("admin", "member", "add", *flags))[0] == 0
            async with http.ws_connect(socket, headers={"X-ClickClack-User": user}) as heard:
                async with http.post(f"/api/channels/{channel}/messages", json={"body": "hello"}) as answer:
                    message: str = (await answer.json())["message"]["id"]
                async with asyncio.timeout(10):
                    assert (await heard.receive_json())["payload"]["message_id"] == message


async def test_a_taken_address_is_one_line(tmp_path: Path):
    async with served(tmp_path / "data") as first:
        address = first.origin.removeprefix("http://")
        status, _, said = await command("serve", f"--addr={address}", f"--data={tmp_path}/other")
    assert (status, len(said.splitlines())) == (1, 1)
    assert said.endswith(f"{address}: address already in use by another program; choose another one with --addr")


async def test_a_server_that_is_told_to_stop_ends_well_and_frees_its_data(tmp_path: Path):
    async with served(tmp_path / "data") as first:
        first.process.terminate()
        _, said = await first.process.communicate()
        assert (first.process.returncode, said.decode().splitlines()[-1]) == (0, "stopped")
    assert not (tmp_path / "data" / "clickclack.db-wal").exists()
    async with served(tmp_path / "data"):
        pass


async def test_who_served_in_dev_mode_is_told_how_to_get_in_without_it(tmp_path: Path):
    data = tmp_path / "data"
    async with served(data):
        pass
    async with served(data, dev=False) as server:
        assert server.process.stderr is not None
        await server.process.stderr.readline()
        said = (await server.process.stderr.readline()).decode().strip()
        assert said.startswith("nobody has a password yet; a link to sign in with: clickclack admin magic-link create ")
        _, link, _ = await command(*said.partition(": clickclack ")[2].split())
        consume = "/api/auth/magic/consume"
        async with aiohttp.ClientSession(server.origin) as http, http.post(consume, json={"token": link}) as answer:
            assert (await answer.json())["user"]["display_name"] == "Local Captain"
