"""Routes of event subscriptions (contract chat 3.9); dead letters and redelivery are additions."""

from functools import partial

from aiohttp import web
from pydantic import Field, field_validator

from clickclack.api.chat import models_integrations, render_integrations
from clickclack.api.chat.events import PAYLOADS
from clickclack.api.chat.lists import listed
from clickclack.api.chat.needs import INTEGRATORS
from clickclack.api.chat.parts import INTEGRATIONS
from clickclack.api.chat.windows import DeliveryLimit
from clickclack.chat import event_subscriptions
from clickclack.chat.event_subscriptions import ALL, AT_ONCE, EventSubscription, NewSubscription
from clickclack.identity.actors import Actor
from clickclack.kernel.clock import from_rfc3339
from clickclack.kernel.errors import Invalid
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body, Query, Texts

routes = Routes[Actor]()


class SubscriptionInput(Body):
    """What is to be told, `*` for everything, and where."""

    event_types: Texts = Field(default_factory=list[str])
    callback_url: str = ""
    app_installation_id: str = ""

    def subscription(self) -> NewSubscription:
        """The same as the verb takes it; Invalid for a type that is not in the vocabulary."""
        types = [name.strip() for name in self.event_types]
        unknown = next((name for name in types if name != ALL and name not in PAYLOADS), None)
        if unknown is not None:
            raise Invalid(f'unknown event type "{unknown}"')
        return NewSubscription(types, self.callback_url, self.app_installation_id)


class HistoryQuery(Query):
    """Which page: what comes before the item with the id `before`."""

    limit: DeliveryLimit = 50
    before: str = ""


class RedeliveryInput(Body):
    """What to send again: one delivery, or all that were given up and made at a time or later; one of the two."""

    delivery_id: str = ""
    failed_since: str = ""

    @field_validator("failed_since")
    @classmethod
    def _is_a_time(cls, value: str) -> str:
        if value:
            from_rfc3339(value)
        return value


def _one(call: Call[Actor], status: int, subscription: EventSubscription, secret: str = "") -> web.Response:
    rendered = render_integrations.event_subscription(subscription, call.clock.now(), secret)
    return json_response(status, {"event_subscription": rendered})


@routes.add(
    "GET /api/workspaces/{workspace_id}/event-subscriptions",
    summary="List a workspace's active event subscriptions",
    needs=INTEGRATORS,
    answers={200: models_integrations.EventSubscriptionList},
    errors=(404,),
)
async def list_subscriptions(call: Call[Actor]) -> web.Response:
    shown = partial(render_integrations.event_subscription, now=call.clock.now())
    subscriptions = event_subscriptions.list_subscriptions
    return await listed(call, "event_subscriptions", shown, subscriptions, call.path["workspace_id"])


@routes.add(
    "POST /api/workspaces/{workspace_id}/event-subscriptions",
    summary="Subscribe a server to public events; the signing secret is shown this once",
    needs=INTEGRATORS,
    answers={201: models_integrations.EventSubscriptionAnswer},
    errors=(404,),
)
async def create(call: Call[Actor], body: SubscriptionInput) -> web.Response:
    given = (call.actor, call.request.app[INTEGRATIONS].seal, call.path["workspace_id"], body.subscription())
    return _one(call, 201, *await call.db.write(event_subscriptions.create, *given))


@routes.add(
    "POST /api/event-subscriptions/{subscription_id}/revoke",
    summary="End an event subscription",
    needs=INTEGRATORS,
    answers={200: models_integrations.EventSubscriptionAnswer},
    errors=(404,),
)
async def revoke(call: Call[Actor]) -> web.Response:
    ended = await call.db.write(event_subscriptions.revoke, call.actor, call.path["subscription_id"])
    return _one(call, 200, ended)


@routes.add(
    "POST /api/event-subscriptions/{subscription_id}/rotate-secret",
    summary="Give an event subscription a new signing secret, which is shown this once",
    needs=INTEGRATORS,
    answers={200: models_integrations.EventSubscriptionAnswer},
    errors=(400, 404),
)
async def rotate_secret(call: Call[Actor]) -> web.Response:
    given = (call.actor, call.request.app[INTEGRATIONS].seal, call.path["subscription_id"])
    return _one(call, 200, *await call.db.write(event_subscriptions.rotate_secret, *given))


@routes.add(
    "GET /api/event-subscriptions/{subscription_id}/deliveries",
    summary="Read what was sent and answered, newest first",
    needs=INTEGRATORS,
    answers={200: models_integrations.EventDeliveryPage},
    errors=(404,),
)
async def deliveries(call: Call[Actor], query: HistoryQuery) -> web.Response:
    given = (call.actor, call.path["subscription_id"], query.before, query.limit)
    subscription, page = await call.db.read(event_subscriptions.attempts, *given)
    listed = [render_integrations.delivery_attempt(subscription, attempt) for attempt in page.rows]
    return json_response(200, {"deliveries": listed, "next_cursor": page.next_cursor})


@routes.add(
    "GET /api/event-subscriptions/{subscription_id}/dead-letters",
    summary="Read which deliveries were given up, newest first",
    needs=INTEGRATORS,
    answers={200: models_integrations.DeadLetterPage},
    errors=(404,),
)
async def dead_letters(call: Call[Actor], query: HistoryQuery) -> web.Response:
    given = (call.actor, call.path["subscription_id"], query.before, query.limit)
    subscription, page = await call.db.read(event_subscriptions.dead_letters, *given)
    listed = [render_integrations.dead_letter(subscription, letter) for letter in page.rows]
    return json_response(200, {"dead_letters": listed, "next_cursor": page.next_cursor})


@routes.add(
    "POST /api/event-subscriptions/{subscription_id}/redeliver",
    summary="Send one delivery again, or all that were given up since a time",
    needs=INTEGRATORS,
    answers={202: models_integrations.Redelivered},
    errors=(404,),
)
async def redeliver(call: Call[Actor], body: RedeliveryInput) -> web.Response:
    if bool(body.delivery_id) == bool(body.failed_since):
        raise Invalid("either delivery_id or failed_since is required")
    given = (call.actor, call.path["subscription_id"])
    if body.delivery_id:
        count = await call.db.write(event_subscriptions.redeliver, *given, body.delivery_id)
        return json_response(202, {"redelivered": count})
    since, count, more = from_rfc3339(body.failed_since), 0, True
    while more:
        some = await call.db.write(event_subscriptions.redeliver_dead, *given, since)
        count, more = count + some, some == AT_ONCE
    return json_response(202, {"redelivered": count})
