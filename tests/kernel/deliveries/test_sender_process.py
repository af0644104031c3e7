"""The process that sends for the server: it works like a sender here, and may die at any moment."""

import asyncio
import subprocess
import sys
import threading
from asyncio.subprocess import Process
from collections.abc import Sequence
from typing import Any

import pytest

from clickclack.kernel import loops
from clickclack.kernel.allow_list import AllowList
from clickclack.kernel.deliveries import frames, sender_child, sender_process
from clickclack.kernel.deliveries.sender_process import SenderProcess, child_command
from clickclack.kernel.deliveries.sending import RESPONSE, Call, Ending
from clickclack.kernel.outbound import SWITCH
from tests.kernel.raw_servers import hello, saying, serving

SECONDS = 10.0


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
        sender.begin([])
        sender.begin([call(1, url), call(2, "http://10.0.0.1:9/")])
        sender.begin([call(3, url, ["*.example.org"])])
        good, inside, elsewhere = await heard.of(1, 2, 3)
    assert (good.status, good.response, good.error, good.lost) == (200, "hello", "", False)
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


async def test_a_process_that_cannot_be_started_is_tried_again_with_what_waits(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(loops, "AGAIN", 0.0)
    commands, real = iter(["/nowhere/python"]), child_command

    def unsteady() -> tuple[list[str], dict[str, str]]:
        command, environment = real()
        return [next(commands, command[0]), *command[1:]], environment

    monkeypatch.setattr(sender_process, "child_command", unsteady)
    heard, sender = Heard(), SenderProcess()
    async with serving(hello) as (url, _), sender.running(heard):
        sender.begin([call(1, url)])
        assert (await heard.of(1))[0].status == 200
    assert "sender of deliveries failed" in caplog.text


async def test_what_was_under_way_in_a_process_that_died_is_lost_and_another_goes_on(
    children: list[Process], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(loops, "AGAIN", 0.0)
    heard, sender = Heard(), SenderProcess()
    async with serving(silent) as (nowhere, heads), serving(hello) as (url, _), sender.running(heard):
        sender.begin([call(1, nowhere)])
        await made(heads)
        children[0].kill()
        sender.begin([call(2, nowhere)])
        assert await heard.of(1, 2) == [Ending(1, lost=True), Ending(2, lost=True)]
        sender.begin([call(3, url)])
        assert (await heard.of(3))[0].status == 200
    assert len(children) == 2
    assert "sender of deliveries failed" in caplog.text


async def test_a_process_with_nothing_to_do_ends_and_another_is_begun_when_there_is(
    children: list[Process], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sender_process, "QUIET_SECONDS", 0.1)
    heard, sender = Heard(), SenderProcess()
    async with serving(hello) as (url, _), sender.running(heard):
        assert children == []
        for n in (1, 2):
            sender.begin([call(n, url)])
            assert (await heard.of(n))[0].status == 200
            async with asyncio.timeout(SECONDS):
                await children[n - 1].wait()
    assert len(children) == 2


async def test_a_quiet_process_is_kept_while_a_call_is_under_way(
    children: list[Process], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sender_process, "QUIET_SECONDS", 0.1)
    heard, sender = Heard(), SenderProcess()
    async with serving(silent) as (nowhere, _), sender.running(heard):
        sender.begin([call(1, nowhere)])
        assert (await heard.of(1))[0].error == "no answer within 3 s"
    assert len(children) == 1


async def test_the_end_of_the_server_ends_the_process_and_tells_of_nothing(children: list[Process]):
    heard, sender = Heard(), SenderProcess()
    async with serving(silent) as (nowhere, heads):
        async with sender.running(heard):
            sender.begin([call(1, nowhere)])
            await made(heads)
        assert children[0].returncode is not None
    assert heard.endings == {}


def run_child(content: bytes) -> subprocess.CompletedProcess[bytes]:
    command, environment = child_command()
    return subprocess.run(command, input=content, env=environment, capture_output=True, timeout=30, check=False)


def test_the_process_ends_with_its_input():
    ended = run_child(frames.frame([call(1, "http://127.0.0.1:9/")]))
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_the_hidden_command_of_the_program_is_the_process(monkeypatch: pytest.MonkeyPatch):
    command = [sys.executable, "-m", "clickclack", sender_process.COMMAND]
    assert subprocess.run(command, input=b"", capture_output=True, timeout=30, check=False).returncode == 0
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert child_command()[0] == [sys.executable, "send-deliveries"]


async def test_the_process_ends_when_nobody_takes_what_it_has_to_tell():
    class Waiting:
        """An input that never ends by itself."""

        def __init__(self, content: bytes) -> None:
            self._content = content

        def read(self, size: int) -> bytes:
            if not self._content:
                over.wait(SECONDS)
            part, self._content = self._content[:size], self._content[size:]
            return part

    class Closed:
        def write(self, _: bytes) -> None:
            raise BrokenPipeError

    over = threading.Event()
    source: Any = Waiting(frames.frame([call(1, "http://10.0.0.1:9/")]))
    sink: Any = Closed()
    async with asyncio.timeout(SECONDS):
        await sender_child.Child(source, sink).run()
    over.set()


def test_frames_carry_what_they_were_given():
    calls = [call(1, "http://a.example/", AllowList.of(["*.example", "192.0.2.0/24"]).entries())]
    text = frames.frame(calls)
    assert frames.HEAD.unpack(text[: frames.HEAD.size]) == (len(text) - frames.HEAD.size,)
    assert frames.calls(text[frames.HEAD.size :]) == calls
    endings = [Ending(1, 200, "ä", "", 0.5), Ending(2, lost=True)]
    assert frames.endings(frames.frame(endings)[frames.HEAD.size :]) == endings
