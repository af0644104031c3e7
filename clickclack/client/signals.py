"""What is seen by who looks on now and kept nowhere: typing, presence, an agent's progress (contract chat 5.5)."""

from clickclack.client.objects import Event
from clickclack.client.transport import Transport, path


class Signals:
    """Signals to who may see a place, or to a whole workspace."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def send(self, workspace_id: str, kind: str, place_id: str = "", **payload: object) -> Event:
        """Signals `kind` to who may see the place, or without one to the whole workspace."""
        body: dict[str, object] = {"workspace_id": workspace_id, "type": kind, "payload": payload}
        if place_id:
            body["direct_conversation_id" if place_id.startswith("dm_") else "channel_id"] = place_id
        return (await self._transport.call("POST", path("realtime", "ephemeral"), body))["event"]

    async def typing(self, workspace_id: str, place_id: str, *, stopped: bool = False) -> None:
        """Shows that the caller is writing, or has stopped."""
        await self.send(workspace_id, "typing.stopped" if stopped else "typing.started", place_id)
