"""`canary`: whether a bot still answers, all the way through (contract chat 7.3).

Posts a message that asks for certain words and waits until a bot answers with exactly these, by a message that quotes
the question or a reply in its thread.
"""

import asyncio
import os
import re
import time
from dataclasses import asdict, dataclass
from secrets import token_hex

import aiohttp

from clickclack.cli.caller_commands import Caller, CallerCommand, Said
from clickclack.cli.flags import FlagError
from clickclack.cli.places import channel_of
from clickclack.client import Client, ClientError, Unreachable
from clickclack.client.objects import Channel, Message
from clickclack.client.transport import failure, server_url

_ID = re.compile(r"[A-Za-z0-9._:-]{1,80}")
_DURATION = re.compile(r"(?:(?P<h>[\d.]+)h)?(?:(?P<m>[\d.]+)m)?(?:(?P<s>[\d.]+)s)?(?:(?P<ms>[\d.]+)ms)?")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


class NoAnswer(ClientError):  # noqa: N818 - named after what is the case
    """No bot has answered in time."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What a canary found, `--json`."""

    status: str
    correlation_id: str
    run_id: str
    gateway_preflight: bool
    workspace_id: str
    channel_id: str
    request_message_id: str
    response_message_id: str
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, where, and the answer that is wanted."""

    channel: Channel
    message: Message
    wanted: str


async def _run(client: Client, caller: Caller) -> Said:
    given = caller.text("correlation-id").strip()
    correlation_id = given or f"canary-{token_hex(12)}"
    if not _ID.fullmatch(correlation_id):
        raise FlagError("-correlation-id must be 1 to 80 of letters, digits and . _ : -")
    patience, pause = duration(caller, "timeout", "2m"), duration(caller, "poll-interval", "1s")
    began = time.monotonic()
    try:
        async with asyncio.timeout(patience):
            ready = await _gateway_is_ready(caller, correlation_id)
            question = await _ask(client, caller, correlation_id)
            answer = await _answer_to(client, question, pause)
    except TimeoutError:
        raise NoAnswer(f"canary {correlation_id} timed out waiting for an answer") from None
    spent = round((time.monotonic() - began) * 1000)
    channel, asked = question.channel, question.message
    passed = Passed(
        *("passed", correlation_id, caller.text("run-id").strip(), ready),
        *(channel["workspace_id"], channel["id"], asked["id"], answer["id"], spent),
    )
    human = f"canary {correlation_id} passed: request {asked['id']}, response {answer['id']}"
    return Said(asdict(passed), correlation_id, human)


async def _gateway_is_ready(caller: Caller, correlation_id: str) -> bool:
    """Asks the gateway of the bot, when it was named, whether it is well; ClientError when it is not."""
    address = (caller.text("gateway-health-url") or os.environ.get("OPENCLAW_GATEWAY_HEALTH_URL", "")).strip()
    if not address:
        return False
    url, headers = server_url(address), {"X-Correlation-ID": correlation_id}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http,
            http.get(url, headers=headers, allow_redirects=False) as response,
        ):
            if response.status >= 300:
                raise ClientError(f"the gateway is not well: {response.status} {response.reason}")
    except (aiohttp.ClientError, OSError) as error:
        raise Unreachable(f"the gateway {failure(error)}") from error
    return True


async def _ask(client: Client, caller: Caller, correlation_id: str) -> Question:
    if (await client.me())["kind"] != "human":
        raise ClientError("canary needs the token of a person's session: bots do not answer bots")
    _, channel = await channel_of(client, caller)
    wanted = f"canary-ok {correlation_id}"
    run = f" of run {caller.text('run-id').strip()}" if caller.text("run-id").strip() else ""
    body = f"Canary {correlation_id}{run}: answer this message with exactly `{wanted}`"
    nonce = f"canary.{correlation_id}.{token_hex(8)}"
    posted = await client.messages.send(channel["id"], body, nonce=nonce, correlation_id=correlation_id)
    return Question(channel, posted["message"], wanted)


async def _answer_to(client: Client, question: Question, pause: float) -> Message:
    """Looks every `pause` seconds, in the channel and in the thread, until the answer is there."""
    asked = question.message
    seen = asked.get("channel_seq", 0)
    while True:
        async for message in client.messages.forward(question.channel["id"], seen):
            seen = message.get("channel_seq", seen)
            if message.get("quoted_message_id") == asked["id"] and _is_answer(message, question.wanted):
                return message
        for reply in (await client.threads.read(asked["id"], limit=200, latest=True))["replies"]:
            if _is_answer(reply, question.wanted):
                return reply
        await asyncio.sleep(pause)


def _is_answer(message: Message, wanted: str) -> bool:
    is_bot = message["author"]["kind"] == "bot"
    return is_bot and message["kind"] == "message" and message["body"].strip().strip("`") == wanted


def duration(caller: Caller, name: str, default: str) -> float:
    """Seconds of a flag such as `1m30s` or `250ms`; FlagError for anything else and for none at all."""
    text = caller.text(name, default)
    found = _DURATION.fullmatch(text)
    try:
        parts = {unit: float(count) for unit, count in found.groupdict().items() if count} if found else {}
    except ValueError:
        parts = {}
    seconds = sum(count * _SECONDS[unit] for unit, count in parts.items())
    if not seconds > 0:
        raise FlagError(f'invalid value "{text}" for -{name}: a time such as 90s or 2m is wanted')
    return seconds


COMMANDS: dict[str, CallerCommand] = {
    "canary": CallerCommand(
        "Asks for an answer in a channel and waits for a bot to give it.",
        _run,
        {
            "correlation-id": "names the question in logs and events; made up without this flag",
            "run-id": "a label of the run, shown in the question",
            "gateway-health-url": "asked first whether it is well (OPENCLAW_GATEWAY_HEALTH_URL)",
            "timeout": "how long to wait in all (2m)",
            "poll-interval": "how often to look (1s)",
        },
    )
}
