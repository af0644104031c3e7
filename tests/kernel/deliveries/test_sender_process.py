"""The process that sends for the server: it works like a sender here, and may die at any moment."""

import asyncio
import os
import signal
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import ValidationError

from clickclack.kernel.allow_list import AllowList
from clickclack.kernel.deliveries import frames, sender_process
from clickclack.kernel.deliveries.sender_process import LOST, SenderProcess, child_command
from clickclack.kernel.deliveries.sending import RESPONSE, Call, Ending
from clickclack.kernel.outbound import SWITCH
from tests.kernel.raw_servers import hello, saying, serving

SECONDS = 20.0
QUIET = 4.0
"""More than a process takes to start on a busy machine."""


@pytest.fixture(autouse=True)
def loopback_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, "1")


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[Process]:
    """Those that were started so far."""
    started: list[Process] = []
    spawn = asyncio.create_subprocess_exec

    async def noted(*arguments: Any, **options: Any) -> Process:
        child = await spawn(*arguments, **options)
        started.append(child)
        return child

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    return started


class Heard:
    """The endings by the number of their call."""

    def __init__(self) -> None:
        self.endings: dict[int, Ending] = {}
        self._more = asyncio.Event()

    def __call__(self, endings: Sequence[Ending]) -> None:
        for ending in endings:
            assert ending.n not in self.endings
            self.endings[ending.n] = ending
        self._more.set()

    async def of(self, *ns: int) -> list[Ending]:
        async with asyncio.timeout(SECONDS):
            while not self.endings.keys() >= set(ns):
                self._more.clear()
                await self._more.wait()
        return [self.endings[n] for n in ns]


def call(n: int, url: str, only: Sequence[str] | None = None) -> Call:
    return Call(n, url, {"X-Number": str(n)}, '{"text":"ä"}', only)


async def made(heads: list[bytes]) -> None:
    """Waits until a request has come."""
    async with asyncio.timeout(SECONDS):
        while not heads:  # noqa: ASYNC110 - the list is all that the server gives
            await asyncio.sleep(0.01)


async def silent(_: bytes, __: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def test_calls_are_made_with_their_headers_and_what_came_of_each_is_told():
    heard, sender = Heard(), SenderProcess()
    async with serving(hello) as (url, heads), sender.running(heard):
        sender.begin([call(1, url), call(2, "http://10.0.0.1:9/")])
        sender.begin([call(3, url, ["*.example.org"])])
        good, inside, elsewhere = await heard.of(1, 2, 3)
    assert (good.status, good.response, good.error) == (200, "hello", "")
    assert 0 < good.seconds < SECONDS
    assert (inside.status, inside.error) == (0, "callback host resolves to a non-public address")
    assert elsewhere.error == "callback host is not on the allow-list"
    assert len(heads) == 1
    assert b"X-Number: 1\r\n" in heads[0]


async def test_an_answer_is_kept_as_text_that_can_be_stored():
    heard, sender = Heard(), SenderProcess()
    odd = b"a\x00b\xff" + b"x" * 10_000
    speak = saying(b"HTTP/1.1 500 No\r\nContent-Length: %d\r\n\r\n" % len(odd) + odd)
    async with serving(speak) as (url, _), sender.running(heard):
        sender.begin([call(1, url)])
        (ending,) = await heard.of(1)
    assert ending.response == ("a\ufffdb\ufffd" + "x" * 10_000)[:RESPONSE]


async def test_calls_fail_when_no_process_can_be_started_and_the_next_begins_one(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    commands, real = iter(["/nowhere/python"]), child_command

    def unsteady(log_format: str) -> tuple[list[str], dict[str, str]]:
        command, environment = real(log_format)
        return [next(commands, command[0]), *command[1:]], environment

    monkeypatch.setattr(sender_process, "child_command", unsteady)
    heard, sender = Heard(), SenderProcess()
    async with serving(hello) as (url, heads), sender.running(heard):
        sender.begin([call(1, url)])
        assert await heard.of(1) == [Ending(1, error=LOST)]
        sender.begin([call(2, url)])
        assert (await heard.of(2))[0].status == 200
    assert len(heads) == 1, "what was signed long ago is not sent"
    assert "sender of deliveries failed" in caplog.text


async def test_what_was_under_way_in_a_process_that_died_has_failed_and_another_goes_on(
    children: list[Process], caplog: pytest.LogCaptureFixture
):
    heard, sender = Heard(), SenderProcess()
    async with serving(silent) as (nowhere, heads), serving(hello) as (url, _), sender.running(heard):
        sender.begin([call(1, nowhere)])
        await made(heads)
        children[0].kill()
        sender.begin([call(2, nowhere)])
        assert await heard.of(1, 2) == [Ending(1, error=LOST), Ending(2, error=LOST)]
        sender.begin([call(3, url)])
        assert (await heard.of(3))[0].status == 200
    assert len(children) == 2
    assert "sender of deliveries failed" in caplog.text


async def test_a_process_that_is_stuck_is_ended_and_another_goes_on(
    children: list[Process], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sender_process, "QUIET_SECONDS", QUIET)
    heard, sender = Heard(), SenderProcess()
    async with serving(silent) as (nowhere, heads), serving(hello) as (url, _), sender.running(heard):
        sender.begin([call(1, nowhere)])
        await made(heads)
        children[0].send_signal(signal.SIGSTOP)
        assert await heard.of(1) == [Ending(1, error=LOST)]
        sender.begin([call(2, url)])
        assert (await heard.of(2))[0].status == 200


async def test_a_call_that_begins_late_in_a_silence_has_its_own_time(
    children: list[Process], monkeypatch: pytest.MonkeyPatch
):
    async def late(head: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(QUIET / 2)
        await hello(head, writer)

    monkeypatch.setattr(sender_process, "QUIET_SECONDS", QUIET)
    heard, sender = Heard(), SenderProcess()
    async with serving(hello) as (url, _), serving(late) as (slow, _), sender.running(heard):
        sender.begin([call(1, url)])
        await heard.of(1)
        await asyncio.sleep(QUIET * 0.75)
        sender.begin([call(2, slow)])
        assert (await heard.of(2))[0].status == 200
    assert len(children) == 1


@pytest.mark.parametrize("strange", [[Ending(99, 200), Ending(1, 200)], [Ending(1, 200), Ending(1, 200)]])
async def test_a_frame_that_tells_of_other_calls_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, strange: list[Ending]
):
    def told(_: bytes) -> list[Ending]:
        return strange

    monkeypatch.setattr(frames, "endings", told)
    heard, sender = Heard(), SenderProcess()
    async with serving(hello) as (url, _), sender.running(heard):
        sender.begin([call(1, url)])
        assert await heard.of(1) == [Ending(1, error=LOST)]
    assert heard.endings.keys() == {1}


@pytest.mark.parametrize("text", [b'[{"n":1,"status":"200"}]', b'[{"status":200}]', b"{}", b"[1]", b""])
def test_only_endings_are_read_as_endings(text: bytes):
    with pytest.raises(ValidationError):
        frames.endings(text)


async def test_a_frame_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    monkeypatch.setattr(sender_process, "LARGEST", 10)
    heard, sender = Heard(), SenderProcess()
    async with serving(hello) as (url, _), sender.running(heard):
        sender.begin([call(1, url)])
        assert await heard.of(1) == [Ending(1, error=LOST)]
        async with asyncio.timeout(SECONDS):
            while "a frame of" not in caplog.text:  # noqa: ASYNC110 - a log tells nobody
                await asyncio.sleep(0.01)


async def test_a_process_with_nothing_to_do_ends_and_another_is_begun_when_there_is(
    children: list[Process], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sender_process, "QUIET_SECONDS", QUIET)
    heard, sender = Heard(), SenderProcess()
    async with serving(hello) as (url, _), sender.running(heard):
        assert children == []
        sender.begin([call(1, url)])
        assert (await heard.of(1))[0].status == 200
        async with asyncio.timeout(SECONDS):
            await children[0].wait()
        sender.begin([call(2, url)])
        assert (await heard.of(2))[0].status == 200
    assert len(children) == 2


async def test_the_end_of_the_server_ends_the_process_and_tells_of_nothing(children: list[Process]):
    heard, sender = Heard(), SenderProcess()
    async with serving(silent) as (nowhere, heads):
        async with sender.running(heard):
            sender.begin([call(1, nowhere)])
            await made(heads)
        assert children[0].returncode is not None
    assert heard.endings == {}


def run_child(content: bytes, log_format: str = "auto") -> subprocess.CompletedProcess[bytes]:
    command, environment = child_command(log_format)
    return subprocess.run(command, input=content, env=environment, capture_output=True, timeout=30, check=False)


WHOLE = frames.frame([call(1, "http://127.0.0.1:9/")])


@pytest.mark.parametrize("content", [b"", WHOLE, WHOLE[:2], WHOLE[:20]])
def test_the_process_ends_with_its_input_wherever_that_is_cut(content: bytes):
    ended = run_child(content)
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.parametrize(("log_format", "first"), [("auto", b"{"), ("json", b"{"), ("human", b"0123456789")])
def test_a_process_that_does_not_know_what_it_is_told_ends_and_says_so_as_the_server_would(
    log_format: str, first: bytes
):
    text = b'[{"unknown":1}]'
    ended = run_child(frames.HEAD.pack(len(text)) + text + WHOLE, log_format)
    assert b"the server says what this process does not know" in ended.stderr
    assert ended.stderr[0] in first


def test_the_process_is_given_no_settings(monkeypatch: pytest.MonkeyPatch):
    for name in ("CLICKCLACK_SMTP_PASSWORD", "OPENCLAW_ID_CLIENT_SECRET", "SOMETHING_NEW"):
        monkeypatch.setenv(name, "secret")
    given = child_command()[1]
    assert "secret" not in given.values()
    assert given[SWITCH] == "1"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
async def test_signals_that_end_the_server_leave_the_process_to_it(children: list[Process]):
    heard, sender = Heard(), SenderProcess()
    async with serving(hello) as (url, _), sender.running(heard):
        sender.begin([call(1, url)])
        await heard.of(1)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            children[0].send_signal(number)
        sender.begin([call(2, url)])
        assert (await heard.of(2))[0].status == 200
    assert len(children) == 1


def test_the_hidden_command_of_the_program_is_the_process(monkeypatch: pytest.MonkeyPatch):
    command = [sys.executable, "-m", "clickclack", sender_process.COMMAND, "human"]
    assert subprocess.run(command, input=b"", capture_output=True, timeout=30, check=False).returncode == 0
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert child_command("human")[0] == [sys.executable, "send-deliveries", "human"]


async def test_the_process_ends_when_nobody_takes_what_it_has_to_tell():
    command, environment = child_command()
    reading, writing = os.pipe()
    child = await asyncio.create_subprocess_exec(
        *command, env=environment, stdin=asyncio.subprocess.PIPE, stdout=writing, stderr=asyncio.subprocess.PIPE
    )
    os.close(writing)
    os.close(reading)
    assert child.stdin is not None
    child.stdin.write(frames.frame([call(1, "http://10.0.0.1:9/")]))
    assert child.stderr is not None
    async with asyncio.timeout(SECONDS):
        assert await child.stderr.read() == b""
        assert await child.wait() == 0
    child.stdin.close()


def test_frames_carry_what_they_were_given():
    calls = [call(1, "http://a.example/", AllowList.of(["*.example", "192.0.2.0/24"]).entries())]
    text = frames.frame(calls)
    assert frames.HEAD.unpack(text[: frames.HEAD.size]) == (len(text) - frames.HEAD.size,)
    assert frames.calls(text[frames.HEAD.size :]) == calls
    endings = [Ending(1, 200, "ä", "", 0.5), Ending(2, error="no answer")]
    assert frames.endings(frames.frame(endings)[frames.HEAD.size :]) == endings
