"""`send`, `messages …`, `threads …`, `reactions …` (contract chat 7.3)."""

import sys
from pathlib import Path

from clickclack.cli.caller_commands import Caller, CallerCommand, Said, line, rows
from clickclack.cli.places import channel_of
from clickclack.client import Client, ClientError
from clickclack.client.messages import LARGEST_PAGE, Extras, Window
from clickclack.client.objects import Message

_BODY = {
    "body": "the text",
    "file": "a file that holds the text, in UTF-8",
    "reply-to": "the id of a message to quote, of the same channel or thread",
}
_STDIN = {"stdin": "reads the text from standard input"}
_WORDS = "text"
_PAGE = range(1, LARGEST_PAGE + 1)


def _body(caller: Caller) -> str:
    """The text of --body, else --file, else --stdin, else the words; ClientError when there is none."""
    if caller.text("body").strip():
        return caller.text("body")
    if caller.text("file"):
        return _decoded(Path(caller.text("file")).read_bytes(), caller.text("file"))
    if caller.flag("stdin"):
        return _decoded(sys.stdin.buffer.read(), "standard input")
    if not caller.parsed.rest:
        raise ClientError("message body is required")
    return " ".join(caller.parsed.rest)


def _decoded(content: bytes, source: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise ClientError(f"{source} is not UTF-8 text") from None


def _extras(caller: Caller) -> Extras:
    quoted = caller.text("reply-to").strip()
    return {"quoted_message_id": quoted} if quoted else {}


async def _send(client: Client, caller: Caller) -> Said:
    body = _body(caller)
    _, channel = await channel_of(client, caller)
    posted = await client.messages.send(channel["id"], body, **_extras(caller))
    message_id = posted["message"]["id"]
    return Said(posted, message_id, f"sent {message_id} to #{channel['name']}")


async def _list(client: Client, caller: Caller) -> Said:
    window: Window = {"limit": caller.number("limit", 20, _PAGE)}
    if caller.text("after-seq"):
        window["after_seq"] = caller.number("after-seq", 0)
    _, channel = await channel_of(client, caller)
    found = (await client.messages.page(channel["id"], **window))["messages"]
    lines = [line(one.get("channel_seq", 0), one["id"], _author(one), one["body"]) for one in found]
    return rows({"channel": channel, "messages": found}, lines)


def _author(message: Message) -> str:
    return message["author"]["display_name"]


async def _open_thread(client: Client, caller: Caller) -> Said:
    thread = await client.threads.read(caller.words[0], limit=caller.number("limit", 100, _PAGE))
    lines = [line(thread["root"]["id"], thread["root"]["body"])]
    lines += [line(reply["id"], _author(reply), reply["body"]) for reply in thread["replies"]]
    return rows(thread, lines)


async def _reply(client: Client, caller: Caller) -> Said:
    replied = await client.threads.reply(caller.words[0], _body(caller), **_extras(caller))
    reply_id = replied["message"]["id"]
    return Said(replied, reply_id, f"replied {reply_id} to {line(caller.words[0])}")


async def _add_reaction(client: Client, caller: Caller) -> Said:
    reacted = await client.reactions.add(*caller.words)
    return Said(reacted, "", f"reaction added on {line(caller.words[0])}")


async def _remove_reaction(client: Client, caller: Caller) -> Said:
    reacted = await client.reactions.remove(*caller.words)
    return Said(reacted, "", f"reaction removed on {line(caller.words[0])}")


_MESSAGE, _REACTION = ("message",), ("message", "emoji")
SEND = CallerCommand("Posts a message and prints its id.", _send, _BODY, _STDIN, rest=_WORDS)
REPLY = CallerCommand("Replies in a message's thread.", _reply, _BODY, _STDIN, _MESSAGE, rest=_WORDS)
OPEN = CallerCommand(
    "Prints a message and its first replies.",
    _open_thread,
    {"limit": "the most replies, 1 to 200 (100)"},
    words=_MESSAGE,
)

COMMANDS: dict[str, CallerCommand] = {
    "send": SEND,
    "messages send": SEND,
    "messages list": CallerCommand(
        "Prints the newest messages of a channel, oldest first: seq, id, author, text.",
        _list,
        {"limit": "the most messages, 1 to 200 (20)", "after-seq": "prints the first ones behind this seq instead"},
    ),
    "threads open": OPEN,
    "threads reply": REPLY,
    "reply": REPLY,
    "thread open": OPEN,
    "thread reply": REPLY,
    "thread": OPEN,
    "reactions add": CallerCommand("Reacts to a message.", _add_reaction, words=_REACTION, plain=False),
    "reactions remove": CallerCommand("Takes a reaction back.", _remove_reaction, words=_REACTION, plain=False),
}
