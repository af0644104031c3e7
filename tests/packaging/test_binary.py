"""The folder that scripts/build makes, run as a person who downloaded it would."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clickclack.kernel.deliveries import frames, sender_process
from clickclack.kernel.deliveries.sending import Call
from tests.packaging.frozen import PROGRAM, Frozen, free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PROGRAM.exists(), reason="scripts/build --folder has not been run"),
]


def serve(tmp_path: Path) -> Frozen:
    port = free_port()
    arguments = ["serve", "--dev-bootstrap", f"--addr=127.0.0.1:{port}", f"--data={tmp_path / 'data'}"]
    return Frozen(arguments, {}, port, tmp_path / "log")


def first_channel(server: Frozen) -> str:
    workspace = server.get("/api/workspaces")["workspaces"][0]["id"]
    return server.get(f"/api/workspaces/{workspace}/channels")["channels"][0]["id"]


def test_a_message_posted_before_a_restart_is_read_back_after_it(tmp_path: Path) -> None:
    with serve(tmp_path) as server:
        path = f"/api/channels/{first_channel(server)}/messages"
        posted = server.post(path, {"body": "hello from the binary"})["message"]
        assert server.stop() == 0, server.log.read_text()
    with serve(tmp_path) as server:
        read = server.get(path)["messages"]
    assert [(message["id"], message["body"]) for message in read][-1] == (posted["id"], posted["body"])


def test_the_user_interface_is_inside(tmp_path: Path) -> None:
    with serve(tmp_path) as server:
        page = server.page("/app")
        scripts = re.findall(r'<script[^>]* src="([^"]+)"', page)
        assert scripts
        assert all(server.page(script) for script in scripts)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in browser is a shell script")
def test_without_arguments_it_serves_and_opens_the_browser(tmp_path: Path) -> None:
    opened, browser, port = tmp_path / "opened", tmp_path / "browser", free_port()
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" >"{opened}.new"\nmv "{opened}.new" "{opened}"\n')
    browser.chmod(0o755)
    environment = {
        "BROWSER": str(browser),
        "CLICKCLACK_ADDR": f"127.0.0.1:{port}",
        "HOME": str(tmp_path),
        "PATH": "/usr/bin:/bin",
    }
    with Frozen([], environment, port, tmp_path / "log"):
        end = time.monotonic() + 10
        while not opened.exists() and time.monotonic() < end:
            time.sleep(0.05)
    assert opened.read_text() == f"http://127.0.0.1:{port}/"


def test_it_says_its_version() -> None:
    answer = subprocess.run([PROGRAM, "version"], env={}, capture_output=True, text=True, check=True)
    assert re.fullmatch(r"clickclack \d+\.\d+\.\d+ \(\w+, [\d-]+\)\n", answer.stdout)


def test_it_is_its_own_sender_of_deliveries() -> None:
    calls = [Call(7, "http://10.0.0.1:9/", {}, "{}", None)]
    command = [PROGRAM, sender_process.COMMAND]
    with subprocess.Popen(command, env={}, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(frames.frame(calls))
        child.stdin.flush()
        (size,) = frames.HEAD.unpack(child.stdout.read(frames.HEAD.size))
        (ending,) = frames.endings(child.stdout.read(size))
    assert (ending.n, ending.error) == (7, "callback host resolves to a non-public address")
    assert child.returncode == 0
