"""What is behind integrations: the seal of their secrets, the feed from the event log, the sender of deliveries."""

import contextlib
from collections import Counter
from collections.abc import AsyncGenerator, Callable

from clickclack.api.chat.events import PAYLOADS, event
from clickclack.api.chat.parts import Integrations
from clickclack.chat import event_subscriptions
from clickclack.chat.callback_signatures import event_headers
from clickclack.chat.event_feed import EventFeed
from clickclack.chat.slash_caller import SlashCaller
from clickclack.kernel.database import Database
from clickclack.kernel.deliveries.runner import DeliveryRunner, Kind
from clickclack.kernel.deliveries.sender_process import SenderProcess
from clickclack.kernel.hub import Hub
from clickclack.kernel.metrics import Metrics
from clickclack.kernel.outbound import Outbound
from clickclack.kernel.seal import Seal
from clickclack.settings import Settings

KEY_FILE = "seal.key"
KINDS = {event_subscriptions.KIND: Kind(event_headers, event_subscriptions.FAILED)}


@contextlib.asynccontextmanager
async def running(db: Database, hub: Hub, settings: Settings, metrics: Metrics | None) -> AsyncGenerator[Integrations]:
    """Feeds and sends while the block runs."""
    seal, outbound = Seal.of_file(settings.data / KEY_FILE), Outbound.from_environment()
    feed = EventFeed(db, event, frozenset(PAYLOADS))
    hub.watch(feed.watch)
    runner = DeliveryRunner(db, SenderProcess(settings.log_format), seal, KINDS, _counting(metrics))
    async with runner.running(), feed.loop.running():
        yield Integrations(seal, SlashCaller(outbound, seal, db.clock))


def _counting(metrics: Metrics | None) -> Callable[[Counter[str]], None]:
    """A counter of tries by outcome: `done`, `failed` and tried again, `dead`, or `gone` with its endpoint."""
    if metrics is None:
        return lambda _: None
    count = metrics.events("clickclack_delivery_attempts", "Tries to deliver to other servers, by outcome")

    def add(outcomes: Counter[str]) -> None:
        for outcome in outcomes.elements():
            count(outcome)

    return add
