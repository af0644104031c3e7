"""Writing and reading from a terminal (contract chat 7.3)."""

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cli.conftest import Call
from tests.conftest import Server


async def send(call: Call, *arguments: str) -> str:
    ended = await call("send", "--plain", *arguments)
    assert (ended.status, ended.err) == (0, "")
    return ended.out


async def test_a_message_is_sent_and_told_in_three_forms(server: Server, call: Call):
    ended = await call("send", "hello", "there")
    newest = (await server.member.get(f"/api/channels/{server.cast.general}/messages"))["messages"][-1]
    assert (newest["body"], ended.out) == ("hello there", f"sent {newest['id']} to #general")
    assert (await send(call, "--channel", "random", "x")).startswith("msg_")
    whole = json.loads((await call("messages", "send", "--json", "x")).out)
    assert (list(whole), whole["event"]["type"]) == (["message", "event"], "message.created")


async def test_a_channel_is_named_by_its_title_too_unless_another_has_it(server: Server, call: Call):
    channels = f"/api/workspaces/{server.cast.workspace}/channels"
    made = await server.owner.post(channels, {"name": "a-b-c", "display_title": "a b C!"})
    sent = await send(call, "--channel", "a b C!", "hello")
    page = await server.member.get(f"/api/channels/{made['channel']['id']}/messages")
    assert [message["id"] for message in page["messages"]] == [sent]
    await server.owner.post(channels, {"name": "other", "display_title": "a b C!"})
    ended = await call("send", "--channel", "a b C!", "hello")
    assert (ended.status, ended.err[20:]) == (1, "channel a b C! not found")


async def test_the_text_comes_from_the_first_of_flag_file_input_and_words(
    server: Server, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "body.md").write_text("from a file")
    file = ("--file", str(tmp_path / "body.md"))
    for flags in (["--body", "from a flag", *file], [*file, "--stdin"], ["--stdin", "words"], ["--", "--words"]):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"from input")))
        await send(call, *flags)
    page = await server.member.get(f"/api/channels/{server.cast.general}/messages")
    bodies = [message["body"] for message in page["messages"]]
    assert bodies == ["from a flag", "from a file", "from input", "--words"]


async def test_nothing_to_say_is_refused(call: Call, tmp_path: Path):
    assert (await call("send")).err[20:] == "message body is required"
    (tmp_path / "image").write_bytes(b"\xff\xfe")
    ended = await call("send", "--file", str(tmp_path / "image"))
    assert (ended.status, ended.err[20:]) == (1, f"{tmp_path / 'image'} is not UTF-8 text")
    assert (await call("send", "--file", str(tmp_path / "nope"))).status == 1


async def test_a_quote_names_its_message(server: Server, call: Call):
    quoted = await send(call, "first")
    whole = json.loads((await call("send", "--json", "--reply-to", quoted, "second")).out)
    assert whole["message"]["quoted_message_id"] == quoted


async def test_messages_are_listed_in_lines_that_a_terminal_can_bear(server: Server, call: Call):
    first, second = await send(call, "one"), await send(call, "--body", "two\n\tlines \x1b[2J")
    lines = f"1\t{first}\tMember\tone\n2\t{second}\tMember\ttwo  lines  [2J"
    assert (await call("messages", "list")).out == lines
    assert (await call("messages", "list", "--plain")).out == lines
    assert (await call("messages", "list", "--after-seq", "1")).out == lines.split("\n")[1]
    assert (await call("messages", "list", "--limit", "1")).out == lines.split("\n")[1]
    whole = json.loads((await call("messages", "list", "--json")).out)
    assert (list(whole), whole["messages"][1]["body"]) == (["channel", "messages"], "two\n\tlines \x1b[2J")


@pytest.mark.parametrize("limit", ["many", "0", "201", "-1"])
async def test_a_number_that_does_not_fit_is_a_wrong_flag(limit: str, call: Call):
    ended = await call("messages", "list", "--limit", limit)
    assert (ended.status, ended.err) == (2, f'invalid value "{limit}" for -limit: 1 to 200 is wanted')


@pytest.mark.parametrize("words", [["threads", "reply"], ["thread", "reply"], ["reply"]])
async def test_a_reply_goes_into_the_thread(words: list[str], call: Call):
    root = await send(call, "root")
    reply = (await call(*words, root, "--plain", "well", "then")).out
    assert (await call(*words, root, "again")).out.endswith(f" to {root}")
    whole = json.loads((await call(*words, "--json", root, "--body", "third")).out)
    assert list(whole) == ["message", "thread_state", "events"]
    opened = await call("threads", "open", root)
    assert opened.out.startswith(f"{root}\troot\n{reply}\tMember\twell then\n")
    assert (await call("thread", root)).out == opened.out
    assert len((await call("threads", "open", "--limit", "1", root)).out.splitlines()) == 2
    thread = json.loads((await call("thread", "open", root, "--json")).out)
    assert list(thread) == ["root", "replies", "thread_state"]


async def test_reactions_come_and_go(call: Call):
    message = await send(call, "hi")
    assert (await call("reactions", "add", message, "👍")).out == f"reaction added on {message}"
    whole = json.loads((await call("reactions", "add", "--json", message, "--", "-1")).out)
    assert (list(whole), len(whole["reactions"])) == (["event", "reactions"], 2)
    assert (await call("reactions", "remove", message, "👍")).out == f"reaction removed on {message}"


async def test_reactions_have_no_plain_output_and_then_do_nothing(server: Server, call: Call):
    message = await send(call, "hi")
    ended = await call("reactions", "add", "--plain", message, "👍")
    assert (ended.status, ended.err[20:]) == (1, "--plain is not supported by reactions add; use --json")
    assert "reactions" not in (await server.member.get(f"/api/messages/{message}"))["message"]


async def test_the_servers_refusal_is_shown(call: Call):
    ended = await call("reply", "msg_nope", "hi")
    assert (ended.status, ended.err[20:], ended.out) == (1, "404 Not Found: message not found", "")
