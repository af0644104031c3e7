"""Using a registered slash command: a row, a signed call, and what its bot says (contract chat 6.11).

The call happens between two units; the row says how it ended, also when nothing came of it.
"""

from dataclasses import dataclass, replace
from typing import cast

import orjson

from clickclack.chat import posting, slash_commands
from clickclack.chat.access import channel_place, scope_name
from clickclack.chat.drafts import BODY_LIMIT, Draft
from clickclack.chat.posting import Posted
from clickclack.chat.slash_commands import SlashCommand
from clickclack.chat.waiting_room import spend_budget
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.kernel.allow_list import AllowList
from clickclack.kernel.clock import DAY
from clickclack.kernel.deliveries import endpoints
from clickclack.kernel.errors import Forbidden, Invalid, NotFound
from clickclack.kernel.ids import new_id
from clickclack.kernel.transaction import Tx

REMEMBERED = 30 * DAY
PRUNED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Invocation:
    """One use of a command, as it begins. `payload` is the JSON that is sent, `allowed` where calls may go."""

    n: int
    id: str
    command: SlashCommand
    channel_id: str
    user_id: str
    text: str
    payload: str
    created_at: int
    allowed: AllowList | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came back: `status` is 0 without an answer, `body` what was said, `error` why it is of no use."""

    status: int
    body: str
    error: str = ""
    response_type: str = ""
    text: str = ""


def begin(tx: Tx, actor: Actor, channel_id: str, command: str, text: str) -> Invocation | None:
    """Notes the use of a command by who may post in the channel; None when nobody has registered it.

    NotFound says so of direct conversations, which have no commands.
    Raises what posting raises: NotFound, Forbidden, Invalid for a text that no message may have, TooMany for a guest
    without posts left.
    """
    if scope_name(channel_id) != "channel_id":
        raise NotFound("slash commands work in channels, not in direct conversations")
    place = channel_place(tx, actor, channel_id)
    found = slash_commands.active(tx, place.workspace_n, slash_commands.normal_name(command))
    if found is None:
        return None
    if len(text) > BODY_LIMIT:
        raise Invalid(f"text is too long (maximum {BODY_LIMIT} characters)")
    place.require(Permission.MESSAGES_POST)
    spend_budget(tx, place)
    identifier = new_id("sci")
    payload = orjson.dumps(
        {
            "bot_user_id": found.bot_id,
            "channel_id": place.channel_id,
            "command": found.command,
            "command_id": found.id,
            "text": text,
            "trigger_id": identifier,
            "user_id": actor.user_id,
            "workspace_id": place.workspace_id,
        }
    ).decode()
    n = tx.insert(
        "INSERT INTO slash_invocations (id, command_n, channel_n, user_n, text, payload, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(identifier, found.n, place.channel_n, actor.user_n, text, payload, tx.now),
    )
    allowed = endpoints.allow_lists(tx, [place.workspace_id]).get(place.workspace_id)
    return Invocation(n, identifier, found, place.channel_id, actor.user_id, text, payload, tx.now, allowed)


def complete(tx: Tx, invocation: Invocation, outcome: Outcome) -> None:
    """Notes how the call ended."""
    tx.run(
        "UPDATE slash_invocations SET response_status = ?, response_body = ?, error = ?, completed_at = ? WHERE n = ?",
        *(outcome.status, outcome.body, outcome.error, tx.now, invocation.n),
    )


def answer(tx: Tx, invocation: Invocation, text: str, correlation_id: str) -> Posted:
    """Posts what was said as the command's bot; Invalid when the bot may not post in the channel."""
    command = invocation.command
    workspace_n = tx.value("SELECT n FROM workspaces WHERE id = ?", command.workspace_id)
    bound = (workspace_n, command.workspace_id)
    bot = Actor(command.bot_n, command.bot_id, "bot", "command", None, *bound)
    try:
        return posting.post(tx, bot, invocation.channel_id, Draft(text, correlation_id=correlation_id))
    except (Forbidden, NotFound) as problem:
        raise Invalid(f"the command's bot cannot post here: {problem.text}") from problem


def parse(outcome: Outcome) -> Outcome:
    """The outcome with what the answer of a server that succeeded says, or with the reason why it says nothing."""
    try:
        content: object = orjson.loads(outcome.body)
    except orjson.JSONDecodeError:
        return replace(outcome, error="slash command callback answered with something that is not JSON")
    if not isinstance(content, dict):
        return replace(outcome, error="slash command callback answered with JSON that is not an object")
    said = cast(dict[str, object], content)
    kind, text = said.get("response_type") or "in_channel", said.get("text") or ""
    if not isinstance(kind, str) or kind not in ("in_channel", "ephemeral"):
        return replace(outcome, error="slash command callback answered with a response_type that is not known")
    if not isinstance(text, str):
        return replace(outcome, error="slash command callback answered with a text that is not a string")
    return replace(outcome, response_type=kind, text=text.strip())


def prune(tx: Tx) -> int:
    """Forgets up to 1000 invocations that are older than 30 days, and says how many."""
    return tx.run(
        "DELETE FROM slash_invocations WHERE n IN"
        " (SELECT n FROM slash_invocations WHERE created_at <= ? ORDER BY created_at LIMIT ?)",
        *(tx.now - REMEMBERED, PRUNED_AT_ONCE),
    )
