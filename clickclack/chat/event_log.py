"""The workspace's event log as one member may read it (contract chat 5.1, 5.6, 5.7)."""

from dataclasses import dataclass

from clickclack.chat.access import visible_channels
from clickclack.identity.access import Membership, workspace_of
from clickclack.identity.actors import Actor
from clickclack.kernel import events
from clickclack.kernel.errors import Invalid
from clickclack.kernel.events import Event, Viewpoint
from clickclack.kernel.transaction import Tx

PAGE = 500
END = 2**63 - 1


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events in cursor order, and the newest visible event there was before they were read."""

    events: tuple[Event, ...]
    tail: Event | None


@dataclass(frozen=True, slots=True)
class Replay:
    """Where a replay starts and ends: `after` < n <= `tail`; `after` is None when it cannot start at the cursor."""

    workspace_n: int
    view: Viewpoint
    after: int | None
    tail: int


def viewpoint(tx: Tx, actor: Actor, membership: Membership) -> Viewpoint:
    """What of the log the member may see."""
    workspace_n = membership.workspace.n
    return Viewpoint(workspace_n, actor.user_n, visible_channels(tx, membership.standing, actor.user_n, workspace_n))


def page(tx: Tx, actor: Actor, workspace_id: str, after_cursor: str, limit: int) -> EventPage:
    """Up to `limit` visible events after the cursor; an unknown cursor yields the events that sort after it."""
    if not workspace_id:
        raise Invalid("workspace_id is required")
    membership = workspace_of(tx, actor, workspace_id)
    view = viewpoint(tx, actor, membership)
    tail = events.newest(tx, view)
    after = events.position_or_before(tx, after_cursor) if after_cursor else 0
    return EventPage(tuple(events.page(tx, view, after, END, limit)), tail)


def start_replay(tx: Tx, actor: Actor, workspace_id: str, after_cursor: str) -> Replay:
    """Captures the tail once, and the row that the cursor stands for; from the beginning without a cursor."""
    membership = workspace_of(tx, actor, workspace_id)
    view = viewpoint(tx, actor, membership)
    newest = events.newest(tx, view)
    tail = newest.n if newest else 0
    after: int | None = 0
    if after_cursor:
        after = events.position(tx, view.stream, after_cursor)
        if after is not None and after > tail:
            after = None
    return Replay(view.stream, view, after, tail)


def replay_page(tx: Tx, actor: Actor, workspace_id: str, after: int, tail: int) -> list[Event]:
    """The next events of a replay, at most 500; what the member may see is looked up again for each page."""
    membership = workspace_of(tx, actor, workspace_id)
    return events.page(tx, viewpoint(tx, actor, membership), after, tail, PAGE)
