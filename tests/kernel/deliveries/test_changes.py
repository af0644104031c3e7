"""What changes of an endpoint while deliveries are under way holds for all that begin after it."""

import time
from typing import Any

import pytest

from clickclack.kernel.database import Database
from clickclack.kernel.deliveries import endpoints, runner
from tests.kernel.deliveries.test_runner import SEAL, endpoint, receiving, running, tell, until


async def test_nothing_begins_with_the_old_secret_while_the_new_one_is_being_read(
    db: Database, monkeypatch: pytest.MonkeyPatch
):
    look = runner._look

    def slowly(*given: Any) -> Any:
        found = look(*given)
        time.sleep(0.2)
        return found

    async with receiving() as receiver:
        receiver.hold = 0.03
        n = await endpoint(db, receiver.url)
        async with running(db):
            await tell(db, n, *(str(number) for number in range(60)))
            await until(lambda: len(receiver.got) >= 6)
            monkeypatch.setattr(runner, "_look", slowly)
            old = receiver.secrets[0]
            await db.write(endpoints.rotate, SEAL, n, "ccs")
            under_way = len(receiver.got) + 8
            await until(lambda: len(receiver.got) == 60)
    assert old not in receiver.secrets[under_way:]
