"""Short public ids for URLs: T for a workspace, C for a channel, D for a direct conversation, M for a root message.

Source: contract chat 1.2.
"""

from dataclasses import dataclass

from clickclack.chat.access import place_of, scope_name
from clickclack.chat.messages import get
from clickclack.identity.access import workspace_of
from clickclack.identity.actors import Actor
from clickclack.kernel.errors import NotFound
from clickclack.kernel.ids import new_route_id
from clickclack.kernel.transaction import Tx

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class RouteTarget:
    """What a pair of route ids stands for: `kind` is channel, direct or thread.

    `parent` is id and route id of the channel or direct conversation of a thread, else None.
    """

    workspace_id: str
    workspace_route_id: str
    kind: str
    id: str
    route_id: str
    parent: tuple[str, str] | None


def new_channel_route(tx: Tx, workspace_n: int, letter: str = "C") -> str:
    """A route id that no channel or direct conversation of the workspace has."""
    for _ in range(ATTEMPTS):
        route_id = new_route_id(letter)
        if tx.value("SELECT 1 FROM channels WHERE workspace_n = ? AND route_id = ?", workspace_n, route_id) is None:
            return route_id
    raise RuntimeError("no free route id in five attempts")


def ensure_message_route(tx: Tx, message_n: int) -> None:
    """Gives a root message its route id; once set it never changes."""
    if tx.value("SELECT route_id FROM messages WHERE n = ?", message_n) is not None:
        return
    for _ in range(ATTEMPTS):
        route_id = new_route_id("M")
        if tx.value("SELECT 1 FROM messages WHERE route_id = ?", route_id) is None:
            tx.run("UPDATE messages SET route_id = ? WHERE n = ?", route_id, message_n)
            return
    raise RuntimeError("no free route id in five attempts")


def resolve(tx: Tx, actor: Actor, workspace_ref: str, target_ref: str, *, allocate: bool = False) -> RouteTarget:
    """What the two ids of a URL stand for: route ids, or both internal ids; NotFound when hidden or absent.

    A root that has no route id yet gets one with `allocate`, else the target's is empty.
    """
    try:
        return _resolve(tx, actor, workspace_ref, target_ref, allocate)
    except NotFound:
        raise NotFound("route not found") from None


def _resolve(tx: Tx, actor: Actor, workspace_ref: str, target_ref: str, allocate: bool) -> RouteTarget:
    legacy = workspace_ref.startswith("wsp_")
    workspace_id = workspace_ref if legacy else tx.value("SELECT id FROM workspaces WHERE route_id = ?", workspace_ref)
    workspace = workspace_of(tx, actor, workspace_id or "").workspace
    for kind, letter, prefix in (("channel", "C", "chn_"), ("direct", "D", "dm_")):
        if target_ref.startswith(prefix if legacy else letter):
            row = tx.one(
                f"SELECT id, route_id FROM channels WHERE workspace_n = ? AND {'id' if legacy else 'route_id'} = ?",
                workspace.n,
                target_ref,
            )
            if row is None:
                raise NotFound("route not found")
            place_of(tx, actor, row[0])
            return RouteTarget(workspace.id, workspace.route_id, kind, row[0], row[1], None)
    if not target_ref.startswith("msg_" if legacy else "M"):
        raise NotFound("route not found")
    sql = f"SELECT id FROM messages WHERE {'id' if legacy else 'route_id'} = ? AND root_n IS NULL"
    message, place = get(tx, actor, tx.value(sql, target_ref) or "")
    if message.workspace_id != workspace.id:
        raise NotFound("message not found")
    if allocate:
        ensure_message_route(tx, message.n)
    route_id: str | None = tx.value("SELECT route_id FROM messages WHERE n = ?", message.n)
    parent = (place.channel_id, tx.value("SELECT route_id FROM channels WHERE n = ?", place.channel_n))
    return RouteTarget(workspace.id, workspace.route_id, "thread", message.id, route_id or "", parent)


def route_message(tx: Tx, actor: Actor, message_id: str) -> str:
    """Gives a root message its route id and returns its id.

    NotFound for replies, for messages of direct conversations, and for what is not to be seen.
    """
    message, _ = get(tx, actor, message_id)
    if message.root_id is not None or scope_name(message.channel_id) != "channel_id":
        raise NotFound("message not found")
    ensure_message_route(tx, message.n)
    return message.id
