"""The hot queries of integrations and deliveries read what they need by an index (design section 4)."""

import re
from collections.abc import Callable

import pytest

from clickclack.api.chat.events import PAYLOADS, event
from clickclack.chat import (
    app_installations,
    callback_allow_list,
    connected_accounts,
    event_feed,
    event_subscriptions,
    installation_removal,
    slash_calls,
    slash_commands,
)
from clickclack.chat.app_installations import NewInstallation
from clickclack.chat.connected_accounts import NewAccount
from clickclack.chat.event_subscriptions import NewSubscription
from clickclack.chat.installation_removal import Cascade
from clickclack.chat.slash_calls import Outcome
from clickclack.chat.slash_commands import NewCommand
from clickclack.identity import audit
from clickclack.kernel.deliveries import endpoints, outcomes, queue
from clickclack.kernel.deliveries.outcomes import Attempt
from clickclack.kernel.deliveries.queue import NewDelivery, Portion
from clickclack.kernel.events import Pruning
from clickclack.kernel.seal import Seal
from tests.watched import Watched

SEAL = Seal(b"k" * 32)
URL = "https://a.example/"
QUEUES = ("delivery_endpoints_waiting", "event_subscriptions_active")
"""Indexes of what waits or is active alone: reading one whole is reading what there is to do."""


def furnish(w: Watched) -> tuple[str, str]:
    """An installation with a command and a subscription, in which something waits: the last two's ids."""
    owner, workspace, bot = w.actor("owner"), w.cast.workspace, w.cast.people["bot_write"].id
    nonce = "a nonce of sixteen"
    new = NewInstallation("a", bot, "", {}, nonce)
    installation = app_installations.create(w.tx, owner, workspace, new)
    app_installations.create(w.tx, owner, workspace, new)
    named = (installation.id,)
    command, _ = slash_commands.create(w.tx, owner, SEAL, workspace, NewCommand("/a", URL, bot, *named))
    wanted = NewSubscription(["*"], URL, *named)
    subscription, _ = event_subscriptions.create(w.tx, owner, SEAL, workspace, wanted)
    queue.add(w.tx, [NewDelivery(subscription.endpoint_n, "evt_0", "pin.added", "{}")] * 3)
    return command.id, subscription.id


def managing(w: Watched) -> None:
    owner, workspace = w.actor("owner"), w.cast.workspace
    command, subscription = furnish(w)
    app_installations.list_installations(w.tx, owner, workspace)
    slash_commands.list_commands(w.tx, owner, workspace)
    slash_commands.rotate_secret(w.tx, owner, SEAL, command)
    event_subscriptions.list_subscriptions(w.tx, owner, workspace)
    event_subscriptions.rotate_secret(w.tx, owner, SEAL, subscription)
    event_subscriptions.attempts(w.tx, owner, subscription, "", 50)
    event_subscriptions.dead_letters(w.tx, owner, subscription, "", 50)
    event_subscriptions.redeliver_dead(w.tx, owner, subscription, 0)
    callback_allow_list.replace(w.tx, owner, workspace, ["example.org"])
    audit.entries(w.tx, owner, workspace, 100)
    member = w.cast.people["member"].id
    account = connected_accounts.create(w.tx, owner, workspace, NewAccount(member, "a", "1", "", [], {}))
    connected_accounts.list_accounts(w.tx, owner, workspace)
    connected_accounts.revoke(w.tx, owner, account.id)
    (installation,) = app_installations.list_installations(w.tx, owner, workspace)
    installation_removal.revoke(w.tx, owner, installation.id, Cascade(bot_tokens=True))
    slash_commands.revoke(w.tx, owner, command)
    event_subscriptions.revoke(w.tx, owner, subscription)
    event_subscriptions.revoke_of_workspace(w.tx, 1)
    app_installations.revoke_of_bot(w.tx, w.cast.people["bot_write"].n)


def using_a_command(w: Watched) -> None:
    furnish(w)
    invocation = slash_calls.begin(w.tx, w.actor("member"), w.cast.general, "/a", "")
    assert invocation is not None
    slash_calls.complete(w.tx, invocation, Outcome(200, "{}"))
    slash_calls.answer(w.tx, invocation, "hello", "")
    slash_calls.prune(w.tx)


def feeding(w: Watched) -> None:
    furnish(w)
    w.tx.emit("pin.added", 1, {"workspace_id": w.cast.workspace})
    passed = event_feed.look(w.tx, 0, event, frozenset(PAYLOADS))
    assert passed.deliveries
    event_feed.move(w.tx, passed)
    event_feed.prune(w.tx, Pruning(1, PAYLOADS, keep=1))
    event_feed.prune(w.tx, Pruning(1, PAYLOADS))


def sending(w: Watched) -> None:
    furnish(w)
    due = queue.due(w.tx, [7], Portion(64, 4096))
    assert len(due) == 3
    queue.next_due(w.tx)
    endpoints.open_ones(w.tx, [1])
    endpoints.allow_lists(w.tx, [w.cast.workspace])
    tried = [
        Attempt(delivery, w.tx.now, w.tx.now, 200, "", error)
        for (_, delivery), error in zip(due, ("", "x", "y"), strict=True)
    ]
    outcomes.settle(w.tx, tried)
    outcomes.queue_again(w.tx, 1, [1])
    outcomes.expire(w.tx)
    outcomes.prune(w.tx)


@pytest.mark.parametrize("do", [managing, using_a_command, feeding, sending])
def test_no_statement_scans_a_table(watched: Watched, do: Callable[[Watched], None]) -> None:
    do(watched)
    scans = [*watched.scans(), *((line, sql) for sql, line in watched.plans() if re.match(r"SCAN [eds]\b", line))]
    assert [scan for scan in scans if not any(name in scan[0] for name in QUEUES)] == []
    assert any("deliveries_due" in line for _, line in watched.plans()) is (do is sending)
