"""Signals that are never stored: typing, presence, the live progress of an agent (contract chat 5.5)."""

import time
from dataclasses import dataclass
from typing import Any

from clickclack.chat.access import Place, channel_place, direct_place, scope_name
from clickclack.chat.direct_conversations import require_peer
from clickclack.chat.waiting_room import require_budget
from clickclack.identity.access import workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.kernel.clock import SECOND
from clickclack.kernel.errors import Forbidden, Invalid
from clickclack.kernel.events import Event
from clickclack.kernel.transaction import Tx

TYPING = frozenset({"typing.started", "typing.stopped"})
PRESENCE = "presence.changed"
PROGRESS = "agent.progress"


@dataclass(frozen=True, slots=True)
class Signal:
    """What a client says. `payload` holds free members; who and where are set by the server."""

    workspace_id: str
    type: str
    channel_id: str
    direct_conversation_id: str
    payload: dict[str, Any]


def announce(tx: Tx, actor: Actor, signal: Signal) -> Event:
    """The signal as an event without a place in the log, for who may see its channel, or for the whole workspace.

    Raises Invalid for a wrong type or target, NotFound for a target that is not to be seen, Forbidden for who may not
    post there, Conflict for a direct conversation in which nobody is left to read.
    """
    _check(actor, signal)
    payload = {k: v for k, v in signal.payload.items() if k not in ("channel_id", "direct_conversation_id")}
    payload["user_id"] = actor.user_id
    membership = workspace_of(tx, actor, signal.workspace_id)
    where = signal.channel_id or signal.direct_conversation_id
    if not where:
        membership.require(Permission.MESSAGES_POST)
        data = {"workspace_id": signal.workspace_id, "payload": payload}
        return _event(tx, signal.type, membership.workspace.n, None, data)
    place = _target(tx, actor, signal)
    if place.workspace_n != membership.workspace.n:
        raise Forbidden(f"{'direct conversation' if place.is_direct else 'channel'} is not in this workspace")
    place.require(Permission.MESSAGES_POST)
    require_budget(tx, place)
    if place.is_direct:
        require_peer(tx, place)
    payload[scope_name(where)] = place.channel_id
    return _event(tx, signal.type, place.workspace_n, place.channel_n, {**place.facts(), "payload": payload})


def _target(tx: Tx, actor: Actor, signal: Signal) -> Place:
    if signal.channel_id:
        return channel_place(tx, actor, signal.channel_id)
    actor.require_scope("dms:write")
    return direct_place(tx, actor, signal.direct_conversation_id)


def _check(actor: Actor, signal: Signal) -> None:
    targeted = bool(signal.channel_id or signal.direct_conversation_id)
    if signal.type not in TYPING | {PRESENCE, PROGRESS}:
        raise Invalid("unsupported ephemeral event type")
    if signal.type == PROGRESS and not actor.is_bot:
        raise Forbidden("agent.progress requires a bot token")
    if signal.channel_id and signal.direct_conversation_id:
        raise Invalid("channel_id and direct_conversation_id are mutually exclusive")
    if signal.type in TYPING and not targeted:
        raise Invalid("typing events require channel_id or direct_conversation_id")
    if signal.type == PROGRESS and not targeted:
        raise Invalid("agent.progress requires channel_id or direct_conversation_id")
    if not signal.workspace_id:
        raise Invalid("workspace_id is required")


def _event(tx: Tx, event_type: str, stream: int, place: int | None, data: dict[str, Any]) -> Event:
    return Event(0, _ephemeral_id(tx.now), event_type, stream, place, None, data, tx.now, fleeting=True)


def _ephemeral_id(now: int) -> str:
    seconds, fraction = divmod(now, SECOND)
    t = time.gmtime(seconds)
    return f"eph_{time.strftime('%Y%m%d%H%M%S', t)}.{fraction:06d}000"
