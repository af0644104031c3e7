"""The headers of our calls to other people's servers (contract chat 6.12), and those of Standard Webhooks."""

from collections.abc import Mapping

from clickclack.kernel import webhook_signatures
from clickclack.kernel.clock import SECOND
from clickclack.kernel.deliveries.queue import Delivery


def call_headers(secret: str, message_id: str, now: int, body: bytes) -> dict[str, str]:
    """What signs one call at `now`, in microseconds; `message_id` is the same whenever it is repeated."""
    seconds = now // SECOND
    return {
        "X-ClickClack-Timestamp": str(seconds),
        "X-ClickClack-Signature": webhook_signatures.of_timestamp(secret, seconds, body),
        **webhook_signatures.standard(secret, message_id, seconds, body),
    }


def event_headers(delivery: Delivery, secret: str, now: int) -> Mapping[str, str]:
    """The same for the delivery of an event, with the event's id."""
    signed = call_headers(secret, delivery.id, now, delivery.body.encode())
    return {**signed, "X-ClickClack-Event-ID": delivery.subject}
