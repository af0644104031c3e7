"""What ending a credential or a membership does to open sockets (design section 13)."""

from clickclack.kernel.events import Event
from clickclack.kernel.hub import Hub, Subscription

REVOKED = (1008, "workspace access revoked")
"""The code and reason of the close that tells a client so."""

ENDING = frozenset({"credential.revoked", "member.removed", "workspace.deleted"})
"""The types of events after which somebody may have no access any more."""


def closes(event: Event, subscription: Subscription) -> bool:
    """Whether this event ends what the subscription rests on."""
    if event.type == "credential.revoked":
        return subscription.credential_n == event.data["credential_n"]
    if event.type == "member.removed":
        return subscription.stream == event.stream and subscription.user_n in event.data["user_ns"]
    return event.type == "workspace.deleted" and subscription.stream == event.stream


class SocketCloser:
    """A watcher of the hub: closes the sockets of what has ended."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def watch(self, event: Event) -> None:
        if event.type in ENDING:
            self._hub.close_where(lambda subscription: closes(event, subscription), *REVOKED)
