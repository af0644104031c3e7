"""Short public ids for URLs: T for a workspace, C for a channel, M for a root message (contract chat 1.2)."""

from dataclasses import dataclass

from clickclack.chat.access import place_of
from clickclack.chat.messages import get
from clickclack.identity.access import workspace_of
from clickclack.identity.actors import Actor
from clickclack.kernel.errors import NotFound
from clickclack.kernel.ids import new_route_id
from clickclack.kernel.transaction import Tx

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class RouteTarget:
    """What a pair of route ids stands for. The parent is the channel of a thread, None for a channel."""

    workspace_id: str
    workspace_route_id: str
    kind: str
    id: str
    route_id: str
    parent: tuple[str, str] | None


def new_channel_route(tx: Tx, workspace_n: int) -> str:
    """A route id that no channel of the workspace has."""
    for _ in range(ATTEMPTS):
        route_id = new_route_id("C")
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


def resolve(tx: Tx, actor: Actor, workspace_ref: str, target_ref: str) -> RouteTarget:
    """What the two ids of a URL stand for: route ids, or both internal ids; NotFound when hidden or absent."""
    try:
        return _resolve(tx, actor, workspace_ref, target_ref)
    except NotFound:
        raise NotFound("route not found") from None


def _resolve(tx: Tx, actor: Actor, workspace_ref: str, target_ref: str) -> RouteTarget:
    legacy = workspace_ref.startswith("wsp_")
    workspace_id = workspace_ref if legacy else tx.value("SELECT id FROM workspaces WHERE route_id = ?", workspace_ref)
    workspace = workspace_of(tx, actor, workspace_id or "").workspace
    if target_ref.startswith("chn_" if legacy else "C"):
        column = "id" if legacy else "route_id"
        row = tx.one(
            f"SELECT id, route_id FROM channels WHERE workspace_n = ? AND {column} = ?",
            workspace.n,
            target_ref,
        )
        if row is None:
            raise NotFound("channel not found")
        place_of(tx, actor, row[0])
        return RouteTarget(workspace.id, workspace.route_id, "channel", row[0], row[1], None)
    if target_ref.startswith("msg_" if legacy else "M"):
        return _thread(tx, actor, (workspace.id, workspace.route_id), target_ref, legacy)
    raise NotFound("route not found")


def _thread(tx: Tx, actor: Actor, workspace: tuple[str, str], target_ref: str, legacy: bool) -> RouteTarget:
    column = "id" if legacy else "route_id"
    message_id = tx.value(f"SELECT id FROM messages WHERE {column} = ? AND root_n IS NULL", target_ref)
    message, place = get(tx, actor, message_id or "")
    if message.workspace_id != workspace[0]:
        raise NotFound("message not found")
    ensure_message_route(tx, message.n)
    route_id: str = tx.value("SELECT route_id FROM messages WHERE n = ?", message.n)
    channel_route: str = tx.value("SELECT route_id FROM channels WHERE n = ?", place.channel_n)
    return RouteTarget(*workspace, "thread", message.id, route_id, (place.channel_id, channel_route))


def route_message(tx: Tx, actor: Actor, message_id: str) -> str:
    """Gives a root message its route id and returns its id; NotFound for replies and what is not to be seen."""
    message, _ = get(tx, actor, message_id)
    if message.root_id is not None:
        raise NotFound("message not found")
    ensure_message_route(tx, message.n)
    return message.id
